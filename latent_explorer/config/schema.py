"""Config keys as fields of frozen dataclasses with defaults and limits, and the check of values read from a file.

An unknown key, a wrong type or an impossible value is an `InputError` that names the key, what arrived and what is
allowed. It does not know the meaning of the keys. `Within` is the range of a number that is kept elsewhere, in a
session: `seed: Annotated[int, Within(0)]`; it has no effect by itself, code that reads the number checks it.
"""

import math
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Annotated, Any, TypeVar

from latent_explorer.errors import InputError, did_you_mean

T = TypeVar("T")


@dataclass(frozen=True)
class Within:
    """The range from `low` to `high`, both included."""

    low: float
    high: float = math.inf

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def clamp(self, value: float) -> float:
        """Return the nearest value within the range."""
        return min(max(value, self.low), self.high)

    def __str__(self) -> str:
        return f"{self.low:g} or more" if math.isinf(self.high) else f"{self.low:g} to {self.high:g}"


Natural = Annotated[int, Within(0)]
"""A count, a seed, or an index."""


def define_key(
    default: Any,
    *,
    choices: tuple[Any, ...] | None = None,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    below: float | None = None,
    length: tuple[int, int] | None = None,
    numbers_as_text: bool = False,
) -> Any:
    """Declare a key with its default and limits (`low <= value <= high`, `above < value < below`).

    With `numbers_as_text` an integer is converted to text, since YAML reads the class name of a digit as a number."""
    return field(
        default=default,
        metadata={
            "choices": choices, "low": low, "high": high, "above": above, "below": below, "length": length,
            "spoken": numbers_as_text,
        },
    )  # fmt: skip


def build(cls: type[T], values: Any, source: str, prefix: str) -> T:
    """Build a `cls` from nested mappings; errors name the file `source` and the key, after its sections `prefix`."""
    where = prefix.rstrip(".") or "the top level"
    if not isinstance(values, Mapping):
        raise InputError(
            f"{source}: {where}: {quote(values)} arrived; a mapping with the keys {list_keys(cls)} is allowed"
        )
    known = {f.name: f for f in fields(typing.cast(Any, cls))}
    for name in values:
        if name not in known:
            raise InputError(
                f"{source}: {prefix}{name}: unknown key{did_you_mean(str(name), list(known))}; "
                f"allowed: {list_keys(cls)}"
            )
    hints = typing.get_type_hints(cls)
    arguments = {}
    for name, value in values.items():
        kind = hints[name]
        if is_dataclass(kind):
            section = {} if value is None else value
            arguments[name] = build(typing.cast(type[Any], kind), section, source, f"{prefix}{name}.")
        else:
            arguments[name] = _check(value, kind, known[name].metadata, f"{source}: {prefix}{name}")
    return cls(**arguments)


def _check(value: Any, kind: Any, limits: Mapping[str, Any], where: str) -> Any:
    """Return `value` as a `kind` within `limits`; raise `InputError` otherwise."""
    if isinstance(kind, types.UnionType):
        if value is None:
            return None
        kind = next(option for option in typing.get_args(kind) if option is not type(None))
    if typing.get_origin(kind) is tuple:
        return _check_list(value, kind, limits, where)
    if kind is float and isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
        value = float(value)
    if limits["spoken"] and isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
        value = str(value)
    right_type = isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)
    if not right_type or not _is_within(value, limits):
        raise InputError(f"{where}: {quote(value)} arrived; {_describe_allowed(kind, limits)} is allowed")
    return value


def _check_list(value: Any, kind: Any, limits: Mapping[str, Any], where: str) -> tuple[Any, ...]:
    item = typing.get_args(kind)[0]
    shortest, longest = limits["length"]
    if not isinstance(value, list | tuple) or not shortest <= len(value) <= longest:
        raise InputError(
            f"{where}: {quote(value)} arrived; a list of {shortest} to {longest} entries is allowed, "
            f"each {_describe_allowed(item, limits)}"
        )
    return tuple(_check(entry, item, limits, f"{where}[{i}]") for i, entry in enumerate(value))


def _is_within(value: Any, limits: Mapping[str, Any]) -> bool:
    if limits["choices"] is not None and value not in limits["choices"]:
        return False
    if isinstance(value, int | float):
        return (
            (isinstance(value, int) or math.isfinite(value))
            and (limits["low"] is None or value >= limits["low"])
            and (limits["high"] is None or value <= limits["high"])
            and (limits["above"] is None or value > limits["above"])
            and (limits["below"] is None or value < limits["below"])
        )
    return True


def _describe_allowed(kind: type, limits: Mapping[str, Any]) -> str:
    if limits["choices"] is not None:
        return "one of " + ", ".join(map(str, limits["choices"]))
    noun = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}[kind]
    words = {"low": "from", "above": "above", "high": "to", "below": "below"}
    bounds = [f"{word} {_format_number(limits[name])}" for name, word in words.items() if limits[name] is not None]
    return " ".join([noun, *bounds])


def _format_number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def quote(value: Any) -> str:
    """Return a short quotation of `value` with its type, for error messages."""
    try:
        text = repr(value)
    except ValueError:  # Python converts no integer of more than 4,300 digits to text
        text = "a very large number"
    text = text if len(text) <= 60 else text[:57] + "..."
    return f"{text} ({type(value).__name__})" if value is not None else "nothing"


def list_keys(cls: Any) -> str:
    """Return the keys of a config class as comma-separated text."""
    return ", ".join(f.name for f in fields(cls))
