"""The search for samples by class, attribute or file: what matches a text, among the samples of one model.

It knows neither keys nor the mouse (`shell.search`).
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.data.attributes import Attributes
from latent_explorer.scene import known_attributes
from latent_explorer.scene.items import get_class_colour
from latent_explorer.scene.state import State

MAX_TEXT = 60
MAX_MATCHES = 200
FILE = "file"


@dataclass(frozen=True, eq=False)
class Match:
    """Some samples of which something is known: of one class, with one value of an attribute, or of one file."""

    title: str
    kind: str
    """"class", the attribute, or "file"."""
    dots: NDArray[np.intp]
    colour: str = ""
    """The colour of a class."""

    @cached_property
    def count(self) -> int:
        return len(self.dots)


@dataclass(frozen=True, eq=False)
class _Entry:
    words: str
    match: Match


def find_matches(state: State, slot: int, text: str) -> tuple[Match, ...]:
    """Return what contains all words of `text`, upper or lower case: classes and categories first, those with the most
    samples first, then files by name. An empty text matches all classes and categories."""
    checkpoint = state.get_checkpoint(slot)
    names = state.knowledge.file_names.get(checkpoint.data_key, ())
    known = known_attributes.get(state, slot)
    return _find(checkpoint, tuple(sorted(known)), _Attributes(known), names, text.casefold()[:MAX_TEXT])


class _Attributes:
    """Attributes as a hashable value: the same object is the same attributes."""

    def __init__(self, attributes: Attributes) -> None:
        self.attributes = attributes

    def __hash__(self) -> int:
        return id(self.attributes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Attributes) and other.attributes is self.attributes


@lru_cache(maxsize=64)
def _find(
    checkpoint: Checkpoint, _: tuple[str, ...], known: _Attributes, names: tuple[str, ...], text: str
) -> tuple[Match, ...]:
    words = text.split()
    entries = _list_entries(checkpoint, known)
    groups = [one.match for one in entries if all(word in one.words for word in words)]
    if not words or len(groups) >= MAX_MATCHES:
        return tuple(groups[:MAX_MATCHES])
    return (*groups, *_find_files(checkpoint, names, words, MAX_MATCHES - len(groups)))


@lru_cache(maxsize=16)
def _list_entries(checkpoint: Checkpoint, known: _Attributes) -> tuple[_Entry, ...]:
    """Return the classes and categories that have samples, those with the most first."""
    found = []
    for k, name in enumerate(checkpoint.class_names):
        dots = np.flatnonzero(checkpoint.labels == k)
        if len(dots):
            found.append(_Entry(name.casefold(), Match(name, "class", dots, get_class_colour(k))))
    found.sort(key=lambda one: -one.match.count)
    further = []
    for attribute, one in known.attributes.items():
        for k, category in enumerate(one.categories):
            dots = np.flatnonzero(one.values == k)
            if len(dots):
                further.append(_Entry(f"{attribute} {category}".casefold(), Match(category, attribute, dots)))
    return (*found, *sorted(further, key=lambda one: -one.match.count))


def _find_files(checkpoint: Checkpoint, names: tuple[str, ...], words: list[str], limit: int) -> list[Match]:
    """Return the samples whose file names contain all words."""
    found: list[Match] = []
    if not names:
        return found
    for dot, index in enumerate(checkpoint.indices.tolist()):
        name = names[index] if index < len(names) else ""
        if name and all(word in name.casefold() for word in words):
            found.append(Match(name, FILE, np.array([dot], np.intp)))
            if len(found) == limit:
                break
    return found
