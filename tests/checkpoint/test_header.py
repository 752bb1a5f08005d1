"""Forged files: the digest is right, the content is not; each is an error that names the file."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.checkpoint.conftest import Change, refused


def test_the_forger_alone_changes_nothing(forged, tiny_path):
    assert forged(lambda header, tensors: None).read_bytes() == tiny_path.read_bytes()


def change(path: str, value: Any) -> Change:
    """Set `value` deep in the header, at a path like `config.model.latent_dim`."""

    def apply(header: dict[str, Any], tensors: dict[str, np.ndarray]) -> None:
        *parents, last = path.split(".")
        place: Any = header
        for name in parents:
            place = place[int(name) if isinstance(place, list) else name]
        place[int(last) if isinstance(place, list) else last] = value

    return apply


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("config.model.latent_dim", 5),
        ("config.model.latent_dim", 4096),
        ("config.model.latent_dim", "4"),
        ("config.model.latent_dim", 4.0),
        ("config.model.latent_dim", None),
        ("config.model.hidden", [65_536] * 16),
        ("config.model.hidden", [25]),
        ("config.model.network", "cnn"),
        ("config.model.surprise", 1),
        ("config.objective.name", "plain"),
        ("config", None),
        ("config", []),
        ("points", 119),
        ("points", 10**15),
        ("points", -1),
        ("points", "many"),
        ("image_shape", [1, 8]),
        ("image_shape", [1, 8, 9]),
        ("image_shape", [1, 0, 8]),
        ("image_shape", [64, 1, 1]),
        ("image_shape", [1, 10**9, 10**9]),
        ("image_shape", [1.5, 8, 8]),
        ("image_shape", "188"),
        ("class_names", ["0", "1"]),
        ("class_names", 10),
        ("maps", []),
        ("maps", None),
        ("maps", ["tsne"]),
        ("maps.0.name", "umap"),
        ("maps.0.name", ["tsne"]),
        ("maps.0.name", "latent"),
        ("maps.0.scale", 0),
        ("maps.0.scale", float("nan")),
        ("maps.0.scale", "wide"),
        ("maps.0.centre", [0]),
        ("maps.1.explained", None),
        ("metrics", 3),
        ("metrics.test", 3),
        ("metrics.test", []),
        ("metrics.test", {"mse": "small"}),
        ("metrics.test", {"mse": float("nan")}),
        ("metrics.test", {"mse": None}),
        ("metrics.errors", 3),
        ("metrics.errors", {"normal": [0.1]}),
        ("metrics.errors", {"normal": [0.2, 0.1]}),
        ("metrics.errors", {"normal": [-0.1, 0.1]}),
        ("metrics.errors", {"normal": [0.1, float("inf")]}),
        ("metrics.errors", {"normal": ["a", "b"]}),
        ("metrics.errors", {"other": [0.1, 0.2]}),
        ("metrics.history", {"epoch": 1}),
        ("metrics.history", [{"loss": 1.0}]),
        ("metrics.history", [{"epoch": 1, "loss": [1.0]}]),
        ("metrics.history", [{"epoch": 1, "held_out": 3}]),
        ("made_by", None),
        ("made_by.preset", 3),
        ("made_by.source", ["a"]),
        ("made_by.epochs", "two"),
        ("class_names.0", 0),
        ("class_names.0", ""),
        ("class_names.0", "a\nb"),
        ("class_names.0", "a\0b"),
        ("class_names.0", "a\u202eb"),
        ("class_names.0", "\ud800"),
        ("class_names.0", "x" * 1001),
        ("image_shape", [1, 9, 9]),
        ("image_shape", [True, 8, 8]),
        ("image_shape", [3, 8, 8]),
        ("config.data.size", 9),
        ("config.data.name", "mnist"),
        ("maps.1.name", "tsne"),
        ("maps.0.perplexity", 0),
        ("maps.0.perplexity", 1e6),
        ("maps.0.perplexity", "ten"),
        ("maps.0.metric", "surprise"),
        ("maps.0.metric", ["cosine"]),
        ("maps.0.seed", -1),
        ("maps.0.seed", 1.5),
        ("maps.0.centre", [1e300, 0]),
        ("maps.0.scale", 1e-300),
        ("maps.1.explained", [0.5, 2.0]),
        ("maps.1.explained", [0.5]),
    ],
)
def test_a_header_that_does_not_fit_is_refused(forged, path, value):
    refused(forged(change(path, value)))


@pytest.mark.parametrize("key", ["config", "points", "image_shape", "class_names", "maps", "metrics", "made_by"])
def test_a_header_without_a_key_is_refused(forged, key):
    refused(forged(lambda header, _: header.pop(key)), "damaged")


def replace(name: str, value: Callable[[np.ndarray], np.ndarray]) -> Change:
    return lambda _, tensors: tensors.update({name: np.ascontiguousarray(value(tensors[name]))})


def with_first(value: float) -> Callable[[np.ndarray], np.ndarray]:
    def apply(array: np.ndarray) -> np.ndarray:
        changed = array.copy()
        changed.flat[0] = value
        return changed

    return apply


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("latents", lambda a: a[:-1], "latents has shape (119, 4); (120, 4) is expected"),
        ("latents", lambda a: a.T, "latents has shape (4, 120)"),
        ("latents", with_first(np.nan), "latents holds NaN or infinity"),
        ("latents", lambda a: a.astype(np.int32), "latents is int32"),
        ("latents", lambda a: a.astype(np.float64), "latents is float64"),
        ("latents", lambda a: with_first(3e38)(a.astype(np.float32)), "latents holds numbers beyond 1e+15"),
        ("weights.head.bias", lambda a: with_first(-3e38)(a.astype(np.float32)), "holds numbers beyond 1e+15"),
        ("map.tsne.xy", with_first(-11), "map.tsne.xy holds numbers beyond 10"),
        ("labels", with_first(10), "a label without a class name"),
        ("labels", with_first(-2), "a label without a class name"),
        ("labels", lambda a: a.astype(np.float32), "labels is float32"),
        ("indices", with_first(-1), "a negative index"),
        ("indices", lambda a: a[:3], "indices has shape (3,)"),
        ("map.tsne.xy", lambda a: a[:, :1], "map.tsne.xy has shape (120, 1)"),
        ("map.tsne.xy", with_first(np.inf), "map.tsne.xy holds NaN or infinity"),
        ("map.pca.components", lambda a: a.T, "map.pca.components has shape (4, 2)"),
        ("weights.head.bias", with_first(np.nan), "weights.head.bias holds NaN or infinity"),
        ("weights.head.bias", lambda a: a[:-1], "head.bias is (7,), (8,) is expected"),
        ("weights.head.bias", lambda a: a.astype(np.int32), "weights.head.bias is int32"),
        ("weights.head.weight", lambda a: a.T, "the weights do not fit the config: head.weight"),
    ],
)
def test_a_tensor_that_does_not_fit_is_named(forged, name, value, said):
    refused(forged(replace(name, value)), said)


@pytest.mark.parametrize("name", ["latents", "labels", "indices", "map.tsne.xy", "map.pca.mean", "weights.head.bias"])
def test_a_tensor_that_is_missing_is_named(forged, name):
    refused(forged(lambda _, tensors: tensors.pop(name)), name.removeprefix("weights."))


@pytest.mark.parametrize("name", ["surprise", "map.pca.surprise", "map.latent.xy", "weights.surprise"])
def test_a_tensor_too_many_is_named(forged, name):
    refused(
        forged(lambda _, tensors: tensors.update({name: np.zeros(3, np.float32)})), "surprise" if "s" in name else name
    )


def test_a_latent_plane_is_that_of_its_latents(forged):
    def claim(header: dict[str, Any], tensors: dict[str, np.ndarray]) -> None:
        header["maps"].append({"name": "latent", "centre": [0.0, 0.0], "scale": 1.0})
        tensors["map.latent.xy"] = tensors["map.tsne.xy"]

    refused(forged(claim), "a latent plane that its latents do not lie on")
