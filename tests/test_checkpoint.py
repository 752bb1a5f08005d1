import errno
import json
import os
import pickle
import subprocess
import sys
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

import latent_explorer
from latent_explorer import checkpoint, data, metrics
from latent_explorer.checkpoint import FORMAT, KEY, Checkpoint
from latent_explorer.errors import InputError, WorkError

Change = Callable[[dict[str, Any], dict[str, np.ndarray]], None]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch") / "damaged.safetensors"


@pytest.fixture
def forged(tiny: Checkpoint, tmp_path: Path) -> Callable[[Change], Path]:
    """The tiny checkpoint changed by someone who can also compute its digest."""

    def make(change: Change) -> Path:
        header, tensors = checkpoint._header(tiny), checkpoint._tensors(tiny)
        change(header, tensors)
        header["digest"] = checkpoint._digest(header, tensors)
        path = tmp_path / "forged.safetensors"
        path.write_bytes(to_bytes(tensors, metadata={KEY: checkpoint._text(header)}))
        return path

    return make


def refused(path: Path, *said: str) -> None:
    with pytest.raises(InputError) as caught:
        checkpoint.load(path, "cpu")
    message = str(caught.value)
    assert all(part in message for part in (*said, path.stem)), message
    assert "\n" not in message


# -- there and back -----------------------------------------------------------------------------------


def test_saved_loaded_and_saved_again_are_the_same_bytes(tiny, tiny_path, tmp_path):
    again = tiny.save(tmp_path / "deeper" / "again.safetensors")
    assert again.read_bytes() == tiny_path.read_bytes()


def test_everything_comes_back(tiny, tiny_path):
    assert tiny.config.training.epochs == 2
    assert tiny.image_shape == (1, 8, 8)
    assert tiny.class_names == tuple("0123456789")
    assert list(tiny.maps) == ["tsne", "pca"]
    assert tiny.atlas is tiny.maps["tsne"]
    assert tiny.atlas.xy.shape == (120, 2)
    assert tiny.latents.shape == (120, 4)
    assert tiny.labels.shape == tiny.indices.shape == (120,)
    assert set(tiny.metrics["test"]) == {"mse", "bce", "kl", "neg_elbo", "knn_accuracy"}
    assert [epoch["epoch"] for epoch in tiny.metrics["history"]] == [1, 2]
    assert tiny.made_by["preset"] == "digits-vae"
    assert tiny.name == "tiny"
    assert not [path for path in tiny_path.parent.iterdir() if path != tiny_path]


def test_the_dots_are_the_pictures_they_say(tiny, digits):
    some = [0, 17, 119]
    images = torch.stack([digits.image(int(tiny.indices[dot])) for dot in some])
    np.testing.assert_allclose(tiny.encode(data.to_floats(images).numpy()), tiny.latents[some], atol=2e-3)
    every = torch.cat([digits.train.labels, digits.test.labels]).numpy()
    assert np.array_equal(every[tiny.indices], tiny.labels)
    assert tiny.dot_of[int(tiny.indices[17])] == 17


def test_the_metrics_are_those_of_the_weights_in_the_file(tiny, digits):
    found = metrics.evaluate(tiny.model, digits.test.images, seed=tiny.config.training.seed)
    assert found["mse"] == pytest.approx(tiny.metrics["test"]["mse"], rel=1e-4)
    assert found["bce"] == pytest.approx(tiny.metrics["test"]["bce"], rel=1e-4)


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
def test_the_same_kind_comes_out_as_went_in(tiny, kind):
    images = np.random.default_rng(0).random((3, 1, 8, 8)).astype(np.float32)
    z = tiny.encode(kind(images))
    decoded = tiny.decode(z)
    assert isinstance(z, type(kind(images)))
    assert isinstance(decoded, type(kind(images)))
    assert tuple(z.shape) == (3, 4)
    assert tuple(decoded.shape) == (3, 1, 8, 8)
    assert 0 <= float(decoded.min()) <= float(decoded.max()) <= 1


@pytest.mark.parametrize("shape", [(1, 8, 8), (2, 1, 8, 9), (2, 3, 8, 8), (2, 64)])
def test_pictures_of_another_shape_are_refused(tiny, shape):
    with pytest.raises(InputError, match=r"images: shape .* arrived; \(N, 1, 8, 8\) is allowed"):
        tiny.encode(np.zeros(shape))


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_numbers_that_are_none_are_refused(tiny, odd):
    with pytest.raises(InputError, match="images: NaN or infinity"):
        tiny.encode(np.full((1, 1, 8, 8), odd))
    with pytest.raises(InputError, match="latents: NaN or infinity"):
        tiny.decode(np.full((1, 4), odd))
    with pytest.raises(InputError, match=r"latents: shape \(1, 5\) arrived; \(N, 4\) is allowed"):
        tiny.decode(np.zeros((1, 5)))


def test_no_pictures_and_no_latents_are_fine(tiny):
    assert tiny.encode(np.zeros((0, 1, 8, 8))).shape == (0, 4)
    assert tiny.decode(np.zeros((0, 4))).shape == (0, 1, 8, 8)


def test_half_precision_is_used_where_its_range_holds():
    assert checkpoint.half(np.float32([1, -5e4])).dtype == np.float16
    assert checkpoint.half(np.float32([1, 7e4])).dtype == np.float32
    assert checkpoint.half(np.zeros(0, np.float32)).dtype == np.float16


def test_a_map_opens_without_torch_and_without_what_fitted_it(tiny_path):
    code = f"""
import sys, pathlib
from latent_explorer import checkpoint
one = checkpoint.read(pathlib.Path({str(tiny_path)!r}))
one.atlas.inverse_transform(one.atlas.xy, 0.01), one.maps["pca"].inverse_transform(one.maps["pca"].xy)
heavy = {{"torch", "torchvision", "sklearn", "openTSNE"}} & set(sys.modules)
sys.exit(", ".join(heavy) or 0)
"""
    root = Path(latent_explorer.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


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
        checkpoint.read(scratch)


def flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@given(st.data())
def test_any_flipped_bit_is_found(tiny_path, scratch, data):
    whole = tiny_path.read_bytes()
    scratch.write_bytes(flipped(whole, data.draw(st.integers(0, 8 * len(whole) - 1))))
    with pytest.raises(InputError):
        checkpoint.read(scratch)


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
            checkpoint.read(scratch)


def test_another_spelling_of_the_same_header_is_refused(tiny, scratch):
    header, tensors = checkpoint._header(tiny), checkpoint._tensors(tiny)
    header["digest"] = checkpoint._digest(header, tensors)
    text = checkpoint._text(header)
    scratch.write_bytes(to_bytes(tensors, metadata={KEY: text}))
    checkpoint.read(scratch)
    scratch.write_bytes(to_bytes(tensors, metadata={KEY: text.replace('"tsne"', '"\\u0074sne"', 1)}))
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
    monkeypatch.setattr(checkpoint, "LARGEST", 1000)
    refused(tiny_path, "8 to 1,000 are allowed")


@pytest.mark.parametrize("text", ["", "[]", "3", "{", "[" * 5000, '{"format": "1"}', '{"format": 0}', "1" * 5000])
def test_a_header_that_is_none_is_refused(scratch, text):
    scratch.write_bytes(to_bytes({"latents": np.zeros((1, 1), np.float32)}, metadata={KEY: text}))
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
        ("config.map.methods", ["latent"]),
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
        ("made_by", None),
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


# -- names and places ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nowhere", "nowhere.safetensors", "x" * 5000, "~nobody here/x", ""])
def test_what_is_not_there_names_what_is(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"allowed"):
        checkpoint.load(name)


def test_a_folder_is_no_checkpoint(tmp_path):
    with pytest.raises(InputError, match=r"a folder arrived; a .safetensors file is allowed"):
        checkpoint.load(tmp_path)


@pytest.mark.parametrize("device", ["gpu", "cuda:99", "cpu:", "cuda:x", "", "meta"])
def test_a_device_that_is_not_here_names_those_that_are(tiny_path, device):
    with pytest.raises(InputError, match=r"device .* is not available here; allowed: auto, .*cpu"):
        checkpoint.load(tiny_path, device)


def test_the_package_itself_loads(tiny_path):
    loaded = latent_explorer.load(tiny_path, device="cpu")
    assert loaded.decode(loaded.atlas.inverse_transform([[0.5, 0.5]])).shape == (1, 1, 8, 8)


@pytest.mark.parametrize("name", checkpoint.names())
def test_a_shipped_checkpoint_opens_by_its_name_and_is_small(name):
    shipped = latent_explorer.load(name, device="cpu")
    assert checkpoint.find(name).stat().st_size < 2_000_000
    assert np.isfinite(shipped.decode(shipped.latents[:3])).all()
    for atlas in shipped.maps.values():
        np.testing.assert_allclose(atlas.inverse_transform(atlas.xy[:200]), atlas.latents[:200], atol=1e-3)


# -- writing ------------------------------------------------------------------------------------------


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tiny, tmp_path, monkeypatch, broken):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"the old one")
    monkeypatch.setattr(os, broken, full)
    with pytest.raises(WorkError, match=r"model\.safetensors: cannot be written: No space left on device"):
        tiny.save(path)
    assert path.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_an_interruption_leaves_the_old_file_and_nothing_else(tiny, tmp_path, monkeypatch, broken):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"the old one")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, broken, interrupted)
    with pytest.raises(KeyboardInterrupt):
        tiny.save(path)
    assert path.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_named(tiny, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkError, match="cannot be written"):
        tiny.save(tmp_path / "file" / "model.safetensors")


def test_the_longest_name_a_file_system_takes_is_fine(tiny, tmp_path):
    path = tmp_path / ("x" * (255 - len(checkpoint.SUFFIX)) + checkpoint.SUFFIX)
    assert checkpoint.load(tiny.save(path), "cpu").latent_dim == 4


def test_the_file_is_plain_json_and_numbers_no_wider_than_needed(tiny_path):
    content = tiny_path.read_bytes()
    outer = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    header = json.loads(outer["__metadata__"][KEY])
    assert header["format"] == FORMAT
    assert header["config"]["data"]["name"] == "digits"
    kinds = {name: entry["dtype"] for name, entry in outer.items() if name != "__metadata__"}
    assert {kinds[name] for name in kinds if name.startswith("weights.")} == {kinds["latents"]} == {"F16"}
    assert (kinds["labels"], kinds["indices"], kinds["map.tsne.xy"]) == ("I16", "I32", "F32")
