"""The terms that the window uses, one sentence each, from the file that the docs are made of, too. It finds the term at
a place in a text, and those that somebody looks for."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from latent_explorer import resources
from latent_explorer.config import schema
from latent_explorer.config.limits import Length
from latent_explorer.config.yaml_file import read_yaml
from latent_explorer.texts import get_language

MAX_SENTENCE = 160
"""Letters that are read at a glance."""


@dataclass(frozen=True)
class Term:
    term: Annotated[str, Length(1, 40)]
    says: Annotated[str, Length(1, MAX_SENTENCE)]
    also: tuple[str, ...] = ()
    """Its other forms in a text."""

    @property
    def forms(self) -> tuple[str, ...]:
        return (self.term, *self.also)


@dataclass(frozen=True)
class Group:
    group: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class _File:
    groups: tuple[Group, ...]


def load() -> tuple[Group, ...]:
    """Return the groups of terms, in the order of the file: that of the window's language, if it has one."""
    return _load(get_language().code)


@lru_cache(maxsize=8)
def _load(language: str) -> tuple[Group, ...]:
    path = resources.find_folder("assets") / "languages" / language / "glossary.yaml"
    if Path(language).name != language or not path.is_file():  # one's own catalogue is a path
        path = resources.find_folder("assets") / "glossary.yaml"
    values, _ = read_yaml(path, "glossary", ("term", "says", "also", "group"))
    return schema.decode(_File, {"groups": values}).groups


def find_at(text: str, at: int) -> Term | None:
    """Return the term that the letter `at` of a text belongs to; None if it belongs to none."""
    for match in _make_pattern().finditer(text):
        if match.start() <= at < match.end():
            return _look_up(match.group())
    return None


def find_all(text: str) -> tuple[Term, ...]:
    """Return the terms of a text, each once, in their order."""
    terms = (_look_up(one.group()) for one in _make_pattern().finditer(text))
    return tuple(dict.fromkeys(terms))


def find_first(text: str) -> Term | None:
    """Return the first term of a text; None if there is none."""
    match = _make_pattern().search(text)
    return _look_up(match.group()) if match else None


def search(wanted: str) -> tuple[Group, ...]:
    """Return the groups with the terms in whose forms or sentence `wanted` occurs; those it begins come first."""
    folded = wanted.casefold().strip()
    if not folded:
        return load()
    groups = []
    for group in load():
        terms = [one for one in group.terms if any(folded in text.casefold() for text in (*one.forms, one.says))]
        terms.sort(key=lambda one: not any(form.casefold().startswith(folded) for form in one.forms))
        if terms:
            groups.append(Group(group.group, tuple(terms)))
    return tuple(groups)


# -- inside -------------------------------------------------------------------------------------------


def _look_up(form: str) -> Term:
    terms = _find_by_form(get_language().code)
    return terms[form if form in terms else form.casefold()]


@lru_cache(maxsize=8)
def _find_by_form(language: str) -> dict[str, Term]:
    """Return the terms by their forms: as they are written where that matters, else in small letters."""
    pairs = ((form, one) for group in _load(language) for one in group.terms for form in one.forms)
    return {form if _is_exact(form) else form.casefold(): one for form, one in pairs}


def _is_exact(form: str) -> bool:
    """Return whether a form is found only as it is written: an abbreviation, a letter."""
    return form != form.lower() or len(form) < 3


def _make_pattern() -> re.Pattern[str]:
    return _compile_pattern(get_language().code)


@lru_cache(maxsize=8)
def _compile_pattern(language: str) -> re.Pattern[str]:
    """Return the pattern of all forms, the longest first; those in small letters match at the start of a sentence."""
    forms = sorted(
        {form for group in _load(language) for one in group.terms for form in one.forms}, key=len, reverse=True
    )
    patterns = [re.escape(form) if _is_exact(form) else f"(?i:{re.escape(form)})" for form in forms]
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")
