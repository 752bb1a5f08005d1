"""The direction of an attribute in latent space, "more smile" or "with glasses", and the probes that read all others.

Knows attributes and latents; nothing of the window.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.direction import YES_NO
from latent_explorer.engine.datasets import known_attributes
from latent_explorer.engine.datasets.known_attributes import KnownAttributes
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.errors import InputError
from latent_explorer.metrics import attribute_probe
from latent_explorer.metrics.attribute_probe import Probe
from latent_explorer.metrics.mutual_information import find_known
from latent_explorer.texts import mark

MAX_CATEGORIES, MAX_PROBED = 12, 30
"""Categories of an attribute that can be chosen, one of more has none of them in the menu; and that a probe tells
apart, which for more takes seconds."""


@dataclass(frozen=True)
class AttributeKey:
    """An attribute of numbers, or one category of an attribute."""

    name: str
    category: str = ""

    @property
    def label(self) -> str:
        """It as text, which also stands in a session file."""
        return f"{self.name}: {self.category}" if self.category else self.name


@remember(16)
def list_keys(checkpoint: Checkpoint) -> Mapping[str, AttributeKey]:
    """Return by label what a direction can be made of: each attribute of numbers, and each category; of yes and no
    only yes."""
    keys = []
    for name, categories in known_attributes.list_categories(checkpoint).items():
        if not categories:
            keys.append(AttributeKey(name))
        elif len(categories) <= MAX_CATEGORIES:
            keys += [AttributeKey(name, one) for one in (categories if categories != YES_NO else YES_NO[1:])]
    return {key.label: key for key in keys}


@remember(64)
def find_typical_dot(checkpoint: Checkpoint, key: AttributeKey) -> int:
    """Return the sample in the middle of those without a category, or in the lower half of numbers: one to add to. If
    that is not in the file, the one in the middle of all."""
    attribute, latents = checkpoint.attributes.get(key.name), checkpoint.latents
    dots = np.arange(len(latents))
    if attribute is not None and key.category:
        has = attribute.values == attribute.categories.index(key.category)
        without = np.flatnonzero(find_known(attribute) & ~has)
        dots = without if len(without) else dots
    elif attribute is not None:
        known = find_known(attribute)
        middle = np.median(attribute.values[known]) if known.any() else np.nan
        dots = np.flatnonzero(attribute.values < middle) if (attribute.values < middle).any() else dots
    z = latents[dots]
    return int(dots[np.square(z - z.mean(axis=0)).sum(axis=1).argmin()])


_probes: WeakKeyDictionary[Checkpoint, tuple[KnownAttributes, Mapping[str, Probe | None]]] = WeakKeyDictionary()
_lock = Lock()
"""Several queries of one model ask for them at once."""


def find_probes(context: QueryContext, model: str) -> Mapping[str, Probe | None]:
    """Return the probe of each attribute, the class included; None where too little is known."""
    checkpoint, known = context.get_checkpoint(model), known_attributes.collect(context, model)
    with _lock:
        remembered = _probes.get(checkpoint)
        if remembered is None or remembered[0] is not known:
            fitted = {
                name: None if len(one.categories) > MAX_PROBED else attribute_probe.fit(checkpoint.latents, one)
                for name, one in known.attributes.items()
            }
            remembered = _probes[checkpoint] = known, fitted
    return remembered[1]


def require_probe(context: QueryContext, model: str, key: AttributeKey) -> Probe:
    """Return the probe of an attribute; raise `InputError` if the attribute is not known here, or of too few."""
    known = known_attributes.collect(context, model)
    if key.name not in known.attributes:
        names = {"attribute": key.name, "model": model}
        raise InputError(
            mark(
                "{attribute} is not in the file of {model}; it cannot be measured: {reason}",
                reason=known.missing, **names,
            )
            if known.missing
            else mark("{attribute} is not in the file of {model}; {hint}", hint=known_attributes.HOW_TO_GET, **names)
        )  # fmt: skip
    probe = find_probes(context, model)[key.name]
    if probe is None:
        raise InputError(
            mark(
                "{attribute}: fewer than {count} samples known, or all are the same",
                attribute=key.name, count=attribute_probe.MIN_SAMPLES,
            )
        )  # fmt: skip
    return probe
