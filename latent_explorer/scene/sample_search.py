"""The search for samples by class, attribute, file or their own text: what matches a text, among those of one model.

It knows neither keys nor the mouse (`shell.search`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.cache import Same, remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.data.attributes import Attributes
from latent_explorer.scene import known_attributes, number_search
from latent_explorer.scene.items import get_class_colour
from latent_explorer.scene.said_names import fold
from latent_explorer.scene.state import State
from latent_explorer.texts import mark

MAX_TEXT = 60
MAX_MATCHES = 200
FILE, TEXT, NUMBERS = mark("file"), mark("text"), mark("numbers")


@dataclass(frozen=True, eq=False)
class Match:
    """Some samples of which something is known: of one class, with one value of an attribute, or of one file."""

    title: str
    kind: str
    """"class", the attribute of categories, "numbers", "file" or "text"."""
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
    samples first, then texts and files by name. A condition on numbers comes before them. An empty text matches all
    classes and categories."""
    checkpoint = state.get_checkpoint(slot)
    names = state.knowledge.file_names.get(checkpoint.data_key, ())
    known = known_attributes.get(state, slot)
    return _find(checkpoint, Same(known), Same(names), text.casefold()[:MAX_TEXT])


@remember(8)
def _find(
    checkpoint: Checkpoint, known: Same[Attributes], names: Same[tuple[str, ...]], text: str
) -> tuple[Match, ...]:
    words = text.split()
    entries = _list_entries(checkpoint, known)
    groups = [one.match for one in entries if all(word in one.words for word in words)]
    if (numbers := number_search.find(known.value, text)) is not None:
        groups.insert(0, Match(numbers[0], NUMBERS, numbers[1]))
    if not words or len(groups) >= MAX_MATCHES:
        return tuple(groups[:MAX_MATCHES])
    texts = _find_texts(checkpoint, words, MAX_MATCHES - len(groups))
    return (*groups, *texts, *_find_files(checkpoint, names, words, MAX_MATCHES - len(groups) - len(texts)))


@remember(4)
def _list_entries(checkpoint: Checkpoint, known: Same[Attributes]) -> tuple[_Entry, ...]:
    """Return the classes and categories that have samples, those with the most first; they are found by their names in
    English and in the language of the window."""
    classes = [
        _Entry(fold(name), Match(name, "class", dots, get_class_colour(k)))
        for k, (name, dots) in enumerate(_group(checkpoint.labels, checkpoint.class_names))
        if len(dots)
    ]
    categories = [
        _Entry(f"{fold(attribute)} {fold(name)}", Match(name, attribute, dots))
        for attribute, one in known.value.items()
        for name, dots in _group(one.values, one.categories)
        if len(dots)
    ]
    return tuple(one for group in (classes, categories) for one in sorted(group, key=lambda one: -one.match.count))


def _group(numbers: NDArray[Any], names: Sequence[str]) -> list[tuple[str, NDArray[np.intp]]]:
    """Return the dots of each name, whose number is its place: in one pass, however many names there are."""
    if not names:
        return []
    order = np.argsort(numbers, kind="stable")
    ends = np.searchsorted(numbers[order], np.arange(len(names) + 1))
    return [(name, order[ends[k] : ends[k + 1]]) for k, name in enumerate(names)]


def _find_texts(checkpoint: Checkpoint, words: list[str], limit: int) -> list[Match]:
    """Return the samples whose own texts contain all words: those that begin with the first word come first, and
    shorter ones before longer ones."""
    folded = _fold_texts(checkpoint)
    dots = [dot for dot, text in enumerate(folded) if all(word in text for word in words)]
    dots.sort(key=lambda dot: (not folded[dot].startswith(words[0]), len(folded[dot])))
    return [Match(checkpoint.kept.texts[dot], TEXT, np.array([dot], np.intp)) for dot in dots[:limit]]


@remember(2)
def _fold_texts(checkpoint: Checkpoint) -> tuple[str, ...]:
    return tuple(text.casefold() for text in checkpoint.kept.texts)


def _find_files(checkpoint: Checkpoint, names: Same[tuple[str, ...]], words: list[str], limit: int) -> list[Match]:
    """Return the samples whose file names contain all words, by name."""
    matches: list[Match] = []
    for dot, folded in enumerate(_fold(checkpoint, names) if names.value else ()):
        if folded and all(word in folded for word in words):
            name = names.value[int(checkpoint.indices[dot])]
            matches.append(Match(name, FILE, np.array([dot], np.intp)))
            if len(matches) == limit:
                break
    return sorted(matches, key=lambda one: one.title.casefold())


@remember(2)
def _fold(checkpoint: Checkpoint, names: Same[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the file name of each dot without upper case; empty if it has none."""
    every = names.value
    return tuple(every[k].casefold() if k < len(every) else "" for k in checkpoint.indices.tolist())
