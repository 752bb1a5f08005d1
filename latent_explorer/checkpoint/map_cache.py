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

import numpy as np
import platformdirs

from latent_explorer import file_lock, resources
from latent_explorer.arrays import Floats
from latent_explorer.atlas import Atlas
from latent_explorer.atlas.map_quality import MapQuality
from latent_explorer.checkpoint import checkpoint_paths, map_tensors, tensor_file
from latent_explorer.checkpoint import header as contents
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.header import report_damage
from latent_explorer.checkpoint.tensor_file import Header, TensorLayout
from latent_explorer.errors import InputError, WorkError

SUFFIX = f".maps{checkpoint_paths.SUFFIX}"
KIND = "maps"
MAX_MAPS = 32  # maps in a file; the oldest are dropped
LOCK_SECONDS = 10.0  # that another process has to write the file


@dataclass(frozen=True)
class CachedMaps:
    """The cached maps of a checkpoint."""

    maps: Mapping[str, Atlas] = field(default_factory=dict)
    qualities: Mapping[str, MapQuality] = field(default_factory=dict)
    """Map qualities by the digest of a map's positions, also for the maps in the checkpoint."""
    unused_reason: str = ""
    """Why an existing file is not used; empty if none was rejected."""


def is_map_cache(path: Path) -> bool:
    """Return True if `path` is named like a map cache."""
    return path.name.endswith(SUFFIX)


def compute_digest(values: Floats) -> str:
    """Compute the BLAKE2 digest of latents, or of a map's positions."""
    digest = hashlib.blake2b(f"{values.shape}".encode(), digest_size=16)
    digest.update(values.astype("<f4").tobytes())
    return digest.hexdigest()


def get_cache_folder() -> Path:
    """Return the user cache folder, for files that cannot be written beside their checkpoint."""
    return platformdirs.user_cache_path("latent_explorer") / KIND


def list_locations(owner: Checkpoint) -> list[Path]:
    """Return the possible paths of the file: beside the checkpoint, and in the user cache; none if `owner` has no file.

    The folder of the shipped checkpoints is never written to.
    """
    if owner.path is None:
        return []
    name = owner.path.name.removesuffix(checkpoint_paths.SUFFIX)
    cached = get_cache_folder() / f"{compute_digest(owner.latents)[:16]}{SUFFIX}"
    folder = owner.path.absolute().parent
    shipped = folder.resolve() == resources.find_folder("checkpoints").resolve()
    return [cached] if shipped else [folder / f"{name}{SUFFIX}", cached]


def read(owner: Checkpoint) -> CachedMaps:
    """Read the cached maps of `owner` from all locations; a rejected file adds only its `unused_reason`."""
    cache = CachedMaps()
    for path in reversed(list_locations(owner)):  # the file beside the checkpoint takes precedence
        if os.path.isfile(path):
            try:
                one = _read(path, owner)
            except InputError as error:
                cache = replace(cache, unused_reason=f"kept maps are not used: {error}")
            else:
                cache = replace(cache, maps={**cache.maps, **one.maps}, qualities={**cache.qualities, **one.qualities})
    return cache


def save(owner: Checkpoint, maps: Mapping[str, Atlas], qualities: Mapping[str, MapQuality]) -> Path | None:
    """Add `maps` and `qualities` to the file and return its path; None if `owner` has no file. Raise `WorkError` if no
    location can be written.

    Beside the checkpoint a new file is created only for maps, not for qualities alone. Windows of other processes keep
    their maps in the same file, one after the other. Where another training has replaced the checkpoint, the file
    beside it is that of the new one.
    """
    places = list_locations(owner)
    if not places:
        return None
    with file_lock.hold(places[0], seconds=LOCK_SECONDS):  # also after that time: the other one hangs
        return add_unlocked(owner, maps, qualities)


def add_unlocked(owner: Checkpoint, maps: Mapping[str, Atlas], qualities: Mapping[str, MapQuality]) -> Path | None:
    """Add maps and qualities to the file; the caller holds its lock."""
    cache = read(owner)
    every = {**{name: one for name, one in cache.maps.items() if name not in maps}, **maps}
    every = dict(list(every.items())[-MAX_MAPS:])
    measured = {**cache.qualities, **qualities}
    header: dict[str, Any] = {
        "kind": KIND,
        "latents": compute_digest(owner.latents),
        "maps": [map_tensors.make_header(name, one) for name, one in every.items()],
        "qualities": {positions: one.to_list() for positions, one in list(measured.items())[-4 * MAX_MAPS :]},
    }
    tensors = {key: value for name, one in every.items() for key, value in map_tensors.make_tensors(name, one).items()}
    failure: WorkError | None = None
    for path in list_locations(owner):
        beside = path.parent != get_cache_folder()
        if beside and ((not every and not os.path.isfile(path)) or not _is_still_in_file(owner)):
            continue
        try:
            tensor_file.write(path, header, tensors)
        except WorkError as error:
            failure = failure or error
            continue
        return path
    assert failure is not None  # the user cache is written whatever it is for
    raise failure


def _is_still_in_file(owner: Checkpoint) -> bool:
    """Return True if the file that `owner` was read from still holds the same latents."""
    from safetensors import SafetensorError, safe_open

    assert owner.path is not None
    try:
        with safe_open(owner.path, framework="np") as file:
            latents = file.get_tensor("latents")
    except (SafetensorError, OSError):
        return False
    return compute_digest(latents.astype(np.float32)) == compute_digest(owner.latents)


def _read(path: Path, owner: Checkpoint) -> CachedMaps:
    def check(header: Header, layout: TensorLayout) -> tuple[Header, dict[str, Mapping[str, Any]]]:
        with report_damage(path):
            if header["kind"] != KIND:
                raise ValueError(f"a file of {header['kind']!r}")
        if header["latents"] != compute_digest(owner.latents):
            raise InputError(f"{path}: made of another training's latents")
        with report_damage(path):
            parsed = contents.check_maps(header["maps"], owner.latent_dim) if header["maps"] else {}
            if len(parsed) > MAX_MAPS:
                raise ValueError(f"{len(parsed)} maps, where {MAX_MAPS} are the most")
            contents.check_layout(path, contents.make_map_shapes(parsed, *owner.latents.shape), layout, weights=False)
        return header, parsed

    (header, checked), arrays = tensor_file.read(path, check)
    contents.check_numbers(path, arrays)
    maps = map_tensors.restore(path, checked, arrays, owner.latents, owner.labels)
    with report_damage(path):
        qualities = {str(positions): MapQuality.restore(one) for positions, one in header["qualities"].items()}
    for one in (*maps.values(), *owner.maps.values()):
        one.quality = qualities.get(compute_digest(one.xy), one.quality)
    return CachedMaps(maps, qualities)
