"""What is known of the samples of a model besides the pictures: the attributes of its file, else those that can be
measured in its data set where that is on this machine, and in any case the class."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.data.attributes import UNKNOWN, Attribute, Attributes, list_face_attributes
from latent_explorer.data.faces.factors import FACTORS
from latent_explorer.data.measure_drawings import UNITS
from latent_explorer.engine.query_context import QueryContext

if TYPE_CHECKING:
    from latent_explorer.data.datasets import Dataset

DRAWINGS = ("digits", "mnist")
"""Data sets of drawings, that are measured."""
CLASS_NAMES = {"faces": "hair"}
MAX_MEASURED = 2000
"""Samples that are measured if the file has no attributes: drawings take milliseconds each."""
HOW_TO_GET = "train.py writes what is known of faces, digits, MNIST or a folder (data.attributes) into the file"


@dataclass(frozen=True, eq=False)
class KnownAttributes:
    attributes: Attributes
    """By name, of all samples; unknown values are marked as such."""
    class_name: str
    """Name of the one that is the class; empty without classes."""
    missing: str
    """Reason why nothing but the class is known though more could be measured; may be empty."""


_known: WeakKeyDictionary[Checkpoint, tuple[bool, KnownAttributes]] = WeakKeyDictionary()
"""What was collected last of each checkpoint, and whether its data set was there."""
_lock = Lock()
"""Two threads want the same; the second waits for it."""


@lru_cache(maxsize=16)
def list_categories(checkpoint: Checkpoint) -> Mapping[str, tuple[str, ...]]:
    """Return the names of the attributes that are known or could be measured, the class not among them, each with its
    categories, which are none for numbers."""
    if checkpoint.attributes:
        return {name: one.categories for name, one in checkpoint.attributes.items()}
    if checkpoint.config.data.name == "faces":
        nobody = {name: np.zeros(0) for name in FACTORS}
        return {name: one.categories for name, one in list_face_attributes(nobody).items()}
    return dict.fromkeys(UNITS, ()) if checkpoint.config.data.name in DRAWINGS else {}


def collect(context: QueryContext, model: str) -> KnownAttributes:
    """Return what is known of the samples of a model: the same object until the data set has been found."""
    checkpoint, dataset = context.checkpoint(model), context.dataset(model)
    could_measure = not checkpoint.attributes and checkpoint.config.data.name in (*DRAWINGS, "faces")
    missing = dataset if isinstance(dataset, str) and could_measure else ""
    is_there = not checkpoint.attributes and not isinstance(dataset, str)
    with _lock:
        found = _known.get(checkpoint)
        if found is None or (found[0], found[1].missing) != (is_there, missing):
            found = _known[checkpoint] = is_there, _collect(checkpoint, dataset, missing)
    return found[1]


def _collect(checkpoint: Checkpoint, dataset: "Dataset | str", missing: str) -> KnownAttributes:
    known: dict[str, Attribute] = dict(checkpoint.attributes)
    if not known and not isinstance(dataset, str):
        known = _measure(checkpoint, dataset)
    class_name = ""
    if len(checkpoint.class_names) > 1 and (checkpoint.labels >= 0).any():
        class_name = CLASS_NAMES.get(checkpoint.config.data.name, "class")
        values = np.maximum(checkpoint.labels, UNKNOWN).astype(np.float32)
        known[class_name] = Attribute(values, checkpoint.class_names)
    return KnownAttributes(known, class_name, missing)


def _measure(checkpoint: Checkpoint, dataset: "Dataset") -> dict[str, Attribute]:
    """Measure some of the samples; the others are unknown."""
    count = len(checkpoint.indices)
    dots = np.sort(np.random.default_rng(0).permutation(count)[:MAX_MEASURED])
    dots = dots[checkpoint.indices[dots] < len(dataset.train) + len(dataset.test)]
    found: Mapping[str, Attribute] = dataset.make_attributes(checkpoint.indices[dots]) if len(dots) else {}
    spread = {}
    for name, one in found.items():
        values = np.full(count, UNKNOWN if one.is_categorical else np.nan, np.float32)
        values[dots] = one.values
        spread[name] = Attribute(values, one.categories, one.unit)
    return spread
