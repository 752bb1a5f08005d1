"""Timelines: the aligned maps of a training's moments, or of a sweep's models, in order, for playback as a film.

Each moment is a checkpoint under a name that is in no menu (`Timeline.model_names`). Rotations between moments, which
are not learnt, are removed (orthogonal Procrustes, Schoenemann 1966): by `snapshots.compute_aligned_pca` for a finished
training, by `procrustes.PcaTracker` for a running one, by `procrustes.align_pca` for models trained separately.
"""

import math
import os
import threading
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer import file_stamp, files, resources
from latent_explorer.arrays import Floats
from latent_explorer.atlas import Atlas, procrustes
from latent_explorer.atlas.map_frame import MapFrame
from latent_explorer.atlas.projection import PCA
from latent_explorer.cache import LeastRecentlyUsed
from latent_explorer.checkpoint import checkpoint_file, checkpoint_paths, map_cache, snapshots
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.snapshots import Snapshots
from latent_explorer.checkpoint.tensor_file import Arrays
from latent_explorer.config import Config
from latent_explorer.errors import InputError
from latent_explorer.file_stamp import Stamp
from latent_explorer.files import to_printable

MAX_OPEN_MOMENTS = 24  # moments with a network in memory; each is rebuilt in milliseconds
MAX_FOLDER_ENTRIES = 500  # entries of a folder that are scanned
MAX_RUNS = 4  # timelines of live trainings of this session in memory; two models side by side have two
OWN_FRAME_SHARE = 0.7  # interpolation from the common map frame (0) to a moment's own frame (1), in a film
SEPARATOR = " @ "


@dataclass(frozen=True, eq=False)
class TimelineMoment:
    """One moment of a timeline: a model, its latents and its aligned map."""

    axis_value: float
    """Epochs done, or the value of the swept key."""
    label: str
    config: Config
    latents: Floats
    """(M, d)"""
    weights: Arrays
    plane: PCA
    kl_by_dimension: Floats | None = None
    """(d,): the KL of each dimension in nats a picture, on held-out images; None if it is not known."""


@dataclass(frozen=True, eq=False)
class Timeline:
    """The moments of a training or sweep, in order, all of the same images."""

    name: str
    kind: str
    """One of film, live and sweep."""
    axis: str
    """Name of the quantity in `axis_values`: "epoch", or the swept key."""
    class_names: tuple[str, ...]
    indices: NDArray[np.int64]
    labels: NDArray[np.int64]
    moments: tuple[TimelineMoment, ...]
    loss_curves: Mapping[str, Floats] = field(default_factory=dict)
    """The loss's named parts at every moment (T,), by "part" for held-out images and "train part" for training images;
    empty if they are not computed yet."""
    image_shape: tuple[int, int, int] | None = None
    """(C, H, W) of the images, if the config does not give it."""
    source: str = ""
    """Digest of images of one's own, as in a checkpoint."""

    def __len__(self) -> int:
        return len(self.moments)

    @cached_property
    def axis_values(self) -> Floats:
        """The moments' values on the axis, (T,)."""
        return np.array([one.axis_value for one in self.moments], np.float32)

    @cached_property
    def model_names(self) -> tuple[str, ...]:
        """The checkpoint name of every moment."""
        return tuple(f"{self.name}{SEPARATOR}{t}" for t in range(len(self.moments)))

    def make_checkpoint(self, t: int, device: str = "auto", allow_import: Collection[str] = ()) -> Checkpoint:
        """Return moment `t` as a checkpoint with one map, "pca"."""
        still = self.moments[t]
        return Checkpoint(
            config=still.config,
            image_shape=self.image_shape or still.config.data.image_shape,
            class_names=self.class_names,
            maps={"pca": Atlas(still.plane, still.latents, self.labels)},
            indices=self.indices,
            weights=still.weights,
            metrics=self._make_metrics(t),
            made_by={"source": self.source} if self.source else {},
            name=f"{self.name}, {still.label}",
            device=device,
            allow_import=tuple(allow_import),
        )

    def _make_metrics(self, t: int) -> dict[str, Any]:
        """Return the metrics of moment `t`: its axis value and the finite parts of its loss; empty if no part is."""
        parts = {part: float(values[t]) for part, values in self.loss_curves.items() if len(values) > t}
        finite = {part: value for part, value in parts.items() if math.isfinite(value)}
        return {"moment": {self.axis: self.moments[t].axis_value, **finite}} if finite else {}

    def with_moment(self, moment: TimelineMoment, parts: Mapping[str, float]) -> "Timeline":
        """Return the timeline with `moment` appended; `parts` are the named parts of its loss."""
        grown = {
            name: np.append(self.loss_curves.get(name, np.empty(0, np.float32)), np.float32(value))
            for name, value in parts.items()
        }
        return replace(self, moments=(*self.moments, moment), loss_curves=grown)

    def select_moments(self, chosen: Sequence[int], name: str) -> "Timeline":
        """Return the timeline of the `chosen` moments alone, under another name."""
        curves = {part: values[list(chosen)] for part, values in self.loss_curves.items()}
        return replace(self, name=name, moments=tuple(self.moments[t] for t in chosen), loss_curves=curves)


# -- constructors -------------------------------------------------------------------------------------


def from_snapshots(name: str, film: Snapshots) -> Timeline:
    """Return the timeline of a training on the last moment's PCA plane, each moment with a map frame near its dots: the
    latents of an untrained model lie so close together that they would be a single spot in the common frame."""
    nearer = [_move_frame_nearer(plane) for plane in snapshots.compute_aligned_pca(film.moments)]
    stills = [
        TimelineMoment(epoch, format_epoch(epoch), film.config, moment.latents, moment.weights, plane)
        for epoch, moment, plane in zip(film.epochs, film.moments, nearer, strict=True)
    ]
    return Timeline(
        name, "film", "epoch", film.class_names, film.indices, film.labels, tuple(stills), source=film.source
    )


def format_epoch(epoch: float) -> str:
    """Return the label of a moment of a training; none but the untrained model is at epoch 0."""
    return f"epoch {round(epoch, 1):g}" if epoch >= 0.05 else f"epoch {epoch:.1g}"


def _move_frame_nearer(plane: PCA) -> PCA:
    raw = plane.frame.to_raw(plane.xy)
    own = MapFrame.from_points(raw)
    scale = own.scale**OWN_FRAME_SHARE * plane.frame.scale ** (1 - OWN_FRAME_SHARE)
    centre = own.centre * OWN_FRAME_SHARE + plane.frame.centre * (1 - OWN_FRAME_SHARE)
    frame = MapFrame((float(centre[0]), float(centre[1])), scale)
    return PCA(frame.to_map(raw), plane.mean, plane.components, frame, plane.explained_variance_ratio)


def from_sweep(folder: Path, device: str = "auto", allow_import: Collection[str] = ()) -> Timeline:
    """Return the timeline of the models in a `train.py --sweep` folder, in the order of the swept value.

    Raises `InputError` for a folder with fewer than two models, for models of different images, and for models that
    differ in no key or in more than one.
    """
    runs = [checkpoint_file.read(path, device, allow_import) for path in list_models(folder)]
    if len(runs) < 2:
        raise InputError(f"{folder}: {len(runs)} checkpoints arrived; a folder of train.py --sweep holds at least two")
    odd = next((one for one in runs if not np.array_equal(one.indices, runs[0].indices)), None)
    if odd is not None or len({one.data_key for one in runs}) > 1:
        raise InputError(f"{folder}: its checkpoints show different images; a sweep's show the same")
    key, values = _find_swept_key(folder, [one.config for one in runs])
    numbers = all(isinstance(value, int | float) for value in values)
    order = sorted(range(len(runs)), key=lambda i: values[i]) if numbers else list(range(len(runs)))
    short = key.rpartition(".")[2].replace("_", " ")
    in_line = procrustes.align_pca([runs[i].latents for i in order])
    stills = [
        TimelineMoment(
            float(values[i]) if numbers else float(place), f"{short} {_format_value(values[i])}", runs[i].config,
            runs[i].latents, runs[i].weights, plane,
        )
        for place, (i, plane) in enumerate(zip(order, in_line, strict=True))
    ]  # fmt: skip
    name, first = to_printable(folder.resolve().name), runs[0]
    samples = (first.class_names, first.indices, first.labels)
    return Timeline(name, "sweep", short, *samples, tuple(stills), image_shape=first.image_shape, source=first.source)


def _find_swept_key(folder: Path, configs: Sequence[Config]) -> tuple[str, list[Any]]:
    """Find the one key in which `configs` differ, and its values; raise `InputError` unless it is exactly one."""
    plain = [_flatten(config) for config in configs]
    differing = [key for key in plain[0] if any(one[key] != plain[0][key] for one in plain[1:])]
    if len(differing) != 1:
        which = ", ".join(differing) or "nothing"
        raise InputError(f"{folder}: its checkpoints differ in {which}; those of train.py --sweep differ in one key")
    return differing[0], [one[differing[0]] for one in plain]


def _flatten(config: Config) -> dict[str, Any]:
    sections = {name: keys for name, keys in config.as_dict().items() if isinstance(keys, dict) and name != "map"}
    return {f"{section}.{key}": value for section, keys in sections.items() for key, value in keys.items()}


def _format_value(value: Any) -> str:
    if isinstance(value, list):
        return "-".join(map(str, value))
    return f"{value:g}" if isinstance(value, int | float) else str(value)


# -- files and folders --------------------------------------------------------------------------------


def is_timeline_path(name: str | os.PathLike[str]) -> bool:
    """Return True if `name` is the path of a film, which may be missing, or of an existing folder."""
    path = files.expand(name)
    return path.suffix == snapshots.SUFFIX or os.path.isdir(path)


def list_models(folder: Path) -> list[Path]:
    """List the checkpoints in `folder`."""
    return sorted(path for path in folder.glob(f"*{checkpoint_paths.SUFFIX}") if not map_cache.is_map_cache(path))


def list_shipped() -> list[Path]:
    """List the shipped films and sweeps."""
    return _list_in_folder(resources.find_folder("checkpoints"))


def list_local() -> list[Path]:
    """List the films and sweeps in the current folder; none if it is missing or unreadable."""
    try:
        return _list_in_folder(Path.cwd())
    except OSError:
        return []


def _list_in_folder(folder: Path) -> list[Path]:
    folders = [path for path in islice(folder.iterdir(), MAX_FOLDER_ENTRIES) if path.is_dir() and _is_sweep(path)]
    return [*sorted(folder.glob(f"*{snapshots.SUFFIX}")), *sorted(folders)]


def _is_sweep(folder: Path) -> bool:
    """Return True if the checkpoints' file names in `folder` look like one sweep; no file is read."""
    try:
        stems = [path.stem for path in list_models(folder)]
    except OSError:
        return False
    return len(stems) > 1 and "-" in os.path.commonprefix(stems)  # noqa: RUF071, these are no paths


def add_path(paths: dict[str, Path], path: Path, stem: str, taken: Container[str]) -> str:
    """Add `path` to `paths` if it is new, under the name `stem`, with a number if that is `taken`; return its name."""
    for name, old in paths.items():
        if os.path.realpath(old) == os.path.realpath(path):  # unlike pathlib's resolve, it accepts circular links
            return name
    stem = name = to_printable(stem)
    number = 2
    while name in taken:
        name, number = f"{stem} ({number})", number + 1
    paths[name] = path
    return name


def add_replaced_path(
    paths: dict[str, Path], path: Path, stem: str, taken: Container[str], stamps: Mapping[str, Stamp]
) -> str:
    """Add `path` as `add_path` does, and under a further name if the file was replaced since it was read with one of
    the `stamps`; return the name of the file as it is now."""
    name = add_path(paths, path, stem, taken)
    named = [one for one, old in paths.items() if os.path.realpath(old) == os.path.realpath(path)]
    name = named[-1] if named else name
    if name in stamps and stamps[name] != file_stamp.read(path):
        name = add_path({}, path, stem, taken)
        paths[name] = path
    return name


# -- collection ---------------------------------------------------------------------------------------


class Timelines(Mapping[str, Timeline]):
    """The timelines by name. A file is read at its first use; a file that cannot be read raises `InputError` then and
    is removed."""

    def __init__(self, device: str = "auto", allow_import: Collection[str] = ()) -> None:
        self._device, self._allow_import = device, tuple(allow_import)
        self._paths: dict[str, Path] = {}
        self._timelines: dict[str, Timeline] = {}
        self._stamps: dict[str, Stamp] = {}
        """Of the files that were read."""
        self._open_moments: LeastRecentlyUsed[str, Checkpoint] = LeastRecentlyUsed(MAX_OPEN_MOMENTS)
        self._lock = threading.Lock()  # the window and the query workers look up moments

    def add(self, path: Path) -> str:
        """Add the film or sweep at `path` if it is new; return its name."""
        return add_path(self._paths, path, path.stem if path.suffix == snapshots.SUFFIX else path.resolve().name, self)

    def open(self, path: Path) -> str:
        """Open the film at `path` as it is now and return its name; one that was replaced since it was read, as that of
        a training that goes on, has a new name. Raise `InputError` if it cannot be opened."""
        name = add_replaced_path(self._paths, path, path.stem, self, self._stamps)
        _ = self[name]
        return name

    def put(self, timeline: Timeline) -> None:
        """Add or replace `timeline`; of those without a file only the last `MAX_RUNS` stay in memory."""
        self._timelines[timeline.name] = timeline
        runs = [name for name in self._timelines if name not in self._paths]
        for name in runs[:-MAX_RUNS]:
            del self._timelines[name]

    def has_kind(self, name: str, *kinds: str) -> bool:
        """Return True if the timeline `name` is of one of `kinds`; its file is not read."""
        if name in self._timelines:
            return self._timelines[name].kind in kinds
        return name in self._paths and ("film" if self._paths[name].suffix == snapshots.SUFFIX else "sweep") in kinds

    def find_moment(self, model_name: str) -> Checkpoint | None:
        """Return the checkpoint of the moment `model_name`; None if there is no such moment."""
        if SEPARATOR not in model_name:
            return None
        name, _, t = model_name.rpartition(SEPARATOR)
        with self._lock:
            opened = self._open_moments.get(model_name)
            reel = self._timelines.get(name)
            if opened is None and reel is not None and t.isdecimal() and int(t) < len(reel):
                moment = reel.make_checkpoint(int(t), self._device, self._allow_import)
                opened = self._open_moments.put(model_name, moment)
            return opened

    def __getitem__(self, name: str) -> Timeline:
        if name not in self._timelines:
            if name not in self._paths:
                raise KeyError(name)
            path = self._paths[name]
            stamp = file_stamp.read(path)
            try:
                if path.suffix == snapshots.SUFFIX:
                    self._timelines[name] = from_snapshots(name, snapshots.load(path))
                else:
                    self._timelines[name] = replace(from_sweep(path, self._device, self._allow_import), name=name)
            except InputError:
                del self._paths[name]
                raise
            self._stamps[name] = stamp
        return self._timelines[name]

    def __contains__(self, name: object) -> bool:
        return name in self._timelines or name in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(tuple({**dict.fromkeys(self._paths), **dict.fromkeys(self._timelines)}))

    def __len__(self) -> int:
        return len(tuple(iter(self)))
