"""Validation of a checkpoint's header and tensors, for files from any source.

Everything that the program later relies on is checked here, once, without torch.
"""

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np

from latent_explorer import config as configuration
from latent_explorer.atlas import PROJECTIONS, SmoothNetwork
from latent_explorer.atlas.map_frame import LARGEST_LATENT, MAX_COORDINATE
from latent_explorer.checkpoint import attribute_tensors, kept_samples, tensor_file
from latent_explorer.checkpoint.tensor_file import Arrays, Header, TensorLayout
from latent_explorer.config import Config
from latent_explorer.data.array_columns import MAX_CLASS_NAME
from latent_explorer.errors import InputError, give_reason

MAX_QUANTILES = 10_000  # of the reconstruction errors
INTEGER_TENSORS = ("labels", "indices")
MAP_NAME_PATTERN = r"[a-z][a-z0-9_-]{0,60}"
RESERVED_MAP_NAMES = ("new", "cancel")  # entries of the map menu that are not maps


@dataclass(frozen=True)
class ModelHeader:
    """The validated entries of a header that every file of a model has; `source` names the file in errors."""

    source: Path
    config: Config
    image_shape: tuple[int, int, int]
    class_names: tuple[str, ...]
    points: int

    @classmethod
    def of(cls, header: Header, source: Path) -> Self:
        """Validate `header`; raise `InputError` for an invalid entry."""
        with report_damage(source):
            config = configuration.from_dict(header["config"], source=str(source))
            points = header["points"]
            if type(points) is not int or points < 1:
                raise ValueError(f"points {points!r}")
            names = header["class_names"]
            if not isinstance(names, list) or not all(_is_name(name) for name in names):
                raise ValueError("class_names that are no list of printable names")
            if config.objective.classes not in (None, len(names)):
                raise ValueError(f"{len(names)} class names for {config.objective.classes} classes")
            shape = _check_image_shape(header["image_shape"], config)
            return cls(source, config, shape, tuple(names), points, **cls._check_further(header, config))

    @classmethod
    def _check_further(cls, header: Header, config: Config) -> dict[str, Any]:
        return {}

    def check_values(self, tensors: Arrays) -> None:
        """Raise `InputError` for numbers, labels or indices out of range."""
        check_numbers(self.source, tensors)
        with report_damage(self.source):
            labels = tensors["labels"]
            if labels.max() >= len(self.class_names) or labels.min() < -1:
                raise ValueError("a label without a class name")
            if tensors["indices"].min() < 0:
                raise ValueError("a negative index")


@dataclass(frozen=True)
class CheckpointHeader(ModelHeader):
    """The validated header of a checkpoint."""

    format: int
    maps: dict[str, Mapping[str, Any]]
    """Parameters of each map, by map name."""
    metrics: dict[str, Any]
    made_by: dict[str, Any]
    attributes: attribute_tensors.Kinds

    @classmethod
    def _check_further(cls, header: Header, config: Config) -> dict[str, Any]:
        return {
            "format": header["format"], "maps": check_maps(header["maps"], config.model.latent_dim),
            "metrics": _check_metrics(header["metrics"]), "made_by": _check_made_by(header["made_by"]),
            "attributes": attribute_tensors.check_header(header.get("attributes", [])),
        }  # fmt: skip

    def check_layout(self, layout: TensorLayout) -> None:
        """Raise `InputError` for a missing or surplus tensor, or one of another type or shape; the model checks the
        shapes of its weights."""
        points, d = self.points, self.config.model.latent_dim
        expected: dict[str, tuple[int, ...]] = {"latents": (points, d), "labels": (points,), "indices": (points,)}
        expected |= make_map_shapes(self.maps, points, d)
        expected |= {f"{attribute_tensors.PREFIX}{name}": (points,) for name in self.attributes}
        if "pca" in self.maps and self.format == 1:
            expected["map.pca.xy"] = (points, 2)
        if self.config.model.network == "vectors":
            with report_damage(self.source):
                layout = kept_samples.check_layout(layout, points, self.image_shape)
        check_layout(self.source, expected, layout)

    def check_values(self, tensors: Arrays) -> None:
        own = (attribute_tensors.PREFIX, kept_samples.PREFIX)  # which have rules of their own
        super().check_values({name: value for name, value in tensors.items() if not name.startswith(own)})
        with report_damage(self.source):
            attribute_tensors.check_values(self.attributes, tensors)


def read(path: Path) -> tuple[CheckpointHeader, Arrays]:
    """Read a checkpoint's file: its header and its tensors, every entry of them checked."""

    def check(header: Header, layout: TensorLayout) -> CheckpointHeader:
        parsed = CheckpointHeader.of(header, path)
        parsed.check_layout(layout)
        return parsed

    header, tensors = tensor_file.read(path, check)
    header.check_values(tensors)
    return header, tensors


def check_layout(
    source: Path, expected: Mapping[str, tuple[int, ...]], layout: TensorLayout, *, weights: bool = True
) -> None:
    """Raise `InputError` for a missing or surplus tensor, or one of another type or shape. With `weights`, tensors
    named `weights.*` are allowed, and only their type is checked here."""
    for name in {**expected, **layout}:
        dtype, shape = layout.get(name, ("", None))
        if not (weights and name.startswith("weights.")) and shape != expected.get(name):
            raise InputError(
                f"{source}: {name} has shape {shape or 'none'}; {expected.get(name, 'no such tensor')} is expected"
            )
        allowed: tuple[str, ...] = ("int16", "int32") if name in INTEGER_TENSORS else ("float16", "float32")
        if _is_quantised(name):
            allowed = ("int8",)
        elif name.startswith("weights.") and name.endswith(".onnx"):
            allowed = ("uint8",)  # the bytes of a graph
        if dtype not in allowed:
            raise InputError(f"{source}: {name} is {dtype}; {' or '.join(allowed)} is expected")


def check_numbers(source: Path, tensors: Arrays) -> None:
    """Raise `InputError` for NaN, infinity, or numbers beyond the limits."""
    for name, value in tensors.items():
        if not np.isfinite(value).all():
            raise InputError(f"{source}: {name} holds NaN or infinity")
        limit = MAX_COORDINATE if name.endswith(".xy") else LARGEST_LATENT
        if name not in INTEGER_TENSORS and value.size and max(-float(value.min()), float(value.max())) > limit:
            raise InputError(f"{source}: {name} holds numbers beyond {limit:g}")


def _is_quantised(name: str) -> bool:
    """Return True if the tensor `name` holds int8-quantised weights of a smooth inverse projection."""
    return ".smooth." in name and name.startswith("map.") and name.endswith(".weights")


@contextmanager
def report_damage(source: Path) -> Iterator[None]:
    """Turn errors that a malformed header causes inside the `with` block into one `InputError` that names `source`."""
    try:
        yield
    except InputError:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        raise InputError(f"{source}: damaged: its header is damaged{give_reason(error)}") from None


# -- the parts of a header ------------------------------------------------------------------------------


def _check_image_shape(shape: Any, config: Config) -> tuple[int, int, int]:
    expected = config.data.image_shape
    if shape != list(expected) or not all(type(n) is int for n in shape):
        raise ValueError(f"image_shape {shape}, where its data are {list(expected)}")
    return expected


def check_maps(entries: Any, latent_dim: int) -> dict[str, Mapping[str, Any]]:
    """Return the parameters of each map by map name; raise `ValueError` for invalid maps."""
    maps = {one["name"]: one for one in entries}
    named = all(isinstance(name, str) and re.fullmatch(MAP_NAME_PATTERN, name) for name in maps)
    valid = named and maps.keys().isdisjoint(RESERVED_MAP_NAMES) and {*map(get_method, entries)} <= PROJECTIONS.keys()
    if not maps or len(maps) != len(entries) or not valid:
        raise ValueError(f"the maps {', '.join(map(str, maps)) or 'are none'}")
    for one in maps.values():
        if "smooth" in one:
            SmoothNetwork.get_tensor_shapes(one["smooth"], latent_dim)
    return maps


def get_method(parameters: Mapping[str, Any]) -> str:
    """Return the projection of a map: its `method`, or its name if it has none."""
    return str(parameters.get("method", parameters["name"]))


def make_map_shapes(maps: Mapping[str, Mapping[str, Any]], points: int, latent_dim: int) -> dict[str, tuple[int, ...]]:
    """Return the expected shape of every tensor of `maps`."""
    shapes: dict[str, tuple[int, ...]] = {}
    for name, parameters in maps.items():
        parts = PROJECTIONS[get_method(parameters)].get_tensor_shapes(points, latent_dim)
        shapes |= {f"map.{name}.{part}": shape for part, shape in parts.items()}
        if "smooth" in parameters:
            parts = SmoothNetwork.get_tensor_shapes(parameters["smooth"], latent_dim)
            shapes |= {f"map.{name}.smooth.{part}": shape for part, shape in parts.items()}
    return shapes


def _check_metrics(entries: Any) -> dict[str, Any]:
    """Check the metrics: `test` maps names to numbers, `history` lists one mapping per epoch, `errors` maps to
    ascending lists; other entries pass unchecked."""
    metrics = dict(entries)
    _check_figures(metrics.get("test", {}), "metrics.test")
    for epoch in _check_list(metrics.get("history", []), "metrics.history"):
        if type(epoch["epoch"]) is not int:
            raise ValueError("an epoch without a number in metrics.history")
        _check_figures(epoch.get("held_out", {}), "metrics.history")
        _check_figures({name: value for name, value in epoch.items() if name != "held_out"}, "metrics.history")
    for name, values in metrics.get("errors", {}).items():
        if name not in ("normal", "left_out") or not 2 <= len(_check_list(values, "metrics.errors")) <= MAX_QUANTILES:
            raise ValueError(f"metrics.errors with {name!r} of another form")
        _check_figures(dict(enumerate(values)), "metrics.errors")
        if min(values) < 0 or any(b < a for a, b in pairwise(values)):
            raise ValueError("metrics.errors that do not rise from 0 on")
    return metrics


def _check_made_by(entries: Any) -> dict[str, Any]:
    made_by = dict(entries)
    for key, kind in (("preset", str), ("source", str), ("epochs", int), ("complete", bool)):
        if key in made_by and type(made_by[key]) is not kind:
            raise ValueError(f"made_by.{key} {made_by[key]!r}")
    return made_by


def _check_figures(figures: Any, where: str) -> None:
    for value in figures.values():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(f"{where} with a figure that is no finite number")


def _check_list(entries: Any, where: str) -> list[Any]:
    if not isinstance(entries, list):
        raise ValueError(f"{where} that is no list")
    return entries


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and name.isprintable() and 0 < len(name) <= MAX_CLASS_NAME
