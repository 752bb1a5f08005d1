"""Checkpoints of models from elsewhere: measured, mapped, saved and opened again, with their functions or without."""

import numpy as np
import pytest
import torch
from torch import nn

from latent_explorer import load
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.errors import InputError
from latent_explorer.models.external_network import ExternalFunctions
from tests.checkpoint.foreign import DRAW, IMAGES, LABELS, QUICK, SHAPE, Net, decode, encode, make

pytestmark = pytest.mark.usefixtures("own_cache")


def test_the_latents_are_those_of_the_encoder():
    made = make(name="mine", class_names=["a", "b", "c"])
    assert (made.name, made.latent_dim, made.image_shape, made.class_names) == ("mine", 3, SHAPE, ("a", "b", "c"))
    assert len(made.latents) == 60
    assert not made.variational
    assert made.metrics["history"] == []
    z = made.encode(made.decode(made.latents))
    assert z.shape == (60, 3)
    np.testing.assert_allclose(made.decode(made.latents[:2]), decode(made.latents[:2]), atol=1e-6)


def test_a_posterior_makes_it_variational():
    made = make(ExternalFunctions(lambda x: (encode(x), np.full((len(x), 3), -4.0)), decode))
    _, deviation = made.posterior(np.zeros((2, *SHAPE), np.float32))
    assert made.variational
    np.testing.assert_allclose(deviation, np.exp(-2), rtol=1e-5)
    assert "neg_elbo" not in made.metrics["test"]  # nothing is known of its likelihood


def test_latents_that_are_there_already():
    z = encode(IMAGES / np.float32(255))
    made = Checkpoint.from_arrays(z, decode, IMAGES, LABELS, **QUICK)
    whole = make()
    np.testing.assert_allclose(made.latents, whole.latents, atol=1e-3)
    np.testing.assert_array_equal(made.labels, whole.labels)
    assert made.metrics["test"]["mse"] == pytest.approx(whole.metrics["test"]["mse"], rel=1e-4)
    with pytest.raises(InputError, match="encoder"):
        made.encode(np.zeros((1, *SHAPE), np.float32))


class Halves(nn.Module):
    """Named as many people name them."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(16, 3))
        self.decoder = nn.Sequential(nn.Linear(3, 16), nn.Sigmoid(), nn.Unflatten(1, SHAPE))


@pytest.mark.parametrize("way", ["whole", "modules", "methods"])
def test_halves_of_a_torch_module_get_tensors(way):
    net = Halves()
    halves = (net.encoder, net.decoder) if way == "modules" else (net.encoder.forward, net.decoder.forward)
    made = make(net if way == "whole" else ExternalFunctions(*halves))
    with torch.no_grad():
        expected = net.decoder(torch.from_numpy(made.latents[:2])).numpy()
    np.testing.assert_allclose(made.decode(made.latents[:2]), expected, atol=1e-6)


def test_scikit_learns_own_type_of_numbers_arrives():
    from sklearn.decomposition import NMF

    nmf = NMF(3, max_iter=1000, tol=1e-2).fit(IMAGES.reshape(60, -1) / 255)  # it takes float64 alone
    assert make(nmf).latent_dim == 3


def test_curves_have_the_unit_and_the_rate_that_are_given():
    weight = np.eye(12, 3, dtype=np.float32)
    flat = ExternalFunctions(lambda x: x[:, 0] @ weight, lambda z: (z @ weight.T)[:, None])
    made = make(flat, DRAW.normal(size=(60, 1, 12)), samples="signals", unit="mV", rate=24.0)
    assert (made.config.data.curves.unit, made.config.data.curves.seconds) == ("mV", 0.5)
    with pytest.raises(InputError, match="goes with signals"):
        make(unit="mV")
    with pytest.raises(InputError, match="rate: 0 arrived"):
        make(flat, DRAW.normal(size=(60, 1, 12)), samples="signals", rate=0)


@pytest.mark.parametrize("attributes", [[1, 2], {"a": [1, 2]}, {"a": 3}, {3: list(range(60))}])
def test_attributes_of_another_form_or_length_are_one_line(attributes):
    with pytest.raises(InputError, match="attributes"):
        make(attributes=attributes)


def test_latents_for_other_images_are_refused():
    with pytest.raises(InputError, match="60"):
        Checkpoint.from_arrays(np.zeros((59, 3)), decode, IMAGES, **QUICK)


def test_pixels_in_the_models_own_range():
    model = ExternalFunctions(lambda x: encode((x + 1) / 2), lambda z: 2 * decode(z) - 1)
    made, plain = make(model, pixel_range=(-1, 1)), make()
    np.testing.assert_allclose(made.latents, plain.latents, atol=1e-3)
    np.testing.assert_allclose(made.decode(plain.latents), plain.decode(plain.latents), atol=1e-5)


@pytest.mark.parametrize(
    "model",
    [
        ExternalFunctions(encode, None),
        ExternalFunctions(encode, lambda z: 255 * decode(z)),
        ExternalFunctions(encode, lambda z: decode(z)[:, :, :2]),
        ExternalFunctions(lambda x: encode(x) * np.nan, decode),
        ExternalFunctions(lambda x: None, decode),
        object(),
    ],
)
def test_a_model_that_does_not_fit_is_one_line_before_anything_long(model, monkeypatch):
    monkeypatch.setattr("latent_explorer.checkpoint.from_model._build", lambda *_: pytest.fail("it began"))
    with pytest.raises(InputError) as raised:
        make(model)
    assert "\n" not in str(raised.value)


def test_an_unknown_setting_is_answered_with_the_known_ones():
    with pytest.raises(InputError, match="fit_inverse"):
        make(pixel_rnage=(0, 1))


def test_a_file_without_its_functions_keeps_its_map(tmp_path):
    path = make().save(tmp_path / "mine.safetensors")
    alone = load(path)
    assert len(alone.latents) == 60
    assert (alone.is_foreign, alone.can_decode) == (True, False)
    with pytest.raises(InputError, match="decoder"):
        alone.decode(alone.latents[:1])
    whole = load(path, encode=encode, decode=decode)
    assert whole.can_decode
    np.testing.assert_allclose(whole.decode(whole.latents[:2]), decode(whole.latents[:2]), atol=1e-6)
    with pytest.raises(InputError, match="encode and decode"):
        load("digits-vae", encode=encode)


def test_a_slow_decoder_leaves_the_map_without_a_smooth_way_back(monkeypatch):
    said = []
    monkeypatch.setattr("latent_explorer.atlas.MIN_DOTS_TO_FIT", 10)
    monkeypatch.setattr("latent_explorer.atlas.distil_decoder.TIME_BUDGET", 0.0)
    made = make(fit_inverse=True, say=said.append)
    assert made.atlas.smooth_network is None
    assert any("too long" in line for line in said)
    assert len(made.atlas.inverse_transform([[0.5, 0.5]])) == 1


def test_a_torch_module():
    net = Net()
    made = make(net)
    z = torch.from_numpy(made.latents[:5])
    with torch.no_grad():
        np.testing.assert_allclose(made.decode(z.numpy()), net.decode(z), atol=1e-6)
    assert net.training


class Doubled:
    """A model of samples in their own units: it remembers what it was given."""

    def __init__(self) -> None:
        self.given = []

    def encode(self, x):
        self.given.append(np.asarray(x))
        return np.asarray(x).reshape(len(x), -1)[:, :4] * 2

    def decode(self, z):
        shape = self.given[0].shape[1:]
        flat = np.zeros((len(z), int(np.prod(shape))), np.float32)
        flat[:, :4] = np.asarray(z) / 2
        return flat.reshape(len(z), *shape)


@pytest.mark.parametrize(
    ("samples", "shape"), [("signals", (2, 9)), ("rows", (6,))]
)  # fmt: skip
def test_a_model_of_signals_or_rows_works_in_their_own_units(samples, shape, tmp_path):
    own = 100 + 20 * np.random.default_rng(0).normal(size=(40, *shape))
    model = Doubled()
    made = Checkpoint.from_model(model, own, samples=samples, methods=["pca"], fit_inverse=False)
    given = np.concatenate(model.given)
    assert given.shape[1:] == shape
    assert given.min() > 10
    assert np.abs(made.latents - 2 * own.reshape(40, -1)[:, None, :4]).max(axis=2).min(axis=0).max() < 0.2  # float16
    z = made.latents[:3]
    back = made.sample_kind.restore_units(np.asarray(made.decode(z))).reshape(3, -1)[:, :4]
    assert back == pytest.approx(z / 2, abs=0.01)
    again = load(made.save(tmp_path / "a.safetensors"), encode=model.encode, decode=model.decode)
    assert np.asarray(again.decode(z)) == pytest.approx(np.asarray(made.decode(z)), abs=1e-5)
    assert again.sample_kind == made.sample_kind


def test_samples_of_an_unknown_kind_are_refused():
    with pytest.raises(InputError, match="samples: 'signal' arrived"):
        Checkpoint.from_model(Doubled(), np.zeros((40, 9)), samples="signal")
