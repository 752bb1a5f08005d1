"""Samples in memory as a data set, by what they are: pictures, signals, or rows of a table."""

from collections.abc import Callable, Mapping
from typing import Any

from latent_explorer import config
from latent_explorer.data import array_columns, array_images, signals, table_rows
from latent_explorer.data.array_columns import Annotations
from latent_explorer.data.dataset import Dataset
from latent_explorer.errors import InputError, did_you_mean

MAKERS: Mapping[str, Callable[..., Dataset]] = {
    "array": array_images.make_dataset, "signal": signals.from_memory, "table": table_rows.make_dataset,
}  # fmt: skip
"""What makes a data set, by the set's name in a config."""
KINDS = {"images": "array", "signals": "signal", "rows": "table"}
"""The set's name by what a caller says that the samples are."""


def find_name(samples: str) -> str:
    """Return the name of the data set of such samples; raise `InputError` for an unknown kind."""
    if samples not in KINDS:
        hint = did_you_mean(str(samples), list(KINDS))
        raise InputError(f"samples: {samples!r} arrived{hint}; one of {', '.join(KINDS)} is allowed")
    return KINDS[samples]


def make_dataset(given: Any, annotations: Annotations, settings: config.Data, seed: int) -> Dataset:
    """Return samples as a data set of `settings.name`, and keep them in the user's cache for the explorer; raise
    `InputError` for what does not fit together."""
    array_columns.check_attributes(annotations.attributes, _count(given))
    return MAKERS[settings.name](given, annotations, settings, seed)


def _count(given: Any) -> int | None:
    """Return how many samples there are; None for what has no length, or no column to tell by."""
    rows = next(iter(given.values()), None) if isinstance(given, Mapping) else given
    try:
        return len(rows)  # type: ignore[arg-type]
    except TypeError:
        return None
