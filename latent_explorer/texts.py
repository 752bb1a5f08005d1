"""Texts of the window in the language that is chosen, and numbers as that language writes them.

A text stands in the code in English, as a template with named fields, and is looked up where it is shown:

    tr("{count:,} samples, error {error:.3f}", count=len(samples), error=mse)

Where it is declared, before a language is chosen, `mark` names it for the catalogues and whoever shows it calls `tr`.
Where the same English words mean several things, `tr_in` says in which context they are meant.
The catalogues lie in assets/languages (`languages`); a text that has no translation is shown in English.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Number
from typing import Any

from latent_explorer import cache


@dataclass(frozen=True)
class Language:
    """A language: its texts by the English ones, and how it writes numbers."""

    code: str = "en"
    name: str = "English"
    translate: Callable[[str], str] = str
    """Returns a text by the English one, which it returns itself if it has none."""
    translate_count: Callable[[str, str, int], str] = lambda one, many, count: one if count == 1 else many
    """The same for a text that depends on a number: by those of one and of several."""
    translate_in: Callable[[str, str], str] = lambda context, text: text
    """The same for a text in a context: by the context and the English text."""
    decimal: str = "."
    group: str = ","
    least_grouped: int = 4
    """Digits from which a number is written in groups: 5 where 1234 is written as it is."""
    percent: str = "%"
    """What follows a number of percent."""


ENGLISH = Language()
NAME = "name"
"""The context of names of classes and attributes, so that no name of a user's data is taken for another word."""
_current = ENGLISH


def use(language: Language) -> None:
    """Show all texts in `language` from here on. What functions remember is forgotten: it may have been said."""
    global _current
    if language is not _current:
        cache.forget()
    _current = language


def get_language() -> Language:
    """Return the language that texts are shown in."""
    return _current


class MarkedText(str):
    """A text in English that remembers its template and its values, so that `tr` can say it in another language."""

    template: str
    values: Mapping[str, Any]


def mark(text: str, /, **values: Any) -> str:
    """Return `text` as it is: a text for the catalogues, which `tr` translates where it is shown.

    With `values`, its fields are filled, and `tr` translates them too where they are texts: for a sentence that is made
    where the language is not known, as in another process, or that is kept while the language changes.
    """
    if not values:
        return text
    marked = MarkedText(text.format(**values))
    marked.template, marked.values = text, values
    return marked


def tr(text: str, /, **values: Any) -> str:
    """Return `text` in the language of the window; with `values`, its fields are filled as by `str.format`."""
    if _current is ENGLISH:
        return text.format(**values) if values else text
    if isinstance(text, MarkedText):
        values = {name: tr(one) if isinstance(one, str) else one for name, one in text.values.items()}
        text = text.template
    translated = _current.translate(text) if text else text
    return _fill(translated, text, values) if values else translated


def tr_in(context: str, text: str, /, **values: Any) -> str:
    """Return `text` as `tr` does where its words have another meaning than elsewhere: `context` tells which one."""
    if _current is ENGLISH or not text:
        return text.format(**values) if values else text
    translated = _current.translate_in(context, text)
    return _fill(translated, text, values) if values else translated


def mark_name(name: str, /) -> str:
    """Return `name` as it is: of a class or an attribute that the program gives, in the context `NAME`."""
    return name


def tr_count(one: str, many: str, count: int, /, **values: Any) -> str:
    """Return the text of `one` or of several, as the language counts; `{count}` is among its fields."""
    values["count"] = count
    if _current is ENGLISH:
        return (one if count == 1 else many).format(**values)
    return _fill(_current.translate_count(one, many, count), one if count == 1 else many, values)


def format_number(value: float, spec: str) -> str:
    """Return a number as `format(value, spec)` in the language of the window: 1,234.5 is 1.234,5 in German. What is
    written as zero has no sign."""
    text = format(value, spec)
    text = text if text.strip("+-0.,%") else text.lstrip("+-")
    return text if _current is ENGLISH else localise(text)


def localise(number: str) -> str:
    """Return a number, written as Python writes it, as the language of the window writes it."""
    whole, point, decimals = number.partition(".")
    if "," in whole:
        digits = sum(letter.isdigit() for letter in whole)
        whole = whole.replace(",", _current.group if digits >= _current.least_grouped else "")
    text = f"{whole}{_current.decimal}{decimals}" if point else whole
    return f"{text[:-1]}{_current.percent}" if text.endswith("%") else text


# -- inside -------------------------------------------------------------------------------------------


class _LocalNumber:
    """A number that a template formats as the language writes it."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __format__(self, spec: str) -> str:
        return localise(format(self._value, spec))


def _localise_value(value: Any) -> Any:
    if isinstance(value, MarkedText):
        return tr(value)
    return _LocalNumber(value) if isinstance(value, Number) else value


def _fill(translated: str, english: str, values: Mapping[str, Any]) -> str:
    local = {name: _localise_value(one) for name, one in values.items()}
    try:
        return translated.format(**local)
    except (LookupError, ValueError, TypeError, AttributeError):  # a translation with fields that are not there
        return english.format(**values)
