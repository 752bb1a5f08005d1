import pytest
import torch

from latent_explorer import models
from latent_explorer.config import Model, Objective
from latent_explorer.errors import InputError


@pytest.mark.parametrize("network", ["cnn1d", "sequence", "mlp"])
@pytest.mark.parametrize("shape", [(1, 1, 64), (3, 1, 50), (2, 1, 37)])
def test_signals_of_any_length_come_back_in_their_shape(network, shape):
    model = models.build(Model(network=network, latent_dim=4, channels=(4, 6), hidden=(8,)), Objective(), shape)
    x = torch.rand(3, *shape)
    z = model.encode(x)
    assert z.shape == (3, 4)
    assert model.decode(z).shape == x.shape
    assert all(torch.isfinite(part).all() for part in model.loss(x).values())


def test_a_sequence_network_reads_a_signal_in_time():
    model = models.build(Model(network="sequence", latent_dim=4, hidden=(8,)), Objective(), (2, 1, 30)).eval()
    x = torch.rand(1, 2, 1, 30)
    assert not torch.allclose(model.encode(x), model.encode(x.flip(3)))
    first = next(part for part in model.encoder.modules() if isinstance(part, torch.nn.GRU))
    assert first.input_size == 2  # a moment has both channels


@pytest.mark.parametrize("shape", [(1, 8, 8), (1, 1, 5)])
def test_pictures_and_short_signals_are_refused(shape):
    with pytest.raises(InputError, match=r"cnn1d arrived|halvings arrived"):
        models.build(Model(network="cnn1d", channels=(4, 4, 4)), Objective(), shape)
