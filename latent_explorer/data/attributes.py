"""What else is known of each picture of a data set: named attributes, numbers or categories."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.texts import mark_name

RESERVED = mark_name("class")
"""No attribute's name: it stands for the labels."""
POSITION = mark_name("position")
"""The attribute that tells the order of the windows of recordings."""
UNKNOWN = -1
"""Number of the category of a picture of which it is not known."""
MAX_ATTRIBUTES, MAX_CATEGORIES = 100, 1000
"""Of a data set, and of an attribute."""
MAX_NUMBER = 1e15
MAX_WHOLE = 10
"""Different whole numbers up to which numbers are categories."""


@dataclass(frozen=True, eq=False)
class Attribute:
    """One value for each of N pictures."""

    values: Floats
    """(N,): numbers, NaN where unknown; for categories their numbers, `UNKNOWN` where unknown."""
    categories: tuple[str, ...] = ()
    """Names of the categories; empty for an attribute of numbers."""
    unit: str = ""

    @property
    def is_categorical(self) -> bool:
        return bool(self.categories)

    def count_unknown(self) -> int:
        """Return of how many pictures it is not known."""
        return int(np.sum(self.values == UNKNOWN if self.is_categorical else np.isnan(self.values)))

    def select(self, rows: NDArray[np.integer[Any]]) -> "Attribute":
        """Return the attribute of some of the pictures."""
        return Attribute(self.values[rows], self.categories, self.unit)


Attributes = Mapping[str, Attribute]


def list_face_attributes(factors: Mapping[str, NDArray[Any]]) -> dict[str, Attribute]:
    """Return the factors of faces as attributes, named in words; hair, which is their class, is none."""
    from latent_explorer.data.faces.factors import FACTORS, NAMES, Discrete

    attributes = {}
    for name, factor in FACTORS.items():
        if name == "hair":
            continue
        values = factors[name].astype(np.float32)
        categories, unit = (factor.values, "") if isinstance(factor, Discrete) else ((), factor.unit)
        attributes[NAMES[name]] = Attribute(values, categories, unit)
    return attributes
