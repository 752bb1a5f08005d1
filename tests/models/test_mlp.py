import torch
from torch import nn

from latent_explorer import config
from latent_explorer.models import mlp

SHAPE = (3, 5, 7)


def widths(module: nn.Module) -> list[tuple[int, int]]:
    return [(m.in_features, m.out_features) for m in module.modules() if isinstance(m, nn.Linear)]


def test_the_decoder_mirrors_the_encoder():
    model = config.Model(latent_dim=2, hidden=(40, 30))
    encoder, decoder = mlp.make_encoder(SHAPE, model), mlp.make_decoder(SHAPE, model)
    assert widths(encoder) == [(105, 40), (40, 30)]
    assert encoder.width == 30
    assert widths(decoder) == [(2, 30), (30, 40), (40, 105)]


def test_pictures_go_in_and_come_out_in_their_shape():
    model = config.Model(latent_dim=2, hidden=(40,))
    assert mlp.make_encoder(SHAPE, model)(torch.rand(4, *SHAPE)).shape == (4, 40)
    assert mlp.make_decoder(SHAPE, model)(torch.rand(4, 2)).shape == (4, *SHAPE)


def test_without_hidden_layers_both_ways_are_linear():
    model = config.Model(latent_dim=2, hidden=())
    encoder, decoder = mlp.make_encoder(SHAPE, model), mlp.make_decoder(SHAPE, model)
    assert encoder.width == 105
    assert widths(encoder) == []
    assert widths(decoder) == [(2, 105)]
    z = torch.rand(1, 2)
    with torch.inference_mode():
        zero, one, two = (decoder(k * z) for k in (0, 1, 2))
    torch.testing.assert_close(two - one, one - zero)
