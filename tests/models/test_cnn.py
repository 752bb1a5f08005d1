from dataclasses import replace

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from latent_explorer import config
from latent_explorer.errors import InputError
from latent_explorer.models import cnn


@given(
    channels=st.sampled_from([1, 3]),
    sides=st.tuples(st.integers(4, 35), st.integers(4, 35)),
    widths=st.lists(st.integers(1, 3), min_size=1, max_size=2),
    hidden=st.lists(st.integers(1, 5), max_size=2),
    options=st.fixed_dictionaries(
        {
            "first_stride": st.sampled_from([2, 4]),
            "normalisation": st.sampled_from(["none", "batch"]),
            "refine": st.integers(0, 2),
        }
    ),
)
def test_the_decoder_comes_back_to_the_pictures_shape(channels, sides, widths, hidden, options):
    assume(min(sides) >= options["first_stride"] * 2 ** (len(widths) - 1))
    shape = (channels, *sides)
    model = config.Model(network="cnn", latent_dim=2, channels=tuple(widths), hidden=tuple(hidden), **options)
    encoder = cnn.make_encoder(shape, model)
    assert encoder(torch.rand(2, *shape)).shape == (2, encoder.width)
    assert cnn.make_decoder(shape, model)(torch.rand(2, 2)).shape == (2, *shape)


@pytest.mark.parametrize("first_stride", [2, 4])
@pytest.mark.parametrize("normalisation", ["none", "batch"])
def test_every_weight_takes_part(first_stride, normalisation):
    shape = (3, 9, 14)
    options = {"first_stride": first_stride, "normalisation": normalisation, "refine": 1}
    model = config.Model(network="cnn", latent_dim=2, channels=(4, 5), hidden=(6,), activation="silu", **options)
    encoder, decoder = cnn.make_encoder(shape, model), cnn.make_decoder(shape, model)
    (encoder(torch.rand(2, *shape)).square().sum() + decoder(torch.rand(2, 2)).square().sum()).backward()
    for name, value in [*encoder.named_parameters(), *decoder.named_parameters()]:
        assert value.grad is not None, name
        assert value.grad.abs().sum() > 0, name


def test_the_last_layer_reaches_every_pixel():
    shape = (1, 7, 9)
    decoder = cnn.make_decoder(shape, config.Model(network="cnn", latent_dim=2, channels=(4, 4), activation="tanh"))
    with torch.inference_mode():
        spread = decoder(torch.randn(64, 2, generator=torch.Generator().manual_seed(0))).std(dim=0)
    assert spread.min() > 0


def test_the_decoder_is_refined_on_its_largest_maps():
    model = config.Model(network="cnn", latent_dim=2, channels=(4, 5), refine=3)
    plain, refined = (
        [tuple(weight.shape) for weight in cnn.make_decoder((1, 8, 8), m).parameters() if weight.ndim == 4]
        for m in (replace(model, refine=0), model)
    )
    assert refined == [plain[0], *[(4, 4, 3, 3)] * 3, plain[1]]


@pytest.mark.parametrize(("shape", "most"), [((1, 8, 8), 3), ((1, 28, 28), 4), ((3, 4, 100), 2)])
def test_more_halvings_than_pixels_are_refused(shape, most):
    cnn.make_encoder(shape, config.Model(network="cnn", channels=(2,) * most))
    for body in (cnn.make_encoder, cnn.make_decoder):
        with pytest.raises(InputError, match=rf"model.channels: {most + 1} halvings arrived for pictures of"):
            body(shape, config.Model(network="cnn", channels=(2,) * (most + 1)))


def test_a_first_stride_of_four_counts_as_two_halvings():
    model = config.Model(network="cnn", channels=(2, 2, 2), first_stride=4)
    with pytest.raises(InputError, match=r"model.channels and first_stride: 4 halvings arrived for pictures of 8x8"):
        cnn.make_encoder((1, 8, 8), model)
    cnn.make_encoder((1, 8, 8), replace(model, channels=(2, 2)))
