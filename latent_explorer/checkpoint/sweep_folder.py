"""The folder of a sweep (`train.py --sweep`): models that differ in one key of their config, as a timeline."""

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from latent_explorer.atlas import procrustes
from latent_explorer.checkpoint import checkpoint_file, checkpoint_paths, map_cache
from latent_explorer.checkpoint.timeline import Timeline, TimelineMoment
from latent_explorer.config import Config
from latent_explorer.errors import InputError
from latent_explorer.files import to_printable


def read(folder: Path, device: str = "auto", allow_import: Collection[str] = ()) -> Timeline:
    """Return the timeline of the models in a `train.py --sweep` folder, in the order of the swept value.

    Raises `InputError` for a folder with fewer than two models, for models of different images, and for models that
    differ in no key or in more than one.
    """
    models = [checkpoint_file.read(path, device, allow_import) for path in list_models(folder)]
    if len(models) < 2:
        count = len(models)
        raise InputError(f"{folder}: {count} checkpoints arrived; a folder of train.py --sweep holds at least two")
    first = models[0]
    if any(one.data_key != first.data_key or not np.array_equal(one.indices, first.indices) for one in models):
        raise InputError(f"{folder}: its checkpoints show different images; a sweep's show the same")
    key, values = _find_swept_key(folder, [one.config for one in models])
    axis = key.rpartition(".")[2].replace("_", " ")
    are_numbers = all(isinstance(value, int | float) for value in values)
    pairs = list(zip(models, values, strict=True))
    if are_numbers:
        pairs.sort(key=lambda pair: pair[1])
    planes = procrustes.align_pca([one.latents for one, _ in pairs])
    moments = tuple(
        TimelineMoment(
            float(value if are_numbers else t), f"{axis} {_format_value(value)}", config=one.config,
            latents=one.latents, weights=one.weights, plane=plane,
        )
        for t, ((one, value), plane) in enumerate(zip(pairs, planes, strict=True))
    )  # fmt: skip
    samples = (first.class_names, first.indices, first.labels)
    name = to_printable(folder.resolve().name)
    return Timeline(name, "sweep", axis, *samples, moments, image_shape=first.image_shape, source=first.source)


def list_models(folder: Path) -> list[Path]:
    """List the checkpoints in `folder`."""
    return sorted(path for path in folder.glob(f"*{checkpoint_paths.SUFFIX}") if not map_cache.is_map_cache(path))


def is_sweep(folder: Path) -> bool:
    """Return True if the checkpoints' file names in `folder` look like one sweep; no file is read."""
    try:
        stems = [path.stem for path in list_models(folder)]
    except OSError:
        return False
    return len(stems) > 1 and "-" in os.path.commonprefix(stems)  # noqa: RUF071, these are no paths


def _find_swept_key(folder: Path, configs: Sequence[Config]) -> tuple[str, list[Any]]:
    """Find the one key in which `configs` differ, and its values; raise `InputError` unless it is exactly one."""
    plain = [_flatten(config) for config in configs]
    differing = [key for key in plain[0] if any(one[key] != plain[0][key] for one in plain[1:])]
    if len(differing) != 1:
        which = ", ".join(differing) or "nothing"
        raise InputError(f"{folder}: its checkpoints differ in {which}; those of train.py --sweep differ in one key")
    return differing[0], [one[differing[0]] for one in plain]


def _flatten(config: Config) -> dict[str, Any]:
    """Return the keys of a config as `section.key`, but those of its maps."""
    sections = {name: keys for name, keys in config.as_dict().items() if isinstance(keys, dict) and name != "map"}
    return {f"{section}.{key}": value for section, keys in sections.items() for key, value in keys.items()}


def _format_value(value: Any) -> str:
    if isinstance(value, list):
        return "-".join(map(str, value))
    return f"{value:g}" if isinstance(value, int | float) else str(value)
