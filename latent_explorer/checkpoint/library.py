"""The checkpoints to choose from: requested, shipped and in the current folder; each is read at its first use."""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from latent_explorer import file_stamp, files
from latent_explorer.checkpoint import (
    checkpoint_file,
    checkpoint_paths,
    menu_names,
    snapshots,
    sweep_folder,
    timelines,
)
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.checkpoint_paths import SUFFIX
from latent_explorer.checkpoint.timeline import SEPARATOR
from latent_explorer.checkpoint.timelines import Timelines
from latent_explorer.errors import InputError
from latent_explorer.file_stamp import Stamp

if TYPE_CHECKING:
    from latent_explorer.models.external_network import ExternalFunctions

PAUSE_BETWEEN_FILES = 0.05  # seconds between two files that are opened in the background
FALLBACK_MODEL = "digits-vae"
"""Name of the checkpoint that is opened with a film if the film's own checkpoint is missing."""


class Library(Mapping[str, Checkpoint]):
    """The checkpoints by name, in menu order. A file is opened and checked at its first use; a file that cannot be
    opened raises `InputError` then and is removed from the menu."""

    def __init__(
        self, requested: tuple[str, ...] = (), device: str = "auto", allow_import: Collection[str] = (), *,
        functions: "ExternalFunctions | None" = None,
    ) -> None:  # fmt: skip
        """Open `requested`: names or paths of checkpoints, films of trainings or folders of sweeps; `functions` are
        those of the first one, if it is a model from elsewhere. Raises `InputError` if one of them cannot be opened."""
        self._functions = functions
        self.device, self.allow_import = device, tuple(allow_import)
        self._paths: dict[str, Path] = {}
        self._opened: dict[str, Checkpoint] = {}
        self._stamps: dict[str, Stamp] = {}
        """Of the files of those that are open, as they were read."""
        self._lock = threading.Lock()
        self.timelines = Timelines(device, allow_import)
        """The films and sweeps; `library[name]` also returns their moments, which are in no menu."""
        films = [files.expand(name) for name in requested if timelines.is_timeline_path(name)]
        self.requested_timelines = tuple(self.timelines.add(path) for path in films)
        for name in self.requested_timelines:
            _ = self.timelines[name]
        models = [checkpoint_paths.find(name) for name in requested if not timelines.is_timeline_path(name)]
        beside = [path for film in films for path in _find_companions(film)]
        self.requested = tuple(self.add(path) for path in (*models, *beside))
        shipped = [checkpoint_paths.find(name) for name in checkpoint_paths.list_shipped()]
        for path in (*shipped, *_list_local()):
            self.add(path)
        if films and not self.requested:
            self.requested = tuple(self._find_fallback())
        for name in self.requested:
            _ = self[name]
        own = [path.with_suffix(snapshots.SUFFIX) for path in models]
        for path in (*own, *timelines.list_shipped(), *timelines.list_local()):
            if os.path.exists(path):
                self.timelines.add(path)

    def add(self, path: Path) -> str:
        """Add the file `path` if it is new; return its name in the menu."""
        return menu_names.add_path(self._paths, path, path.stem, self._paths)

    def open(self, path: Path) -> str:
        """Open the file `path` as it is now and return its name in the menu. A file that was replaced since it was read
        has a new name there; the old one stays as it was. Raise `InputError` if it cannot be opened."""
        with self._lock:
            name = menu_names.add_replaced_path(self._paths, path, path.stem, self._paths, self._stamps)
            self._read_or_remove(name)
        return name

    def move(self, name: str, path: Path) -> None:
        """Let the checkpoint `name` be the file `path` from now on, a copy of its own."""
        self._paths[name] = path
        if name in self._opened:
            self._opened[name].path = path
            self._stamps[name] = file_stamp.read(path)

    def add_film(self, path: Path) -> tuple[list[str], str]:
        """Open a film or the folder of a sweep. Return the names of the models to show beside it, and its own name."""
        name = self.timelines.add(path)
        _ = self.timelines[name]
        models = [self.add(one) for one in _find_companions(path)] or self._find_fallback()
        for one in models:
            _ = self[one]
        return models, name

    def _find_fallback(self) -> list[str]:
        return [FALLBACK_MODEL] if FALLBACK_MODEL in self._paths else list(self._paths)[:1]

    def list_paths(self) -> dict[str, Path]:
        """Return the file of each checkpoint, by name."""
        return dict(self._paths)

    def select_opened(self) -> "OpenedModels":
        """Return the checkpoints that are open already, in menu order, with the films and sweeps."""
        return OpenedModels({name: self._opened[name] for name in self if name in self._opened}, self.timelines)

    def __getitem__(self, name: str) -> Checkpoint:
        if SEPARATOR not in name and name in self._opened:
            return self._opened[name]
        moment = self.timelines.find_moment(name)
        if moment is not None:
            return moment
        if name not in self._opened:
            with self._lock:
                self._read_or_remove(name)
        return self._opened[name]

    def open_ahead(self, is_over: Callable[[], bool] = lambda: False) -> None:
        """Open all files in the background until `is_over`, so that labs can search for a suitable model without
        waiting. An error is reported at the first use of the file."""
        threading.Thread(target=self._open_ahead, args=(is_over,), name="library", daemon=True).start()

    def _open_ahead(self, is_over: Callable[[], bool]) -> None:
        for name in tuple(self._paths):
            time.sleep(PAUSE_BETWEEN_FILES)
            if is_over():
                return
            with self._lock, contextlib.suppress(InputError, OSError):
                self._read(name)

    def _read_or_remove(self, name: str) -> None:
        """Open the file of `name` if it is not open; one that cannot be opened is removed from the menu."""
        try:
            self._read(name)
        except InputError:
            self._paths.pop(name, None)
            raise

    def _read(self, name: str) -> None:
        """Open the file of `name` if it is not open; the caller holds the lock."""
        if name in self._opened:
            return
        if name not in self._paths:
            raise InputError(f"checkpoint {name!r} is not there; allowed: {', '.join(self._paths)}")
        path, functions = self._paths[name], self._functions if name in self.requested[:1] else None
        stamp = file_stamp.read(path)
        checkpoint = checkpoint_file.read(path, self.device, self.allow_import, functions)
        self._opened[name], self._stamps[name] = replace(checkpoint, name=name), stamp

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._paths))  # a copy: a failed opening removes the name

    def __len__(self) -> int:
        return len(self._paths)


class OpenedModels(dict[str, Checkpoint]):
    """The open checkpoints of a library by name: a search among them waits for no file."""

    def __init__(self, models: Mapping[str, Checkpoint], timelines: Timelines) -> None:
        super().__init__(models)
        self.timelines = timelines


def _list_local() -> list[Path]:
    """List the checkpoints in the current folder; none if it is missing or unreadable."""
    try:
        return sweep_folder.list_models(Path.cwd())
    except OSError:
        return []


def _find_companions(film: Path) -> list[Path]:
    """Find the checkpoint beside the file of a film, or the first one of a sweep's folder; an empty list if none."""
    if film.suffix == snapshots.SUFFIX:
        return [path for path in (film.with_suffix(SUFFIX),) if os.path.isfile(path)]
    return sweep_folder.list_models(film)[:1]
