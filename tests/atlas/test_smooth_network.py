"""The smooth part of the inverse projection, as it is evaluated and stored."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from latent_explorer.atlas.smooth_network import BLOCK, Layer, SmoothNetwork


def test_what_is_stored_is_what_was_fitted(atlas):
    smooth = atlas.smooth_network
    tensors = {name: value.astype(np.float32) for name, value in smooth.to_tensors().items()}
    shapes = SmoothNetwork.get_tensor_shapes(smooth.to_header(), atlas.latents.shape[1])
    assert {name: value.shape for name, value in tensors.items()} == shapes
    np.testing.assert_allclose(SmoothNetwork.restore(tensors)(atlas.xy), smooth(atlas.xy), atol=1e-5)
    assert sum(value.nbytes for value in smooth.to_tensors().values()) < 90_000


@pytest.mark.parametrize("odd", [{"features": 0, "width": 4}, {"features": 4, "width": 1e9}, {"features": True}])
def test_widths_that_are_none_are_refused(odd):
    with pytest.raises((ValueError, KeyError)):
        SmoothNetwork.get_tensor_shapes(odd, 4)


def make_network(draw: np.random.Generator, features: int = 5, width: int = 7, d: int = 3) -> SmoothNetwork:
    def make_layer(n_in: int, n_out: int) -> Layer:
        return Layer(draw.normal(size=(n_in, n_out)).astype(np.float32), draw.normal(size=n_out).astype(np.float32))

    waves = draw.normal(size=(2, features)).astype(np.float32), draw.random(features, dtype=np.float32)
    return SmoothNetwork(*waves, make_layer(features + 2, width), make_layer(width, width), make_layer(width, d))


@pytest.mark.parametrize("count", [1, BLOCK, BLOCK + 1])
def test_it_is_the_network_of_waves_and_two_hidden_layers(count):
    """The products that are folded together for the speed of a frame change nothing."""
    draw = np.random.default_rng(0)
    net, xy = make_network(draw), draw.random((count, 2), dtype=np.float32)
    silu = torch.nn.functional.silu
    at = torch.from_numpy(xy) - 0.5
    h = torch.cat([torch.sin(at @ torch.from_numpy(net.directions) + torch.from_numpy(net.phases)), 2 * at], dim=1)
    for layer in (net.first, net.second):
        h = silu(h @ torch.from_numpy(layer.weights) + torch.from_numpy(layer.bias))
    wanted = h @ torch.from_numpy(net.last.weights) + torch.from_numpy(net.last.bias)
    np.testing.assert_allclose(net(xy), wanted.numpy(), rtol=1e-4, atol=1e-4)


def test_a_network_whose_latents_overflow_is_known_as_such():
    net = make_network(np.random.default_rng(0))
    assert net.is_finite
    far = Layer(np.full_like(net.last.weights, 3e38), net.last.bias)
    assert not replace(net, last=far).is_finite


def test_stored_twice_it_is_the_same():
    once = make_network(np.random.default_rng(1)).quantise()
    again = once.quantise()
    for name, value in once.to_tensors().items():
        assert np.array_equal(again.to_tensors()[name], value), name
