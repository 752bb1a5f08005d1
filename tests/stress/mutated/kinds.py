"""The kinds of files: sound ones of each to begin with, what opens them in the program, and what mutates them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath

from tests.stress.mutated import containers, graphs, pictures, plain, tensors
from tests.stress.mutated.plain import Files, Mutator

Mutate = Callable[[Mutator, bytes], bytes]
PICTURES = (".png", ".jpg", ".gif", ".bmp", ".tif", ".webp", ".ppm", ".tga", ".jp2", ".avif", ".ico")
BY_SUFFIX: dict[str, Mutate] = {
    **dict.fromkeys((".safetensors", ".snapshots", ".judge", ".resume"), tensors.mutate_safetensors),
    **dict.fromkeys((".tar", ".tgz", ".gz"), containers.mutate_tar),
    **dict.fromkeys(PICTURES, pictures.mutate_picture),
    **dict.fromkeys((".csv", ".tsv", ".txt", ".ts", ".vec", ".pbtxt", ".yaml", ".po"), plain.mutate_text),
    ".npy": tensors.mutate_npy, ".npz": tensors.mutate_npz, ".zip": containers.mutate_zip, ".onnx": graphs.mutate_onnx,
    ".parquet": graphs.mutate_parquet, ".pt": graphs.mutate_pickle,
}  # fmt: skip
PLAIN_SHARE, TENSORS_SHARE = 0.35, 0.15
"""Of files whose bytes are mutated, whatever they mean; a digest finds most of them in files of tensors."""


@dataclass(frozen=True)
class Kind:
    name: str
    variant: str
    """Which sound file of this kind it begins with."""
    make: Callable[[], Files]
    """The sound file, with those beside it."""
    main: str
    """Name of what is opened; empty for the folder itself."""
    open: Callable[[Path], object]
    """Opens it as the program does; raises what the program says."""
    mutate: Mutate | None = None
    """What else than its ending tells."""
    share: int = 1
    """Files of this kind among those of all kinds."""
    beside: float = 0.1
    """Share of the cases in which a file beside the main one is mutated."""

    @property
    def title(self) -> str:
        return f"{self.name} ({self.variant})"

    def list_names(self, folder: Path) -> tuple[str, ...]:
        """Return the names of which a refusal has to say one."""
        names = [part for path in self.make() for part in (PurePosixPath(path).name, PurePosixPath(path).stem)]
        return (*names, folder.name)


@cache
def list_kinds() -> tuple[Kind, ...]:
    from tests.stress.mutated import kinds_of_data, kinds_of_models, kinds_of_pictures, kinds_of_texts

    modules = (kinds_of_models, kinds_of_pictures, kinds_of_data, kinds_of_texts)
    kinds = [one for module in modules for one in module.list_kinds() if _can_write(one.main)]
    return tuple(replace(kind, make=lru_cache(maxsize=None)(kind.make)) for kind in kinds)


def _can_write(name: str) -> bool:
    """Return whether what writes such a file is installed."""
    if not name.endswith(".parquet"):
        return True
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        return False
    return True


def mutate(draw: Mutator, kind: Kind) -> Files:
    """Return the files of a case: a sound one with one file of it mutated."""
    files = dict(kind.make())
    names = sorted(files)
    main = kind.main if kind.main in files else draw.choice(names)
    name = draw.choice(names) if draw.often(kind.beside) else main
    data = files[name]
    by_meaning = kind.mutate if kind.mutate is not None and name == main else BY_SUFFIX.get(PurePosixPath(name).suffix)
    draw.note(f"of {name}")
    plainly = TENSORS_SHARE if by_meaning is tensors.mutate_safetensors else PLAIN_SHARE
    if by_meaning is not None and not draw.often(plainly):
        try:
            data = by_meaning(draw, data)
        except Exception as error:  # a library that refuses to write such a file
            draw.note(f"which is not written: {error!r}")
            data = plain.mutate_bytes(draw, data)
        if draw.often(0.1):
            data = plain.mutate_bytes(draw, data)
    else:
        data = plain.mutate_bytes(draw, data)
    files[name] = data
    return files
