"""`train.py import`: make the checkpoint of a model from elsewhere, which travels inside it as ONNX graphs.

The model comes as two ONNX files, or from another program's folder (`commands.importers`). Vectors without a model are
the work of `commands.import_vectors`."""

import argparse
import contextlib
import json
import math
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from latent_explorer import config as configuration
from latent_explorer import files
from latent_explorer.arrays import Floats
from latent_explorer.checkpoint import checkpoint_paths
from latent_explorer.commands.exit_status import Parser, print_stdout, run_guarded, say
from latent_explorer.config import Data
from latent_explorer.errors import InputError

if TYPE_CHECKING:
    from latent_explorer.checkpoint.checkpoint import Checkpoint
    from latent_explorer.data.dataset import Dataset
    from latent_explorer.models.external_network import ExternalFunctions

CERTAIN = {".ts": "signals"}
"""What the samples of a file are by its ending alone."""
NUMBER = r"[-+]?\d{1,6}(?:\.\d{1,6})?"
KINDS = ("pythae", "diffusers", "keras", "torchscript")


@dataclass(frozen=True)
class Source:
    """A model that is to be imported."""

    image_shape: tuple[int, int, int] | None
    """Of the pictures it takes; None if any."""
    pixel_range: tuple[float, float]
    make_graphs: Callable[[Floats], tuple[bytes, bytes]]
    """Images (N, C, H, W) in `pixel_range` -> encoder and decoder."""
    remark: str = ""
    values: int | None = None
    """Numbers a sample that it takes; None if any."""


def main(arguments: Sequence[str]) -> int:
    options = make_parser().parse_args(_attach_pixels(arguments))
    return run_guarded("train import", lambda: run(options))


def _attach_pixels(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the range of `--pixels` attached to it: argparse takes `-1..1` for an option."""
    given = list(arguments)
    for k in range(len(given) - 1):
        if given[k] == "--pixels" and re.match(r"-[\d.]", given[k + 1]):
            given[k : k + 2] = [f"--pixels={given[k + 1]}"]
            break
    return given


def make_parser() -> Parser:
    p = Parser(prog="train.py import", description="Make the checkpoint of a model from elsewhere, or of vectors.")
    add = p.add_argument
    add("--encoder", type=files.expand, metavar="E.onnx", help="pictures -> latents, or a posterior")
    add("--decoder", type=files.expand, metavar="D.onnx", help="latents -> pictures")
    kinds = ", ".join(KINDS[:-1]) + f" or {KINDS[-1]}"
    add("--from", nargs=2, dest="source", metavar=("KIND", "PATH"), help=f"in place of both: a model of {kinds}")
    add("--data", metavar="DATA", help="the model's data: a folder of pictures, a file, or a data set's name")
    add(
        "--samples",
        metavar="images|signals|rows",
        help="what a sample of that file is (default: images; signals of a .ts file); rows and signals of .csv need it",
    )
    add(
        "--vectors",
        type=files.expand,
        metavar="V.tsv",
        help="in place of a model: vectors (.tsv, .npy, .vec, .txt), or the folder of TensorBoard's projector",
    )
    add("--metadata", type=files.expand, metavar="M.tsv", help="what is known of the vectors, a row each")
    add("--text", default="", metavar="COLUMN", help="the column of --metadata that is shown (default: found out)")
    add("--label", default="", metavar="COLUMN", help="the column of --metadata that is the class (default: found out)")
    add("--metric", choices=("euclidean", "cosine"), default="euclidean", help="of vectors; cosine compares directions")
    add("--limit", type=int, metavar="N", help="only the first N vectors")
    add("--data-dir", metavar="DIR", help="where named data sets lie (default $LATENT_EXPLORER_DATA or the cache)")
    add("--out", type=files.expand, required=True, metavar="FILE.safetensors")
    add("--name", metavar="NAME", help="the model's name (default: that of the file)")
    add("--pixels", metavar="LOW..HIGH", help="its values for black and white (default 0..1; of diffusers -1..1)")
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="a key of data or map: data.size=64")
    add("--no-inverse", action="store_true", help="skip the fit of the smooth way back")
    add("--json", action="store_true", help="the last line of standard output is one JSON object")
    return p


def run(options: argparse.Namespace) -> int:
    """Make the checkpoint that the options ask for. Raise `InputError` for what cannot be imported."""
    if options.out.suffix != checkpoint_paths.SUFFIX:
        raise InputError(f"--out {options.out}: a file name that ends in {checkpoint_paths.SUFFIX} is allowed")
    pixel_range = _parse_pixels(options.pixels)
    overrides = _parse_overrides(options.set)
    _check_kind(options, overrides)
    files.check_writable(options.out, "--out")
    if options.vectors is not None:
        from latent_explorer.commands import import_vectors

        seed = configuration.from_dict({"training": overrides.get("training", {})}, "--set").training.seed
        return import_vectors.run(options, overrides.get("map", {}), seed)
    source = _open_source(options, pixel_range)
    config = _make_config(options.data, options.samples, source.image_shape, overrides)
    dataset = _load_dataset(options, config, source)
    checkpoint = _save_checkpoint(options, config, dataset, source)
    test = checkpoint.metrics["test"]
    print_stdout(
        f"held-out: {'  '.join(f'{one} {value:.4g}' for one, value in test.items())}\n"
        f"written: {options.out}  (open it: python demo.py {files.to_argument(os.fspath(options.out))})"
    )
    if options.json:
        print_stdout(
            json.dumps({"checkpoint": os.fspath(options.out), "test": test, "latent_dim": checkpoint.latent_dim})
        )
    return 0


def _load_dataset(options: argparse.Namespace, config: configuration.Config, source: Source) -> "Dataset":
    """Return the samples that the model is shown, and say how many there are."""
    from latent_explorer.data import datasets

    data_dir = None if config.data.name in configuration.OWN_SETS else options.data_dir
    dataset = datasets.load(config.data, data_dir=data_dir, seed=config.training.seed)
    say(f"{_name_model(options)}: {dataset.count:,} {dataset.kind.words.many} of {dataset.describe_size()}")
    if source.remark:
        say(source.remark)
    if not dataset.kind.has_pixels:
        _check_values(options, dataset, source)
    return dataset


def _name_model(options: argparse.Namespace) -> str:
    return str(options.name or options.out.stem)


def _save_checkpoint(
    options: argparse.Namespace, config: configuration.Config, dataset: "Dataset", source: Source
) -> "Checkpoint":
    """Encode the samples, place them on the maps, and write the checkpoint with the model's graphs; return it."""
    from latent_explorer.checkpoint import from_model
    from latent_explorer.checkpoint.checkpoint import Checkpoint
    from latent_explorer.checkpoint.load_model import DECODER, ENCODER
    from latent_explorer.models import onnx_network

    graphs = source.make_graphs(from_model.draw_trial(dataset, source.pixel_range))
    channels = dataset.image_shape[0] if dataset.kind.runs_in_time else 0
    functions = onnx_network.make_functions(*graphs, channels)
    settings = from_model.MapSettings(
        pixel_range=source.pixel_range,
        methods=config.map.methods,
        points=config.map.points,
        place=config.map.place,
        backend=config.map.backend,
        seed=config.training.seed,
        fit_inverse=not options.no_inverse,
        say=say,
    )
    checkpoint = from_model.from_dataset(
        Checkpoint, functions, dataset, config.data, name=_name_model(options), settings=settings, network="onnx"
    )
    arrays = {one: np.frombuffer(data, np.uint8) for one, data in zip((ENCODER, DECODER), graphs, strict=True)}
    replace(checkpoint, weights=arrays, functions=None).save(options.out)
    return checkpoint


def _check_kind(options: argparse.Namespace, overrides: dict[str, dict[str, Any]]) -> None:
    """Raise `InputError` for options of vectors without any, and for a model without data."""
    if options.limit is not None and options.limit < 1:
        raise InputError(f"--limit {options.limit}: a number from 1 is allowed")
    if options.vectors is not None:
        if "data" in overrides:
            raise InputError("--set data arrived with --vectors; keys of map are allowed, and training.seed")
        return
    for name in ("metadata", "text", "label", "limit"):
        if getattr(options, name):
            raise InputError(f"--{name} arrived without --vectors, which it goes with")
    if options.samples not in (None, "images") and options.pixels is not None:
        raise InputError(f"--pixels arrived with --samples {options.samples}; it goes with pictures")
    if options.data is None:
        raise InputError("--data is needed: the samples that the model is shown; or --vectors in place of a model")


def _check_values(options: argparse.Namespace, dataset: "Dataset", source: Source) -> None:
    """Raise `InputError` for signals or rows that the model cannot take."""
    from latent_explorer.samples import Tables

    words, where = dataset.kind.words, f"--data {options.data}"
    if options.source is not None:
        raise InputError(f"{where}: {words.many} arrived for a model of {options.source[0]}, which takes pictures")
    if options.pixels is not None:
        raise InputError(f"--pixels arrived with {words.many}; it goes with pictures")
    if isinstance(dataset.kind, Tables):
        texts = list(dict.fromkeys(one.name for one in dataset.kind.columns if one.category))
        if texts:
            more = f" and {len(texts) - 3:,} more" if len(texts) > 3 else ""
            named = ", ".join(texts[:3]) + more
            raise InputError(f"{where}: columns that are not numbers arrived: {named}; write them as numbers, in the "
                             "order that the encoder takes")  # fmt: skip
    arrived = math.prod(dataset.image_shape)
    if source.values not in (None, arrived):
        raise InputError(f"{where}: {arrived:,} values a {words.one} arrived; the encoder takes {source.values:,} "
                         f"({'; '.join(dataset.remarks) or 'no column was left out'})")  # fmt: skip


def _open_source(options: argparse.Namespace, pixel_range: tuple[float, float] | None) -> Source:
    """Return the model that the options name; exactly one way to name it is allowed."""
    pair = (options.encoder, options.decoder)
    if options.source is not None and pair == (None, None):
        return _open_foreign(options.source[0], files.expand(options.source[1]), pixel_range)
    if options.source is not None or None in pair:
        raise InputError("--encoder together with --decoder is needed, or --from in place of both")

    from latent_explorer.models import onnx_network

    graphs, functions = open_graphs(options.encoder, options.decoder)
    shape, values = onnx_network.find_image_shape(functions), onnx_network.count_inputs(functions)
    return Source(shape, pixel_range or (0.0, 1.0), lambda images: graphs, values=values)


def open_graphs(encoder: Path, decoder: Path) -> "tuple[tuple[bytes, bytes], ExternalFunctions]":
    """Return two ONNX graphs and their functions; raise `InputError`, which names the file, for one that cannot be
    used."""
    from latent_explorer.models import onnx_network

    graphs = _read_graph(encoder, "--encoder"), _read_graph(decoder, "--decoder")
    with _name_option("--encoder", encoder):
        first = onnx_network.make_functions(graphs[0], None)
    with _name_option("--decoder", decoder):
        second = onnx_network.make_functions(None, graphs[1])
    return graphs, replace(first, decode=second.decode)


@contextlib.contextmanager
def _name_option(option: str, path: Path) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        raise InputError(f"{option} {path}: {error}") from None


def _open_foreign(kind: str, path: Path, pixel_range: tuple[float, float] | None) -> Source:
    if kind not in KINDS:
        raise InputError(f"--from {kind!r} arrived; {', '.join(KINDS)} are allowed")

    from latent_explorer.commands.importers import code_file, diffusers_folder, pythae_folder

    if kind == "keras":
        code_file.refuse_keras(path)
    if kind == "torchscript":
        code_file.refuse_torchscript(path)
    model = (pythae_folder if kind == "pythae" else diffusers_folder).read(path)
    return Source(model.image_shape, pixel_range or model.pixel_range, model.export, model.remark)


def _make_config(
    data: str, samples: str | None, shape: tuple[int, int, int] | None, overrides: dict[str, dict[str, Any]]
) -> configuration.Config:
    """Return the config of a data set, of pictures of the encoder's `shape`, with the keys that `--set` gives."""
    from latent_explorer.data import given_samples, table_file

    path = files.expand(data)
    suffix = path.suffix.lower()
    if samples is not None:
        given_samples.find_name(samples)
    elif path.is_file():
        samples = CERTAIN.get(suffix)
    section: dict[str, Any]
    if samples is not None and not path.exists() and data in configuration.NATIVE_SHAPES:
        raise InputError(f"--samples arrived with --data {data}, a data set by name; it goes with a file")
    if samples not in (None, "images") and path.exists():
        section = {"name": given_samples.find_name(samples), "path": os.fspath(path)}
    elif path.is_file() and samples is None and suffix in table_file.SUFFIXES:  # signals or rows, and no pictures
        raise InputError(f"--data {data}: is a line a signal, or a row of a table? --samples signals or rows is needed")
    elif path.is_dir():
        section = {"name": "folder", "path": os.fspath(path)}
    elif path.exists():
        section = {"name": "array", "path": os.fspath(path)}
    elif data in configuration.NATIVE_SHAPES and data not in configuration.OWN_SETS:
        section = {"name": data}
    else:
        known = ", ".join(name for name in configuration.NATIVE_SHAPES if name not in configuration.OWN_SETS)
        raise InputError(f"--data {data!r}: there is no such file or folder; a path, or one of {known} is allowed")
    native = Data(name=section["name"]).image_shape
    by_size = section["name"] not in ("array", *configuration.WITHOUT_PIXELS)
    if shape is not None and by_size and shape != native:
        if shape[1] != shape[2]:
            raise InputError(f"the model takes pictures of {shape}; those of {section['name']} are square")
        section |= {"size": shape[1], "channels": shape[0]}
    section |= overrides.get("data", {})
    return configuration.from_dict({**overrides, "data": section}, "--set")


def _parse_overrides(texts: Sequence[str]) -> dict[str, dict[str, Any]]:
    values: dict[str, dict[str, Any]] = {}
    for text in texts:
        section = text.partition(".")[0]
        if section not in ("data", "map", "training"):
            raise InputError(f"--set {text!r}: keys of data and map are allowed, and training.seed")
        configuration.override(values, text)
    return values


def _parse_pixels(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    match = re.fullmatch(rf"({NUMBER})\.\.({NUMBER})", text)
    if not match or not float(match[1]) < float(match[2]):
        raise InputError(f"--pixels {text!r} arrived; LOW..HIGH is allowed, for example -1..1")
    return float(match[1]), float(match[2])


def _read_graph(path: Path, option: str) -> bytes:
    from latent_explorer.commands.importers import code_file
    from latent_explorer.commands.importers.saved_file import require_file

    try:
        code_file.refuse_code(path)
        return require_file(path).read_bytes()
    except (OSError, InputError) as error:
        raise InputError(f"{option} {error}") from None
