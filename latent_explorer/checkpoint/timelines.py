"""The films and sweeps to choose from: requested, shipped and in the current folder; each is read at its first use."""

import os
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from latent_explorer import file_stamp, files, resources
from latent_explorer.cache import LeastRecentlyUsed
from latent_explorer.checkpoint import menu_names, snapshots, sweep_folder
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.timeline import SEPARATOR, Timeline, from_snapshots
from latent_explorer.errors import InputError
from latent_explorer.file_stamp import Stamp

MAX_OPEN_MOMENTS = 24  # moments with a network in memory; each is rebuilt in milliseconds
MAX_FOLDER_ENTRIES = 500  # entries of a folder that are scanned
MAX_RUNS = 4  # timelines of live trainings of this session in memory; two models side by side have two


def is_timeline_path(name: str | os.PathLike[str]) -> bool:
    """Return True if `name` is the path of a film, which may be missing, or of an existing folder."""
    path = files.expand(name)
    return path.suffix == snapshots.SUFFIX or os.path.isdir(path)


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
    folders = [path for path in islice(folder.iterdir(), MAX_FOLDER_ENTRIES) if path.is_dir()]
    return [*sorted(folder.glob(f"*{snapshots.SUFFIX}")), *sorted(filter(sweep_folder.is_sweep, folders))]


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
        stem = path.stem if path.suffix == snapshots.SUFFIX else path.resolve().name
        return menu_names.add_path(self._paths, path, stem, self)

    def open(self, path: Path) -> str:
        """Open the film at `path` as it is now and return its name; one that was replaced since it was read, as that of
        a training that goes on, has a new name. Raise `InputError` if it cannot be opened."""
        name = menu_names.add_replaced_path(self._paths, path, path.stem, self, self._stamps)
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
            timeline = self._timelines.get(name)
            if opened is None and timeline is not None and t.isdecimal() and int(t) < len(timeline):
                moment = timeline.make_checkpoint(int(t), self._device, self._allow_import)
                opened = self._open_moments.put(model_name, moment)
            return opened

    def __getitem__(self, name: str) -> Timeline:
        if name not in self._timelines:
            path = self._paths[name]
            stamp = file_stamp.read(path)
            try:
                self._timelines[name] = self._read(name, path)
            except InputError:
                del self._paths[name]
                raise
            self._stamps[name] = stamp
        return self._timelines[name]

    def _read(self, name: str, path: Path) -> Timeline:
        if path.suffix == snapshots.SUFFIX:
            return from_snapshots(name, snapshots.load(path))
        return replace(sweep_folder.read(path, self._device, self._allow_import), name=name)

    def __contains__(self, name: object) -> bool:
        return name in self._timelines or name in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(tuple({**dict.fromkeys(self._paths), **dict.fromkeys(self._timelines)}))

    def __len__(self) -> int:
        return len(tuple(iter(self)))
