"""The maps that were made of a checkpoint after its training, kept in a file beside it, so that each is made once.

The file is tied to the checkpoint's latents by a digest and checked like a checkpoint: one that is damaged, or made of
other latents, is not used. Where nothing may be written beside the checkpoint, the user's cache holds it.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import platformdirs

from latent_explorer import resources
from latent_explorer.arrays import Floats
from latent_explorer.atlas import Atlas
from latent_explorer.atlas.map_quality import Quality
from latent_explorer.checkpoint import checkpoint, map_tensors, tensor_file
from latent_explorer.checkpoint import header as contents
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.header import damaged
from latent_explorer.checkpoint.tensor_file import Header, Layout
from latent_explorer.errors import InputError, WorkError

SUFFIX = f".maps{checkpoint.SUFFIX}"
KIND = "maps"
MOST = 32  # maps in a file; the oldest are left out


@dataclass(frozen=True)
class Made:
    maps: Mapping[str, Atlas] = field(default_factory=dict)
    qualities: Mapping[str, Quality] = field(default_factory=dict)
    """By the digest of a map's positions; those of the checkpoint's own maps too."""
    trouble: str = ""
    """Why a file that is there is not used; empty where all is well."""


def is_one(path: Path) -> bool:
    """Whether a file is named as these are."""
    return path.name.endswith(SUFFIX)


def digest(values: Floats) -> str:
    """Of latents, or of a map's positions."""
    found = hashlib.blake2b(f"{values.shape}".encode(), digest_size=16)
    found.update(values.astype("<f4").tobytes())
    return found.hexdigest()


def cache() -> Path:
    """The user's folder for what has no place beside its checkpoint."""
    return platformdirs.user_cache_path("latent_explorer") / KIND


def places(of: Checkpoint) -> list[Path]:
    """Where the file may be: beside the checkpoint, and in the user's cache; none for one that came from no file.

    The folder of the shipped ones is never written to.
    """
    if of.path is None:
        return []
    name = f"{of.path.name.removesuffix(checkpoint.SUFFIX)}"
    cached = cache() / f"{digest(of.latents)[:16]}{SUFFIX}"
    folder = of.path.absolute().parent
    shipped = folder.resolve() == resources.folder("checkpoints").resolve()
    return [cached] if shipped else [folder / f"{name}{SUFFIX}", cached]


def read(of: Checkpoint) -> Made:
    """What was made of a checkpoint before, wherever it is kept; nothing, and why, of a file that cannot be trusted."""
    found = Made()
    for path in reversed(places(of)):  # what lies beside the checkpoint counts more
        if os.path.isfile(path):
            try:
                one = _read(path, of)
            except InputError as error:
                found = replace(found, trouble=f"kept maps are not used: {error}")
            else:
                found = Made({**found.maps, **one.maps}, {**found.qualities, **one.qualities}, found.trouble)
    return found


def keep(of: Checkpoint, maps: Mapping[str, Atlas], qualities: Mapping[str, Quality]) -> Path | None:
    """Add maps and qualities to the file; None where none can be written, which only costs time later.

    Beside the checkpoint a file is begun for a map that somebody asked for, not for figures alone.
    """
    known = read(of)
    every = {**{name: one for name, one in known.maps.items() if name not in maps}, **maps}
    every = dict(list(every.items())[-MOST:])
    measured = {**known.qualities, **qualities}
    header: dict[str, Any] = {
        "kind": KIND,
        "latents": digest(of.latents),
        "maps": [map_tensors.header(name, one) for name, one in every.items()],
        "qualities": {positions: one.stored() for positions, one in list(measured.items())[-4 * MOST :]},
    }
    tensors = {key: value for name, one in every.items() for key, value in map_tensors.tensors(name, one).items()}
    for path in places(of):
        if not every and path.parent != cache() and not os.path.isfile(path):
            continue
        try:
            tensor_file.write(path, header, tensors)
        except WorkError:
            continue
        return path
    return None


def _read(path: Path, of: Checkpoint) -> Made:
    found: dict[str, Mapping[str, Any]] = {}

    def check(header: Header, layout: Layout) -> None:
        with damaged(path):
            if header["kind"] != KIND:
                raise ValueError(f"a file of {header['kind']!r}")
        if header["latents"] != digest(of.latents):
            raise InputError(f"{path}: made of another training's latents")
        with damaged(path):
            if header["maps"]:
                found.update(contents.maps_of(header["maps"], of.latent_dim))
            if len(found) > MOST:
                raise ValueError(f"{len(found)} maps, where {MOST} are the most")
            contents.check_layout(path, contents.map_layout(found, *of.latents.shape), layout, weights=False)

    header, arrays = tensor_file.read(path, check)
    contents.check_numbers(path, arrays)
    maps = map_tensors.restore(path, found, arrays, of.latents, of.labels)
    with damaged(path):
        qualities = {str(positions): Quality.restore(one) for positions, one in header["qualities"].items()}
    for one in (*maps.values(), *of.maps.values()):
        one.quality = qualities.get(digest(one.xy), one.quality)
    return Made(maps, qualities)
