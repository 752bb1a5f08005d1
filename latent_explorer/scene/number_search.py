"""The search for samples by an attribute of numbers: `turn > 0.5`, `turn < -0.2`, `turn 0.3..0.5`, and `turn = 0.3`,
which finds the nearest. It knows neither keys nor the mouse."""

import math
import operator
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_explorer.data.attributes import Attributes
from latent_explorer.scene.number_format import add_unit
from latent_explorer.scene.said_names import fold, say_name
from latent_explorer.texts import format_number, get_language, tr

COMPARISON = re.compile(r"(.*?)\s*([<>]=?|=)\s*(.*)")
RANGE = re.compile(r"(.*?)\s*(?<![\w.,])([-+−]?[\d.,]*\d)\s*\.\.\s*(.*)")
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,2})?")
COMPARISONS = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
MAX_LISTED = 5


@dataclass(frozen=True)
class _Condition:
    """What was typed: the name of numbers, a sign of `COMPARISONS`, "=" or "..", and the texts of one number or two."""

    name: str
    sign: str
    numbers: tuple[str, ...]


def find(attributes: Attributes, text: str) -> tuple[str, NDArray[np.intp]] | None:
    """Return the title and the dots of the samples of which a typed condition holds; None if there are none, or if the
    text is no condition."""
    condition = _parse(text)
    name = None if condition is None else _find_name(attributes, condition.name)
    if condition is None or name is None or _explain_number(condition):
        return None
    values, unit = attributes[name].values, attributes[name].unit
    said = say_name(name)
    wanted = sorted(_read(one) for one in condition.numbers)
    if condition.sign == "=":
        away = np.abs(values.astype(np.float64) - wanted[0])
        dots = np.flatnonzero(away == np.nanmin(away)) if np.isfinite(away).any() else np.zeros(0, np.intp)
        title = f"{said} {_format(float(values[dots[0]]), unit)}" if len(dots) else ""
    elif condition.sign == "..":
        dots = np.flatnonzero((values >= wanted[0]) & (values <= wanted[1]))
        title = tr("{name} {low:.4g} to {high}", name=said, low=wanted[0], high=_format(wanted[1], unit))
    else:
        dots = np.flatnonzero(COMPARISONS[condition.sign](values, wanted[0]))
        title = f"{said} {condition.sign} {_format(wanted[0], unit)}"
    return (title, dots) if len(dots) else None


def explain(attributes: Attributes, text: str) -> str:
    """Return a line about the numbers that can be searched as far as `text` is typed, or about what is wrong with it;
    empty if it is not about numbers."""
    names, condition = list_names(attributes), _parse(text)
    if not names or find(attributes, text) is not None:
        return ""
    if condition is None:
        listed = _list_begun(attributes, text.strip()) if text.strip() else names
        if not listed:
            return ""
        example = _give_example(listed[0], attributes)
        if len(listed) == 1:
            return tr("{range}; as in {example}", range=_describe_range(listed[0], attributes), example=example)
        return tr("Numbers, as in {example}: {names}", example=example, names=_join(listed))
    name = _find_name(attributes, condition.name)
    if name is None:
        if not condition.name:
            return tr("No numbers are called so; there are {names}", names=_join(names))
        return tr("No numbers are called {name}; there are {names}", name=condition.name, names=_join(names))
    return _explain_number(condition) or _describe_range(name, attributes)


def complete(attributes: Attributes, text: str) -> str:
    """Return the typed text with the first name of numbers that begins so; itself if there is none."""
    begun = _list_begun(attributes, text.strip())
    return f"{say_name(begun[0])} " if begun and _parse(text) is None else text


def list_names(attributes: Attributes) -> list[str]:
    """Return the names of the attributes of numbers that have any."""
    return [name for name, one in attributes.items() if not one.is_categorical and np.isfinite(one.values).any()]


def _parse(text: str) -> _Condition | None:
    if match := COMPARISON.fullmatch(text.strip()):
        return _Condition(match[1], match[2], (match[3],))
    if match := RANGE.fullmatch(text.strip()):
        return _Condition(match[1], "..", (match[2], match[3]))
    return None


def _find_name(attributes: Attributes, typed: str) -> str | None:
    """Return the name of numbers that is typed, or the only one of which a word begins so."""
    begun = _list_begun(attributes, typed) if typed else []
    exact = [name for name in begun if typed.casefold() in (name.casefold(), say_name(name).casefold())]
    return (exact or begun)[0] if exact or len(begun) == 1 else None


def _list_begun(attributes: Attributes, typed: str) -> list[str]:
    """Return the names of numbers of which a word begins with what is typed, those that begin so themselves first."""
    names = [name for name in list_names(attributes) if f" {typed.casefold()}" in f" {fold(name)}"]
    return sorted(names, key=lambda name: not say_name(name).casefold().startswith(typed.casefold()))


def _explain_number(condition: _Condition) -> str:
    """Return what is wrong with the first number that is none; empty if nothing is, or if it is not typed yet."""
    wrong = [one for one in condition.numbers if not NUMBER.fullmatch(_to_plain(one))]
    if not wrong:
        return ""
    if not wrong[0]:
        return tr("A number is missing, such as {example}", example=format_number(0.5, "g"))
    return tr("{typed} is no number; a number such as {example} is", typed=wrong[0], example=format_number(0.5, "g"))


def _read(number: str) -> float:
    return float(_to_plain(number))


def _to_plain(number: str) -> str:
    """Return a typed number as Python reads it: the decimal sign of the language is one too."""
    return number.replace("−", "-").replace(get_language().decimal, ".")


def _format(value: float, unit: str) -> str:
    return add_unit(format_number(value, ".4g"), unit)


def _describe_range(name: str, attributes: Attributes) -> str:
    attribute = attributes[name]
    low, high = float(np.nanmin(attribute.values)), float(np.nanmax(attribute.values))
    return tr("{name} is from {low:.3g} to {high}", name=say_name(name), low=low, high=_format(high, attribute.unit))


def _give_example(name: str, attributes: Attributes) -> str:
    value = float(np.nanquantile(attributes[name].values, 0.75))
    digits = 0 if value == 0 else max(0, 1 - math.floor(math.log10(abs(value))))
    return f"{say_name(name)} > {format_number(round(value, digits), 'g')}"


def _join(names: list[str]) -> str:
    return ", ".join([*map(say_name, names[:MAX_LISTED]), *["…"] * (len(names) > MAX_LISTED)])
