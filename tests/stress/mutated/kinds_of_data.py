"""Files of data: arrays, tables, signals, vectors, galleries, data sets, caches."""

import gzip
import io
import pickle
import struct
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from latent_explorer import user_image
from latent_explorer.checkpoint import from_embeddings
from latent_explorer.config import Data
from latent_explorer.data import (
    array_columns,
    loaded_images,
    metadata_file,
    projector_config,
    torchvision_sets,
    vector_file,
)
from latent_explorer.engine import gallery_file
from latent_explorer.user_image.gallery import Gallery, GalleryPicture
from tests import stage
from tests.stress.mutated import tensors
from tests.stress.mutated.graphs import mutate_pickle
from tests.stress.mutated.kinds import Kind
from tests.stress.mutated.kinds_of_pictures import encode, load_data, look
from tests.stress.mutated.plain import Files

DRAW = np.random.default_rng(0)
PICTURES = np.random.default_rng(1).integers(0, 255, (24, 8, 8), dtype=np.uint8)
LABELS = np.arange(24) % 3


def list_kinds() -> list[Kind]:
    load = {kind: partial(load_data, name=kind) for kind in ("array", "table", "signal")}
    return [
        Kind("array", "npy", lambda: {"case.npy": tensors.write_npy(PICTURES)}, "case.npy", load["array"], share=8),
        Kind(
            "array",
            "floats",
            lambda: {"case.npy": tensors.write_npy(np.asfortranarray(PICTURES / 255))},
            "case.npy",
            load["array"],
            share=4,
        ),
        Kind("array", "npz", partial(_make_npz, packed=True), "case.npz", load["array"], share=8),
        Kind("array", "split npz", _make_split, "case.npz", load["array"], share=4),
        Kind(
            "array",
            "safetensors",
            lambda: {"case.safetensors": tensors.join({"class_names": '["a", "b", "c"]'}, _make_arrays())},
            "case.safetensors",
            load["array"],
            share=6,
        ),
        Kind("images in parquet", "Hugging Face", _make_parquet, "case.parquet", load["array"], share=8),
        Kind("table", "csv", partial(_make_table, ","), "case.csv", load["table"], share=8),
        Kind("table", "semicolons", partial(_make_table, ";"), "case.csv", load["table"], share=4),
        Kind("table", "parquet", _make_table_parquet, "case.parquet", load["table"], share=6),
        Kind("signals", "csv", _make_signal_csv, "case.csv", load["signal"], share=5),
        Kind("signals", "recording", _make_recording, "case.tsv", partial(load_data, name="signal", window=8), share=5),
        Kind("signals", "ts", _make_ts, "case.ts", load["signal"], share=6),
        Kind("signals", "npz", _make_signal_npz, "case.npz", load["signal"], share=5),
        Kind("vectors", "tsv", partial(_make_vectors, "tsv", "\t", words=False), "case.tsv", open_vectors, share=4),
        Kind("vectors", "vec", partial(_make_vectors, "vec", " ", words=True), "case.vec", open_vectors, share=4),
        Kind(
            "vectors",
            "npy",
            lambda: {"case.npy": tensors.write_npy(DRAW.normal(size=(30, 4)).astype(np.float32))},
            "case.npy",
            open_vectors,
            share=4,
        ),
        Kind("vectors", "metadata", _make_metadata, "case.tsv", open_metadata, share=4),
        Kind("vectors", "projector", _make_projector, "projector_config.pbtxt", open_projector, share=5, beside=0.5),
        Kind("gallery", "drawings", _make_gallery, "case.npz", open_gallery, share=10),
        Kind(
            "data set",
            "MNIST",
            _make_mnist,
            "train-images-idx3-ubyte",
            open_mnist,
            tensors.mutate_idx,
            share=3,
            beside=0.3,
        ),
        Kind(
            "data set",
            "MNIST in gz",
            partial(_make_mnist, packed=True),
            "train-images-idx3-ubyte.gz",
            open_mnist,
            tensors.mutate_idx,
            share=3,
            beside=0.3,
        ),
        Kind("data set", "CIFAR", _make_cifar, "data_batch_1", open_cifar, mutate_pickle, share=4, beside=0.0),
        Kind("image cache", "kept", _make_cache, "case.safetensors", open_cache, share=3),
    ]


# -- arrays, tables, signals ----------------------------------------------------------------------------


def _make_arrays() -> dict[str, Any]:
    return {"images": PICTURES, "labels": LABELS, "age": np.linspace(1, 9, 24)}


def _make_npz(*, packed: bool) -> Files:
    return {"case.npz": tensors.write_npz({**_make_arrays(), "class_names": np.array(["a", "b", "c"])}, packed=packed)}


def _make_split() -> Files:
    colour = np.repeat(PICTURES[..., None], 3, axis=3)
    return {
        "case.npz": tensors.write_npz(
            {"x_train": colour, "y_train": LABELS, "x_test": colour[:6], "y_test": LABELS[:6]}, packed=False
        )
    }


def _make_parquet() -> Files:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pictures = [{"bytes": encode("PNG", k, 9), "path": None} for k in range(24)]
    table = pa.table(
        {"image": pictures, "label": LABELS, "age": np.linspace(1, 9, 24), "note": [f"n{k}" for k in range(24)]}
    )
    written = io.BytesIO()
    pq.write_table(table, written)
    return {"case.parquet": written.getvalue()}


def _make_columns() -> dict[str, Any]:
    draw = np.random.default_rng(3)
    return {
        "length": draw.normal(size=40).round(3),
        "count": draw.integers(0, 90, 40),
        "colour": [("red", "blue", "")[k % 3] for k in range(40)],
        "class": [("a", "b")[k % 2] for k in range(40)],
    }


def _make_table(separator: str) -> Files:
    columns = _make_columns()
    rows = [separator.join(columns), *(separator.join(str(one[k]) for one in columns.values()) for k in range(40))]
    return {"case.csv": "\n".join(rows).replace(".", "," if separator == ";" else ".").encode()}


def _make_table_parquet() -> Files:
    import pyarrow as pa
    import pyarrow.parquet as pq

    written = io.BytesIO()
    pq.write_table(pa.table(_make_columns()), written)
    return {"case.parquet": written.getvalue()}


def _make_waves() -> Any:
    return np.sin(np.arange(24)[:, None] / 3 + np.arange(16)[None] / 2).round(3)


def _make_signal_csv() -> Files:
    rows = [
        "label," + ",".join(map(str, range(16))),
        *(f"{k % 3}," + ",".join(map(str, wave)) for k, wave in enumerate(_make_waves())),
    ]
    return {"case.csv": "\n".join(rows).encode()}


def _make_recording() -> Files:
    rows = [
        "seconds\tleft\tright\tlabel",
        *(f"{k / 50:.2f}\t{np.sin(k / 5):.3f}\t{np.cos(k / 7):.3f}\t{k // 40}" for k in range(200)),
    ]
    return {"case.tsv": "\n".join(rows).encode()}


def _make_ts() -> Files:
    head = ["@problemName case", "@timestamps false", "@univariate false", "@classlabel true a b", "@data"]
    rows = [
        ":".join((",".join(map(str, wave)), ",".join(map(str, -wave)), "ab"[k % 2]))
        for k, wave in enumerate(_make_waves())
    ]
    return {"case.ts": "\n".join(head + rows).encode()}


def _make_signal_npz() -> Files:
    return {
        "case.npz": tensors.write_npz(
            {"signals": np.stack([_make_waves()] * 2, axis=1), "labels": LABELS, "age": np.arange(24.0)}
        )
    }


# -- vectors --------------------------------------------------------------------------------------------


def _make_vectors(suffix: str, separator: str, *, words: bool) -> Files:
    values = np.random.default_rng(4).normal(size=(30, 4)).round(4)
    rows = [separator.join(([f"word{k}"] if words else []) + list(map(str, row))) for k, row in enumerate(values)]
    return {f"case.{suffix}": "\n".join((["30 4"] if words else []) + rows).encode()}


def open_vectors(path: Path) -> None:
    """Read vectors as the import does, up to their map."""
    found = vector_file.read(path)
    assert len(found.words) in (0, len(found.values))
    _check_vectors(path, found.values)


def _check_vectors(path: Path, values: Any) -> None:
    from latent_explorer.errors import InputError

    try:
        from_embeddings.check_vectors(values)
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from None  # which the import names in the line before


def _make_metadata() -> Files:
    rows = ["name\tkind\tsize", *(f"thing {k}\t{'ab'[k % 2]}\t{k * 1.5}" for k in range(30))]
    return {"case.tsv": "\n".join(rows).encode()}


def open_metadata(path: Path) -> None:
    known = metadata_file.read(path, 30)
    array_columns.to_classes(known.labels, None, 30)
    array_columns.to_attributes(known.attributes, 30)


def _make_projector() -> Files:
    sprite = '{\n    image_path: "sprite.png"\n    single_image_dim: 5\n    single_image_dim: 5\n  }'
    files = 'tensor_path: "vectors.tsv"\n  metadata_path: "metadata.tsv"'
    config = f"embeddings {{\n  {files}\n  sprite {sprite}\n}}\n"
    return {
        "projector_config.pbtxt": config.encode(),
        "sprite.png": encode("PNG", 0, 30),
        "vectors.tsv": _make_vectors("tsv", "\t", words=False)["case.tsv"],
        "metadata.tsv": _make_metadata()["case.tsv"],
    }


def open_projector(path: Path) -> None:
    found = projector_config.read(path)
    vectors = vector_file.read(found.vectors)
    if found.metadata is not None:
        metadata_file.read(found.metadata, len(vectors.values))
    if found.sprite is not None:
        projector_config.cut_sprite(found.sprite, found.tile, len(vectors.values))


# -- galleries, data sets, caches -----------------------------------------------------------------------


def _make_gallery() -> Files:
    drawn = [
        GalleryPicture(user_image.OwnImage.of(np.tile(one, (2, 2)), drawn=k % 2 == 0, name=f"p{k}"), "abc"[k % 3])
        for k, one in enumerate(PICTURES[:6])
    ]
    return {"case.npz": gallery_file.serialise(Gallery(tuple(drawn)), stage.make_checkpoint("case", seed=1))}


def open_gallery(path: Path) -> None:
    gallery_file.check(path)
    for one in gallery_file.read(path).pictures:
        _ = one.image.picture.sum(), one.label


def _to_idx(values: Any) -> bytes:
    return (
        bytes((0, 0, 8, values.ndim))
        + struct.pack(f">{values.ndim}I", *values.shape)
        + values.astype(np.uint8).tobytes()
    )


def _make_mnist(*, packed: bool = False) -> Files:
    images = np.zeros((20, 28, 28), np.uint8)
    parts = (images, LABELS[:20], images[:5], LABELS[:5])
    files = {name: _to_idx(one) for name, one in zip(torchvision_sets.IDX_FILES, parts, strict=True)}
    return {f"{name}.gz": gzip.compress(data, 1, mtime=0) for name, data in files.items()} if packed else files


def open_mnist(path: Path) -> None:
    wanted = torchvision_sets.SETS["mnist"]
    wanted.read(path.parent, wanted)


def _make_cifar() -> Files:
    batch = {b"data": np.zeros((4, 3072), np.uint8), b"labels": [0, 1, 2, 3]}
    return {name: pickle.dumps(batch, 3) for name in torchvision_sets.SETS["cifar10"].files}


def open_cifar(path: Path) -> None:
    wanted = torchvision_sets.SETS["cifar10"]
    wanted.read(path.parent, wanted)


def _make_cache() -> Files:
    import json

    header = {
        "class_names": ["a"],
        "left_out": [],
        "names": [f"{k}.png" for k in range(24)],
        "folder": "",
        "held_out": 0,
    }
    arrays = {"images": PICTURES[:, None], "labels": LABELS * 0}
    return {"case.safetensors": tensors.join({loaded_images.HEADER_KEY: json.dumps(header)}, arrays)}


def open_cache(path: Path) -> None:
    """Read pictures of the user's cache, for a checkpoint that was made of them: one that is damaged is not there."""
    from dataclasses import replace
    from unittest import mock

    from latent_explorer.engine.datasets import load_originals

    one = stage.make_checkpoint("case", seed=1, data="array")
    settings = replace(one.config, data=Data(name="array", shape=(1, 8, 8)))
    one = replace(one, config=settings, made_by={"source": "case"})
    with mock.patch.object(loaded_images, "make_path", return_value=path):
        found = load_originals.load_originals(one, None)
    if not isinstance(found, str):
        look(found)
