"""A network that is prepared for inference computes what it computed before."""

import copy

import pytest
import torch
from torch import nn

from latent_explorer import config, models, resources
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.models.batch_norm import BatchNorm
from latent_explorer.models.inference import prepare_for_inference, simplify
from latent_explorer.models.subpixel import SubpixelConvTranspose2d

SMALL = {"latent_dim": 3, "channels": (4, 6, 8), "hidden": (12,)}
NETWORKS = [
    ("mlp", {"normalisation": "batch"}, (1, 8, 8)),
    ("cnn", {"normalisation": "batch", "first_stride": 4, "refine": 2}, (3, 32, 32)),
    ("cnn", {"normalisation": "batch", "first_stride": 4, "hidden": ()}, (1, 35, 33)),  # patches that are not whole
    ("cnn", {"normalisation": "none"}, (1, 28, 28)),
    ("resnet", {}, (3, 32, 30)),
    ("cnn1d", {}, (2, 1, 40)),
    ("sequence", {"hidden": (5,)}, (1, 8, 8)),
]


def make_trained(network: str, settings: dict[str, object], shape: tuple[int, int, int]) -> models.Autoencoder:
    """Return a network whose normalisation knows some pictures, and whose weights are none that begin at 0."""
    torch.manual_seed(0)
    model = models.build(config.Model(network=network, **{**SMALL, **settings}), config.Objective("plain"), shape)
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.3)
    for _ in range(5):
        model.decode(model.encode(torch.rand(16, *shape)))
    return model.eval()


@pytest.mark.parametrize(("network", "settings", "shape"), NETWORKS)
def test_it_encodes_and_decodes_as_before(network, settings, shape):
    model = make_trained(network, settings, shape)
    prepared, x, z = copy.deepcopy(model), torch.rand(5, *shape), torch.randn(5, 3, requires_grad=True)
    prepare_for_inference(prepared)
    torch.testing.assert_close(prepared.encode(x), model.encode(x), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(prepared.decode(z), model.decode(z), rtol=1e-4, atol=1e-5)
    slopes = [torch.autograd.grad(one.decode(z).square().sum(), z)[0] for one in (prepared, model)]
    torch.testing.assert_close(*slopes, rtol=1e-3, atol=1e-4)
    assert not any(parameter.requires_grad for parameter in prepared.parameters())
    assert prepared.decode(z[:1]).shape == (1, *shape)


def test_nothing_is_computed_twice():
    model = make_trained(*NETWORKS[1])
    prepare_for_inference(model)
    assert not any(isinstance(one, BatchNorm | SubpixelConvTranspose2d) for one in model.modules())


def test_a_normalisation_after_no_linear_layer_stays():
    torch.manual_seed(0)
    layers = nn.Sequential(BatchNorm(3), nn.SiLU(), BatchNorm(3), nn.Conv2d(3, 3, 1)).eval()
    for one in (layers[0], layers[2]):
        one.mean.normal_()
        one.variance.uniform_(0.5, 2)
    x = torch.randn(2, 3, 4, 4)
    expected = layers(x)
    assert len(simplify(layers)) == 4
    torch.testing.assert_close(simplify(layers)(x), expected)


def test_an_open_checkpoint_holds_the_weights_of_its_file():
    path = resources.find_folder("checkpoints") / "faces-vae-2d.safetensors"
    one, other = (checkpoint_file.load(path, "cpu") for _ in range(2))
    _ = one.model
    assert one.to_bytes() == other.to_bytes()
    assert any("variance" in name for name in one.weights)
    assert not any(isinstance(layer, BatchNorm) for layer in one.model.decoder.modules())
    assert one.build_model().state_dict().keys() == one.weights.keys()
    pictures = one.decode(one.latents[:3])
    assert pictures.flags.c_contiguous  # though the network computes with the channels last
