"""Files that are cut, flipped, foreign or forged: each one is an `InputError` that names the file."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from safetensors.numpy import save as to_bytes

from latent_explorer.checkpoint import checkpoint_file, tensor_file, trained_model
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.tensor_file import FORMAT, METADATA_KEY
from latent_explorer.errors import InputError

Change = Callable[[dict[str, Any], dict[str, np.ndarray]], None]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch") / "damaged.safetensors"


@pytest.fixture
def forged(tiny: Checkpoint, tmp_path: Path) -> Callable[[Change], Path]:
    """The tiny checkpoint changed by someone who can also compute its digest."""

    def make(change: Change) -> Path:
        header, tensors = trained_model.make_header(tiny), trained_model.make_tensors(tiny)
        change(header, tensors)
        path = tmp_path / "forged.safetensors"
        path.write_bytes(tensor_file.to_bytes(header, tensors))
        return path

    return make


def refused(path: Path, *said: str) -> None:
    with pytest.raises(InputError) as caught:
        checkpoint_file.load(path, "cpu")
    message = str(caught.value)
    assert all(part in message for part in (*said, path.stem)), message
    assert "\n" not in message


# -- damage -------------------------------------------------------------------------------------------


def test_every_kind_of_prefix_is_refused(tiny_path, scratch):
    whole = tiny_path.read_bytes()
    header = 8 + int.from_bytes(whole[:8], "little")
    lengths = {0, 1, 7, 8, 9, header // 2, header - 1, header, header + 1, len(whole) // 2, len(whole) - 1}
    for length in sorted(lengths):
        scratch.write_bytes(whole[:length])
        refused(scratch)


@given(st.data())
def test_any_prefix_is_refused(tiny_path, scratch, data):
    whole = tiny_path.read_bytes()
    scratch.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(InputError):
        checkpoint_file.read(scratch)


def flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@given(st.data())
def test_any_flipped_bit_is_found(tiny_path, scratch, data):
    whole = tiny_path.read_bytes()
    scratch.write_bytes(flipped(whole, data.draw(st.integers(0, 8 * len(whole) - 1))))
    with pytest.raises(InputError):
        checkpoint_file.read(scratch)


def test_flipped_bits_of_the_header_are_found(tiny_path, scratch):
    """Every bit of the length, a share of all others, and those that turn 1e-05 into 1E-05."""
    whole = tiny_path.read_bytes()
    header = 8 + int.from_bytes(whole[:8], "little")
    text = whole[:header]
    bits = {*range(64), *np.random.default_rng(0).integers(64, 8 * header, 800).tolist()}
    bits |= {8 * at + 5 for at in range(1, header - 1) if text[at : at + 1] == b"e" and text[at + 1 : at + 2] in b"-+"}
    for bit in sorted(bits):
        scratch.write_bytes(flipped(whole, bit))
        with pytest.raises(InputError):
            checkpoint_file.read(scratch)


def test_another_spelling_of_the_same_header_is_refused(tiny, scratch):
    header, tensors = {"format": FORMAT, **trained_model.make_header(tiny)}, trained_model.make_tensors(tiny)
    header["digest"] = tensor_file.compute_digest(header, tensors)
    text = tensor_file.to_json(header)
    scratch.write_bytes(to_bytes(tensors, metadata={METADATA_KEY: text}))
    checkpoint_file.read(scratch)
    scratch.write_bytes(to_bytes(tensors, metadata={METADATA_KEY: text.replace('"tsne"', '"\\u0074sne"', 1)}))
    refused(scratch, "damaged")


@pytest.mark.parametrize("extra", [b"\0", b"more"])
def test_what_follows_the_end_is_refused(tiny_path, scratch, extra):
    scratch.write_bytes(tiny_path.read_bytes() + extra)
    refused(scratch)


# -- foreign files ------------------------------------------------------------------------------------


class Trap:
    def __reduce__(self) -> tuple[Any, ...]:
        return (os._exit, (3,))


def png() -> bytes:
    from io import BytesIO

    file = BytesIO()
    Image.new("L", (64, 64), 128).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 7,
        b"\0" * 100,
        b"\xff" * 100,
        b"training:\n  epochs: 3\n" * 9,
        (2**63).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"{}",
        (100_000_000).to_bytes(8, "little") + b"{",
        (6000).to_bytes(8, "little") + b"[" * 6000,
        png(),
        pickle.dumps(Trap()),
    ],
)
def test_a_file_of_another_kind_is_refused(scratch, content):
    scratch.write_bytes(content)
    refused(scratch)


def test_a_torch_checkpoint_is_refused(scratch):
    torch.save({"weights": torch.zeros(3)}, scratch)
    refused(scratch)


def test_a_foreign_safetensors_file_says_what_makes_one(scratch):
    scratch.write_bytes(to_bytes({"weight": np.zeros((3, 3), np.float32)}))
    refused(scratch, "no latent_explorer checkpoint", "train.py")


def test_an_empty_file_says_it_is_empty(scratch):
    scratch.write_bytes(b"")
    refused(scratch, "is empty")


def test_a_file_too_large_is_not_opened(tiny_path, monkeypatch):
    monkeypatch.setattr(tensor_file, "MAX_FILE_SIZE", 1000)
    refused(tiny_path, "8 to 1,000 are allowed")


@pytest.mark.parametrize("text", ["", "[]", "3", "{", "[" * 5000, '{"format": "1"}', '{"format": 0}', "1" * 5000])
def test_a_header_that_is_none_is_refused(scratch, text):
    scratch.write_bytes(to_bytes({"latents": np.zeros((1, 1), np.float32)}, metadata={METADATA_KEY: text}))
    refused(scratch, "damaged")


# -- forged files: the digest is right, the content is not ----------------------------------------------


def test_the_forger_alone_changes_nothing(forged, tiny_path):
    assert forged(lambda header, tensors: None).read_bytes() == tiny_path.read_bytes()


def test_a_newer_format_says_to_install_a_newer_program(forged):
    path = forged(lambda header, _: header.update(format=FORMAT + 1))
    refused(path, f"format {FORMAT + 1} arrived", f"reads up to {FORMAT}")


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


def test_the_weights_of_another_network_are_refused(forged, tiny):
    def swap(_: dict[str, Any], tensors: dict[str, np.ndarray]) -> None:
        for name in [name for name in tensors if name.startswith("weights.decoder")]:
            del tensors[name]
        tensors["weights.decoder.0.weight"] = np.zeros((64, 4), np.float32)

    refused(forged(swap), "the weights do not fit the config")


def test_a_latent_plane_is_that_of_its_latents(forged):
    def claim(header: dict[str, Any], tensors: dict[str, np.ndarray]) -> None:
        header["maps"].append({"name": "latent", "centre": [0.0, 0.0], "scale": 1.0})
        tensors["map.latent.xy"] = tensors["map.tsne.xy"]

    refused(forged(claim), "a latent plane that its latents do not lie on")


@pytest.mark.parametrize("depth", [100, 900, 988, 1000, 3000])
def test_a_header_nested_deeply_is_refused(scratch, depth):
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        text = '{"config": ' + opening * depth + "1" + closing * depth + ', "format": 1}'
        scratch.write_bytes(to_bytes({"latents": np.zeros((1, 1), np.float32)}, metadata={METADATA_KEY: text}))
        refused(scratch, "damaged")


def test_a_type_that_numpy_lacks_is_refused(scratch, tiny):
    from safetensors.torch import save

    weights = {"latents": torch.zeros(120, 4, dtype=torch.float8_e4m3fn)}
    scratch.write_bytes(
        save(
            weights, metadata={METADATA_KEY: tensor_file.to_json({"format": FORMAT, **trained_model.make_header(tiny)})}
        )
    )
    refused(scratch, "latents is F8_E4M3")
