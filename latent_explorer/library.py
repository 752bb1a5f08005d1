"""The checkpoints to choose from: those named, those shipped, those in the current folder; read when needed."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from latent_explorer import checkpoint
from latent_explorer.checkpoint import SUFFIX, Checkpoint
from latent_explorer.errors import InputError


class Library(Mapping[str, Checkpoint]):
    """By name, in the order of the menu. A file is opened and checked at its first use."""

    def __init__(self, wanted: tuple[str, ...] = (), device: str = "auto", allow_import: Collection[str] = ()) -> None:
        """Raises `InputError` where one of `wanted`, names or paths, cannot be opened."""
        self.device, self.allow_import = device, tuple(allow_import)
        self._paths: dict[str, Path] = {}
        self._open: dict[str, Checkpoint] = {}
        self.wanted = tuple(self.add(checkpoint.find(name)) for name in wanted)
        shipped = [checkpoint.find(name) for name in checkpoint.names()]
        for path in (*shipped, *sorted(Path.cwd().glob(f"*{SUFFIX}"))):
            if path.resolve() not in [known.resolve() for known in self._paths.values()]:
                self._paths[self._free(path.stem)] = path
        for name in self.wanted:
            _ = self[name]

    def add(self, path: Path) -> str:
        """The name under which the file of `path` stands in the menu."""
        for name, known in self._paths.items():
            if known.resolve() == path.resolve():
                return name
        name = self._free(path.stem)
        self._paths[name] = path
        return name

    def opened(self) -> tuple[str, ...]:
        return tuple(self._open)

    def forget(self, name: str) -> None:
        """Leave out a file that turned out to be unreadable."""
        self._paths.pop(name, None)

    def __getitem__(self, name: str) -> Checkpoint:
        if name not in self._open:
            if name not in self._paths:
                raise InputError(f"checkpoint {name!r} is not there; allowed: {', '.join(self._paths)}")
            self._open[name] = checkpoint.read(self._paths[name], self.device, self.allow_import)
        return self._open[name]

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def _free(self, stem: str) -> str:
        """The stem, with a number where two files share it."""
        name, number = stem, 2
        while name in self._paths:
            name, number = f"{stem} ({number})", number + 1
        return name
