"""Functions of somebody's: they give finite arrays of the right shape, or one line says why not."""

import numpy as np
import pytest
import torch

from latent_explorer import models
from latent_explorer.config import Model, Objective
from latent_explorer.errors import InputError
from latent_explorer.models import external_network
from latent_explorer.models.external_network import MISSING, ExternalFunctions

SHAPE = (1, 4, 4)
IMAGES = np.random.default_rng(0).random((3, *SHAPE), np.float32)
CODES = IMAGES.reshape(3, -1)[:, :2]
VALID = {
    "float32": CODES,
    "float64": CODES.astype(np.float64),
    "half": CODES.astype(np.float16),
    "lists": CODES.tolist(),
    "list of rows": list(CODES),
    "tensor": torch.from_numpy(CODES),
    "bfloat16": torch.from_numpy(CODES).bfloat16(),
    "with gradient": torch.from_numpy(CODES).requires_grad_(),
    "tuple of one": (CODES,),
    "list of one": [CODES],
}
INVALID = {
    "None": None,
    "text": "codes",
    "objects": [object()] * 3,
    "ragged": [[1.0], [1.0, 2.0], [3.0]],
    "complex": CODES * 1j,
    "NaN": CODES * np.nan,
    "infinity": CODES + np.inf,
    "too large": CODES + 2e9,
    "beyond float32": CODES.astype(np.float64) + 1e300,
    "another N": CODES[:2],
    "nothing": CODES[:, :0],
    "one axis": CODES[:, 0],
    "three axes": CODES[:, :, None],
    "no part": (),
    "three parts": (CODES, CODES, CODES),
    "parts that differ": (CODES, CODES[:, :1]),
}


def build(encode=None, decode=None, latent_dim=2, objective="plain", **model):
    network = Model(network="external", latent_dim=latent_dim, **model)
    objective = Objective(name=objective, loss="mse")
    return models.build_external(network, objective, SHAPE, ExternalFunctions(encode, decode))


@pytest.mark.parametrize("given", VALID.values(), ids=VALID.keys())
def test_arrays_of_any_framework_become_float32(given):
    (z,) = external_network.call_encode(lambda images: given, IMAGES)
    assert z.dtype == np.float32
    np.testing.assert_allclose(z, CODES, atol=4e-3)


@pytest.mark.parametrize("given", INVALID.values(), ids=INVALID.keys())
def test_anything_else_is_one_line(given):
    with pytest.raises(InputError, match=r"^encode ") as raised:
        external_network.call_encode(lambda images: given, IMAGES)
    assert len(str(raised.value)) < 300
    assert "\n" not in str(raised.value)


def test_an_error_of_the_function_is_named_in_one_line():
    def encode(images):
        raise KeyError("first line\nsecond line")

    with pytest.raises(InputError, match=r"KeyError for \(3, 1, 4, 4\)") as raised:
        external_network.call_encode(encode, IMAGES)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("shape", [(3, 16), (3, 4, 4), (2, *SHAPE), (3, 3, 4, 4)])
def test_pictures_of_another_shape_are_refused(shape):
    with pytest.raises(InputError, match="decode"):
        external_network.call_decode(lambda z: np.zeros(shape), CODES, SHAPE)


def test_a_list_of_pictures_is_an_array_even_for_one_latent():
    assert external_network.call_decode(lambda z: [IMAGES[0]], CODES[:1], SHAPE).shape == (1, *SHAPE)


def test_the_modules_pass_batches_through_and_know_the_posterior():
    model = build(lambda x: (x.reshape(len(x), -1)[:, :2], np.full((len(x), 2), -2.0)), objective="variational")
    mean, log_variance = model.posterior(torch.from_numpy(IMAGES))
    np.testing.assert_array_equal(mean, CODES)
    assert float(log_variance.max()) == -2
    np.testing.assert_array_equal(model.encode(torch.from_numpy(IMAGES)), CODES)


def test_a_function_that_changes_its_mind_is_refused_later_too():
    model = build(lambda x: np.zeros((len(x), 3)))
    with pytest.raises(InputError, match=r"\(N, 2\)"):
        model.encode(torch.from_numpy(IMAGES))


def test_an_empty_batch_is_no_call():
    def refuse(batch):
        raise AssertionError

    model = build(refuse, refuse)
    assert model.decode(torch.zeros(0, 2)).shape == (0, *SHAPE)
    assert model.encode(torch.zeros(0, *SHAPE)).shape == (0, 2)


def test_without_functions_each_half_says_so():
    model = models.build_external(Model(network="external", latent_dim=2), Objective(loss="mse"), SHAPE, MISSING)
    with pytest.raises(InputError, match="decoder"):
        model.decode(torch.zeros(1, 2))
    with pytest.raises(InputError, match="encoder"):
        model.encode(torch.from_numpy(IMAGES))


def test_pixels_are_given_and_taken_in_the_models_own_range():
    seen = []

    def encode(images):
        seen.append(images)
        return images.reshape(len(images), -1)[:, :2]

    model = build(encode, lambda z: np.full((len(z), *SHAPE), -1.0), pixel_range=(-1.0, 1.0))
    model.encode(torch.from_numpy(IMAGES))
    np.testing.assert_allclose(seen[0], 2 * IMAGES - 1, atol=1e-6)
    assert seen[0].dtype == np.float32
    assert float(model.decode(torch.zeros(1, 2)).abs().max()) == 0
