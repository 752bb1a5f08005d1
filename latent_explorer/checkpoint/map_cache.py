"""Cache of user-made maps: `NAME.maps.safetensors` beside the checkpoint, or the user cache if that is read-only.

The file is tied to the checkpoint's latents by a digest and validated like a checkpoint: a file that is damaged, or
made of other latents, is not used.
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
MOST = 32  # maps in a file; the oldest are dropped


@dataclass(frozen=True)
class Made:
    """The cached maps of a checkpoint."""

    maps: Mapping[str, Atlas] = field(default_factory=dict)
    qualities: Mapping[str, Quality] = field(default_factory=dict)
    """Map qualities by the digest of a map's positions, also for the maps in the checkpoint."""
    trouble: str = ""
    """Why an existing file is not used; empty if none was rejected."""


def is_one(path: Path) -> bool:
    """Return True if `path` is named like a map cache."""
    return path.name.endswith(SUFFIX)


def digest(values: Floats) -> str:
    """Compute the BLAKE2 digest of latents, or of a map's positions."""
    found = hashlib.blake2b(f"{values.shape}".encode(), digest_size=16)
    found.update(values.astype("<f4").tobytes())
    return found.hexdigest()


def cache() -> Path:
    """Return the user cache folder, for files that cannot be written beside their checkpoint."""
    return platformdirs.user_cache_path("latent_explorer") / KIND


def places(of: Checkpoint) -> list[Path]:
    """Return the possible paths of the file: beside the checkpoint, and in the user cache; none if `owner` has no file.

    The folder of the shipped checkpoints is never written to.
    """
    if of.path is None:
        return []
    name = f"{of.path.name.removesuffix(checkpoint.SUFFIX)}"
    cached = cache() / f"{digest(of.latents)[:16]}{SUFFIX}"
    folder = of.path.absolute().parent
    shipped = folder.resolve() == resources.folder("checkpoints").resolve()
    return [cached] if shipped else [folder / f"{name}{SUFFIX}", cached]


def read(of: Checkpoint) -> Made:
    """Read the cached maps of `owner` from all locations; a rejected file adds only its `unused_reason`."""
    found = Made()
    for path in reversed(places(of)):  # the file beside the checkpoint takes precedence
        if os.path.isfile(path):
            try:
                one = _read(path, of)
            except InputError as error:
                found = replace(found, trouble=f"kept maps are not used: {error}")
            else:
                found = Made({**found.maps, **one.maps}, {**found.qualities, **one.qualities}, found.trouble)
    return found


def keep(of: Checkpoint, maps: Mapping[str, Atlas], qualities: Mapping[str, Quality]) -> Path | None:
    """Add `maps` and `qualities` to the file and return its path; None if no location can be written.

    Beside the checkpoint a new file is created only for maps, not for qualities alone.
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
