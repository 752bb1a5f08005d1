"""What is known of the samples of a model besides the pictures: the attributes of its file, else those that can be
measured in its data set where that is on this machine, and in any case the class."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakKeyDictionary

import numpy as np

from latent_explorer.cache import LeastRecentlyUsed, remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.data.attributes import UNKNOWN, Attribute, Attributes, list_face_attributes
from latent_explorer.data.faces.factors import FACTORS
from latent_explorer.data.measure_drawings import DRAWINGS, UNITS
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.texts import mark

if TYPE_CHECKING:
    from latent_explorer.data.dataset import Dataset

CLASS_NAMES = {"faces": "hair"}
"""What the class of a data set is called, where it is not called class."""
MAX_MEASURED = 2000
"""Samples that are measured if the file has no attributes: drawings take milliseconds each."""
HOW_TO_GET = mark("train.py writes what is known of faces, digits, MNIST or a folder (data.attributes) into the file")


@dataclass(frozen=True, eq=False)
class KnownAttributes:
    attributes: Attributes
    """By name, of all samples; unknown values are marked as such."""
    class_name: str
    """Name of the one that is the class; empty without classes."""
    missing: str
    """Reason why nothing but the class is known though more could be measured; may be empty."""


@dataclass(frozen=True)
class DatasetFound:
    """A data set, by `Checkpoint.data_key`, is on this machine and was loaded."""

    key: tuple[object, ...]
    file_names: tuple[str, ...] = ()
    """The file of each of its pictures; none for other data sets than folders."""
    folder: str = ""
    """The folder that they are below."""


@dataclass(frozen=True, eq=False)
class AttributesFound:
    """What was measured of the samples of a model whose file says nothing of them, the class not among it."""

    model: str
    attributes: Attributes


@dataclass(frozen=True)
class AttributesQuery(Query[AttributesFound | None]):
    """What can be measured of a model's samples; None while its data set is looked for."""

    slow: ClassVar[bool] = True

    def answer(self, context: QueryContext) -> AttributesFound | None:
        if context.is_looking_for_dataset(self.model):
            return None
        known = collect(context, self.model)
        return AttributesFound(
            self.model, {name: one for name, one in known.attributes.items() if name != known.class_name}
        )


_known: WeakKeyDictionary[Checkpoint, tuple[bool, KnownAttributes]] = WeakKeyDictionary()
"""What was collected last of each checkpoint, and whether its data set was there."""
_measured: LeastRecentlyUsed[tuple[object, ...], Attributes] = LeastRecentlyUsed(8)
"""What was measured last, by data set and samples: several models have the same."""
_lock = Lock()
"""Two threads want the same; the second waits for it."""


@remember(16)
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
    checkpoint, dataset = context.get_checkpoint(model), context.find_dataset(model)
    could_measure = not checkpoint.attributes and checkpoint.config.data.name in (*DRAWINGS, "faces")
    missing = dataset if isinstance(dataset, str) and could_measure else ""
    is_there = not checkpoint.attributes and not isinstance(dataset, str)
    with _lock:
        remembered = _known.get(checkpoint)
        if remembered is None or (remembered[0], remembered[1].missing) != (is_there, missing):
            remembered = _known[checkpoint] = is_there, _collect(checkpoint, dataset, missing)
    return remembered[1]


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
    key = checkpoint.data_key, checkpoint.indices[dots].tobytes()
    measured = _measured.get(key)
    if measured is None:
        measured = _measured.put(key, dataset.make_attributes(checkpoint.indices[dots]) if len(dots) else {})
    spread = {}
    for name, one in measured.items():
        values = np.full(count, UNKNOWN if one.is_categorical else np.nan, np.float32)
        values[dots] = one.values
        spread[name] = Attribute(values, one.categories, one.unit)
    return spread
