"""Attributes of the dots in a checkpoint's file: an entry of the header and a tensor each."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats, as_float16_if_safe
from latent_explorer.atlas.map_frame import LARGEST_LATENT
from latent_explorer.checkpoint.tensor_file import Arrays
from latent_explorer.data.attributes import (
    MAX_ATTRIBUTES,
    MAX_CATEGORIES,
    UNKNOWN,
    Attribute,
    Attributes,
)
from latent_explorer.samples.sample_kind import MAX_NAME_LENGTH

PREFIX = "attribute."
"""Of the names of the tensors."""
Kinds = Mapping[str, dict[str, Any]]
"""Categories and unit of each attribute, by its name."""


def make_header(attributes: Attributes) -> dict[str, Any]:
    """Return the entry of the header; none without attributes."""
    entries = [{"name": name, "categories": list(a.categories), "unit": a.unit} for name, a in attributes.items()]
    return {"attributes": entries} if entries else {}


def make_tensors(attributes: Attributes) -> Arrays:
    """Return the values by their tensors' names, in 16 bits where that moves none by a thousandth of the range."""
    return {f"{PREFIX}{name}": _shorten(one.values) for name, one in attributes.items()}


def restore(kinds: Kinds, tensors: Arrays) -> dict[str, Attribute]:
    """Return the attributes of a file that was checked."""
    return {name: Attribute(tensors[f"{PREFIX}{name}"].astype(np.float32), **kind) for name, kind in kinds.items()}


def check_header(entries: Any) -> Kinds:
    """Return the kind of each attribute; raise `ValueError` for invalid entries."""
    if not isinstance(entries, list) or len(entries) > MAX_ATTRIBUTES:
        raise ValueError(f"attributes that are no list of at most {MAX_ATTRIBUTES}")
    kinds: dict[str, dict[str, Any]] = {}
    for one in entries:
        name, categories, unit = one["name"], one["categories"], one["unit"]
        if not _is_name(name) or name in kinds:
            raise ValueError(f"the attribute {name!r:.80}")
        if not isinstance(categories, list) or len(categories) > MAX_CATEGORIES or not all(map(_is_name, categories)):
            raise ValueError(f"the attribute {name} with categories that are no printable names")
        if unit != "" and not _is_name(unit):
            raise ValueError(f"the attribute {name} with the unit {unit!r:.80}")
        kinds[name] = {"categories": tuple(categories), "unit": unit}
    return kinds


def check_values(kinds: Kinds, tensors: Arrays) -> None:
    """Raise `ValueError` for infinity, numbers beyond the limit, and categories without a name; NaN is unknown."""
    for name, kind in kinds.items():
        values = tensors[f"{PREFIX}{name}"].astype(np.float32)
        if (np.abs(values) > LARGEST_LATENT).any():
            raise ValueError(f"the attribute {name} with numbers beyond {LARGEST_LATENT:g}")
        if kind["categories"] and not np.isin(values, range(UNKNOWN, len(kind["categories"]))).all():
            raise ValueError(f"the attribute {name} with a category without a name")


def _shorten(values: Floats) -> NDArray[Any]:
    short = as_float16_if_safe(values)
    known = values[np.isfinite(values)]
    moved = np.abs(short[np.isfinite(values)].astype(np.float32) - known).max(initial=0)
    return short if not len(known) or moved <= 1e-3 * np.ptp(known) else values.astype(np.float32)


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and name.isprintable() and 0 < len(name) <= MAX_NAME_LENGTH
