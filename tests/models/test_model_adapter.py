"""Model objects of somebody's: found, called as they like it, and tried on some images before anything long begins."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch import nn

from latent_explorer import config
from latent_explorer.errors import InputError
from latent_explorer.models import external_network, model_adapter
from latent_explorer.models.external_network import ExternalFunctions

SHAPE = (1, 4, 4)
IMAGES = np.random.default_rng(0).random((8, *SHAPE), np.float32)
UNIT = (0.0, 1.0)


class Net(nn.Module):
    """A small autoencoder with what depends on the mode: dropout and a batch's normalisation."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.down, self.up = nn.Linear(16, 3), nn.Linear(3, 16)
        self.noise, self.norm = nn.Dropout(0.5), nn.BatchNorm1d(16)

    def encode(self, x):
        return self.down(self.norm(self.noise(x.flatten(1))))

    def decode(self, z):
        return torch.sigmoid(self.up(z)).reshape(-1, *SHAPE)


class Answer:
    def __init__(self, **values):
        self.__dict__.update(values)


def try_out(model, pixel_range=UNIT):
    return model_adapter.try_out(model_adapter.adapt(model, SHAPE), IMAGES, pixel_range)


def test_a_code_longer_than_a_config_allows_is_refused_at_once():
    size = model_adapter.MAX_LATENT_DIM
    assert config.from_dict({"model": {"latent_dim": size}}).model.latent_dim == size
    model = ExternalFunctions(lambda x: np.zeros((len(x), size // 64 + 1, 8, 8)), lambda z: IMAGES[: len(z)])
    with pytest.raises(InputError, match="4,160 numbers"):
        try_out(model)


@pytest.mark.parametrize("training", [True, False])
def test_a_torch_module_is_evaluated_and_its_own_mode_kept(training):
    net = Net().train(training)
    net.noise.eval()  # one layer of another mode
    before = [one.training for one in net.modules()], net.norm.running_mean.clone()
    adapted = try_out(net)
    first, again = (adapted.functions.encode(IMAGES) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert [one.training for one in net.modules()] == before[0]
    assert torch.equal(net.norm.running_mean, before[1])
    assert (adapted.latent_dim, adapted.variational) == (3, False)
    net.eval()
    np.testing.assert_allclose(first, net.encode(torch.from_numpy(IMAGES)).detach(), atol=1e-6)


def test_the_mode_is_kept_after_an_error_too():
    net = Net()
    net.encode = lambda x: 1 / 0
    with pytest.raises(InputError, match="ZeroDivisionError"):
        try_out(net)
    assert net.training
    assert net.down.training


def test_a_module_gets_its_own_type_of_numbers():
    seen = []
    net = Net().double()
    net.decode = lambda z: (seen.append(z.dtype), Net.decode(net, z))[1]
    assert try_out(net).latent_dim == 3
    assert seen == [torch.float64]


def test_principal_components_of_scikit_learn():
    flat = IMAGES.reshape(8, -1)
    pca = PCA(n_components=2).fit(flat)
    adapted = try_out(pca)
    z = external_network.call_encode(adapted.functions.encode, IMAGES)[0]
    np.testing.assert_allclose(z, pca.transform(flat), atol=1e-5)
    drawn = external_network.call_decode(adapted.functions.decode, z, SHAPE)
    np.testing.assert_allclose(drawn.reshape(8, -1), pca.inverse_transform(z), atol=1e-5)


@pytest.mark.parametrize("model", [object(), "text", 3, Answer(encode=len), Answer(transform=len), Answer(encode=1)])
def test_an_object_without_both_ways_is_refused(model):
    with pytest.raises(InputError, match=r"^model: "):
        model_adapter.adapt(model, SHAPE)


def test_feature_maps_are_flattened_both_ways():
    seen = []

    def decode(z):
        seen.append(z.shape)
        return np.repeat(np.repeat(z[:, :1], 2, axis=2), 2, axis=3)

    spatial = Answer(encode=lambda x: np.concatenate([x[:, :, ::2, ::2]] * 3, axis=1), decode=decode)
    adapted = try_out(spatial)
    assert adapted.latent_dim == 12
    z = adapted.functions.encode(IMAGES)
    assert z.shape == (8, 12)
    np.testing.assert_array_equal(adapted.functions.decode(z)[:, :, ::2, ::2], IMAGES[:, :, ::2, ::2])
    assert set(seen[1:]) == {(8, 3, 2, 2)}


def test_feature_maps_of_another_number_of_images_are_one_line():
    with pytest.raises(InputError, match=r"^encode "):
        try_out(Answer(encode=lambda x: np.zeros((3, 2, 2, 2)), decode=lambda z: z))


MEAN, SPREAD = torch.zeros(8, 2), torch.ones(8, 2)


@pytest.mark.parametrize(
    ("answer", "variational"),
    [
        ((MEAN, SPREAD), True),
        (Answer(latent_dist=Answer(mean=MEAN, logvar=SPREAD)), True),  # diffusers
        (Answer(embedding=MEAN, log_covariance=SPREAD), True),  # pythae
        (Answer(embedding=MEAN), False),
        (Answer(latents=MEAN), False),
    ],
)
def test_what_other_packages_return(answer, variational):
    net = Net()
    net.encode = lambda x: answer
    net.decode = lambda z: Answer(sample=z.new_zeros(len(z), *SHAPE))
    net.up = nn.Linear(2, 16)
    adapted = try_out(net)
    assert (adapted.latent_dim, adapted.variational) == (2, variational)


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, 255.0)])
def test_pixels_of_another_range_are_noticed(low, high):
    def decode(z):
        return np.linspace(low, high, z.shape[0] * 16).reshape(-1, *SHAPE)

    functions = ExternalFunctions(lambda x: x.reshape(len(x), -1), decode)
    with pytest.raises(InputError, match="pixel_range"):
        model_adapter.try_out(functions, IMAGES, UNIT)
    assert model_adapter.try_out(functions, IMAGES, (low, high)).latent_dim == 16


@pytest.mark.parametrize("missing", ["encode", "decode"])
def test_a_missing_half_is_named(missing):
    both = {"encode": lambda x: x.reshape(len(x), -1), "decode": lambda z: z.reshape(-1, *SHAPE), missing: None}
    with pytest.raises(InputError, match=f"^{missing}: "):
        model_adapter.try_out(ExternalFunctions(**both), IMAGES, UNIT)


def test_halves_that_disagree_are_one_line():
    wide = ExternalFunctions(lambda x: np.zeros((len(x), 3)), lambda z: z @ np.zeros((2, 16)))
    with pytest.raises(InputError, match=r"^decode "):
        model_adapter.try_out(wide, IMAGES, UNIT)
