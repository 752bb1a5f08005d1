"""Frozen dataclasses to JSON values and back, by their type hints.

It knows dataclasses, tuples, frozensets, mappings (with any keys), unions, Literal, None, text, bytes, numbers and
booleans, but not their meaning. Reading is strict, since a file may come from a stranger: it rejects types other than
the hinted one, NaN and numbers that are not `Within` the range of their hint, and unknown keys, and sizes are bounded.
A missing key takes its default. Fields named `passing` hold transient values and are left out.
"""

import base64
import binascii
import collections.abc
import math
import types
import typing
from collections.abc import Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np

from latent_explorer.config.schema import Within
from latent_explorer.errors import InputError

TRANSIENT_FIELD = "passing"
CLASS_KEY = "is"
"""The key that holds the class name if a hint allows several dataclasses."""
MAX_ENTRIES = 200_000
MAX_TEXT_LENGTH = 100_000
MAX_BYTES = 16 * 2**20
MAX_DEPTH = 24
MAX_INTEGER = 2**31 - 1
"""Largest absolute value of an integer, which fits an index or a seed everywhere."""
MAX_FLOAT = 1e9
"""Largest absolute value of a float; its square fits 32 bits."""

T = TypeVar("T")
Json = Any  # None, bool, int, float, str, list or dict


def encode(value: Any, hint: Any = None, where: str = "the value") -> Json:
    """Return `value` as a value for `json.dumps`; `hint` is its type hint, its own type if None.

    Raise `InputError` for a number that is not finite, which JSON cannot represent.
    """
    return _encode(value, type(value) if hint is None else hint, where)


def decode(hint: type[T], data: Json, where: str = "the value") -> T:
    """Return the value that `encode` turned into `data`; an `InputError` says what arrived and what is allowed."""
    found: T = _decode(hint, data, where, 0)
    return found


# -- writing ------------------------------------------------------------------------------------------


def _encode(value: Any, hint: Any, where: str) -> Json:
    if _is_union(hint):
        options = _get_options(hint)
        encoded = _encode(value, _choose_option(value, options), where)
        return (
            {CLASS_KEY: type(value).__name__, **encoded}
            if _has_several_dataclasses(options) and is_dataclass(value)
            else encoded
        )
    if is_dataclass(value):
        hints = _get_hints(type(value), ranges=False)
        names = [field.name for field in fields(value) if field.init and field.name != TRANSIENT_FIELD]
        return {name: _encode(getattr(value, name), hints[name], f"{where}.{name}") for name in names}
    match value:
        case None | str() | bool():
            return value
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case int() | np.integer():
            return int(value)
        case float() | np.floating():
            if not math.isfinite(value):
                raise InputError(f"{where}: {value} cannot be kept; a finite number is allowed")
            return float(value)
        case tuple():
            kinds = _get_entry_hints(hint, len(value))
            return [
                _encode(entry, one, f"{where}[{i}]") for i, (entry, one) in enumerate(zip(value, kinds, strict=True))
            ]
        case frozenset():
            (one,) = typing.get_args(hint) or (None,)
            encoded = [_encode(entry, one or type(entry), where) for entry in value]
            return sorted(encoded, key=repr)  # so that the same state makes the same file
        case Mapping():
            key, one = typing.get_args(hint) or (None, None)
            pairs = [
                (_encode(k, key or type(k), where), _encode(v, one or type(v), f"{where}[{k!r}]"))
                for k, v in value.items()
            ]
            return dict(pairs) if key is str else [list(pair) for pair in pairs]
    raise TypeError(f"{where}: a {type(value).__name__} cannot be kept")  # a mistake in a lab, not in a file


def _choose_option(value: Any, options: tuple[Any, ...]) -> Any:
    """Return the option of a union that a value belongs to."""
    for option in options:
        origin = typing.get_origin(option)
        plain = collections.abc.Mapping if origin in (dict, collections.abc.Mapping) else origin or option
        if isinstance(plain, type) and isinstance(value, plain):
            return option
    return type(value)


# -- reading ------------------------------------------------------------------------------------------


def _decode(hint: Any, data: Json, where: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise InputError(f"{where}: nested too deeply; {MAX_DEPTH} levels are allowed")
    if _is_union(hint):
        return _decode_union(_get_options(hint), data, where, depth)
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        return _decode_within(hint, data, where, depth)
    if origin is typing.Literal:
        words = typing.get_args(hint)
        if not any(data == one and type(data) is type(one) for one in words):
            raise _make_error(where, data, "one of " + ", ".join(map(str, words)))
        return data
    if origin is tuple:
        return _decode_tuple(hint, data, where, depth)
    if origin is frozenset:
        (one,) = typing.get_args(hint)
        return frozenset(_decode_entries(one, _check_list(data, where), where, depth))
    if origin in (dict, collections.abc.Mapping):
        return _decode_mapping(hint, data, where, depth)
    if is_dataclass(hint):
        return _decode_dataclass(typing.cast(type[Any], hint), data, where, depth)
    if hint in _PLAIN_TYPES:
        allowed, right = _PLAIN_TYPES[hint]
        if not right(data):
            raise _make_error(where, data, allowed)
        return float(data) if hint is float else data
    if hint is bytes:
        return _decode_bytes(data, where)
    raise TypeError(f"{where}: {hint} cannot be read")  # a mistake in a lab, not in a file


def _is_number(data: Json) -> bool:
    return isinstance(data, int | float) and not isinstance(data, bool) and abs(data) <= MAX_FLOAT  # False for NaN


_PLAIN_TYPES: dict[Any, tuple[str, Any]] = {
    type(None): ("nothing", lambda data: data is None),
    bool: ("true or false", lambda data: isinstance(data, bool)),
    int: (f"a whole number of up to {MAX_INTEGER:,}", lambda data: type(data) is int and abs(data) <= MAX_INTEGER),
    float: (f"a finite number of up to {MAX_FLOAT:,.0f}", _is_number),
    str: (
        f"text of up to {MAX_TEXT_LENGTH:,} characters",
        lambda data: type(data) is str and len(data) <= MAX_TEXT_LENGTH,
    ),
}


def _decode_within(hint: Any, data: Json, where: str, depth: int) -> Any:
    plain, *notes = typing.get_args(hint)
    found = _decode(plain, data, where, depth)
    for note in notes:
        if isinstance(note, Within) and found not in note:
            raise _make_error(where, data, str(note))
    return found


def _decode_union(options: tuple[Any, ...], data: Json, where: str, depth: int) -> Any:
    if data is None and type(None) in options:
        return None
    if isinstance(data, dict) and _has_several_dataclasses(options):
        classes: dict[str, Any] = {one.__name__: one for one in options if isinstance(one, type) and is_dataclass(one)}
        name = data.get(CLASS_KEY)
        if not isinstance(name, str) or name not in classes:
            raise _make_error(f"{where}.{CLASS_KEY}", name, "one of " + ", ".join(classes))
        rest = {key: value for key, value in data.items() if key != CLASS_KEY}
        return _decode(classes[name], rest, where, depth)
    errors = []
    for option in options:
        try:
            return _decode(option, data, where, depth)
        except InputError as error:
            if option is not type(None):
                errors.append(error)
    raise errors[0] if len(errors) == 1 else _make_error(where, data, " or ".join(map(_describe_hint, options)))


def _decode_tuple(hint: Any, data: Json, where: str, depth: int) -> tuple[Any, ...]:
    entries = _check_list(data, where)
    kinds = typing.get_args(hint)
    if len(kinds) == 2 and kinds[1] is ...:
        return tuple(_decode_entries(kinds[0], entries, where, depth))
    kinds = () if kinds == ((),) else kinds
    if len(entries) != len(kinds):
        raise InputError(f"{where}: {len(entries)} entries arrived; {len(kinds)} are allowed")
    found = enumerate(zip(kinds, entries, strict=True))
    return tuple(_decode(one, entry, f"{where}[{i}]", depth + 1) for i, (one, entry) in found)


def _decode_entries(hint: Any, entries: list[Json], where: str, depth: int) -> list[Any]:
    return [_decode(hint, entry, f"{where}[{i}]", depth + 1) for i, entry in enumerate(entries)]


def _decode_mapping(hint: Any, data: Json, where: str, depth: int) -> dict[Any, Any]:
    key, one = typing.get_args(hint)
    pairs: list[Any]
    if key is str:
        if not isinstance(data, dict) or len(data) > MAX_ENTRIES:
            raise _make_error(where, data, "a mapping")
        pairs = list(data.items())
    else:
        pairs = _check_list(data, where)
        if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
            raise _make_error(where, data, "a list of pairs of key and value")
    return {
        _decode(key, k, f"{where}: the key", depth + 1): _decode(one, v, f"{where}[{_quote(k)}]", depth + 1)
        for k, v in pairs
    }


def _decode_dataclass(cls: type[Any], data: Json, where: str, depth: int) -> Any:
    known = {field.name: field for field in fields(cls) if field.init and field.name != TRANSIENT_FIELD}
    if not isinstance(data, dict):
        raise _make_error(where, data, f"a mapping with the keys {', '.join(known)}" if known else "an empty mapping")
    unknown = [key for key in data if key not in known]
    if unknown:
        raise InputError(f"{where}: the key {_quote(unknown[0])} arrived; allowed: {', '.join(known) or 'none'}")
    for name, field in known.items():
        if name not in data and field.default is MISSING and field.default_factory is MISSING:
            raise InputError(f"{where}: the key {name} is missing")
    hints = _get_hints(cls, ranges=True)
    values = {name: _decode(hints[name], value, f"{where}.{name}", depth + 1) for name, value in data.items()}
    try:
        return cls(**values)
    except (ValueError, TypeError) as error:  # what the class itself does not allow
        raise error if isinstance(error, InputError) else InputError(f"{where}: {error}") from None


def _decode_bytes(data: Json, where: str) -> bytes:
    if not isinstance(data, str):
        raise _make_error(where, data, "bytes as base64 text")
    if len(data) > MAX_BYTES * 4 // 3 + 4:
        raise InputError(f"{where}: {len(data) * 3 // 4:,} bytes arrived; up to {MAX_BYTES:,} are allowed")
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise _make_error(where, data, "bytes as base64 text") from None


def _check_list(data: Json, where: str) -> list[Json]:
    if not isinstance(data, list):
        raise _make_error(where, data, "a list")
    if len(data) > MAX_ENTRIES:
        raise InputError(f"{where}: {len(data):,} entries arrived; up to {MAX_ENTRIES:,} are allowed")
    return data


# -- hints and words ----------------------------------------------------------------------------------


def _get_hints(cls: Any, *, ranges: bool) -> dict[str, Any]:
    """Return the type hints of the fields; with `ranges` also their `Within` annotations."""
    return _get_cached_hints(cls, ranges)


@lru_cache(maxsize=512)
def _get_cached_hints(cls: Hashable, ranges: bool) -> dict[str, Any]:
    return typing.get_type_hints(cls, include_extras=ranges)


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Union, types.UnionType)


def _get_options(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint)


def _has_several_dataclasses(options: tuple[Any, ...]) -> bool:
    return sum(1 for option in options if is_dataclass(option)) > 1


def _get_entry_hints(hint: Any, count: int) -> tuple[Any, ...]:
    """Return a hint for each entry of a tuple."""
    kinds = typing.get_args(hint)
    if len(kinds) == 2 and kinds[1] is ...:
        return (kinds[0],) * count
    return kinds if len(kinds) == count else (object,) * count


def _describe_hint(hint: Any) -> str:
    if hint in _PLAIN_TYPES:
        return _PLAIN_TYPES[hint][0]
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        return _describe_hint(typing.get_args(hint)[0])
    return "a list" if origin in (tuple, frozenset) else "a mapping" if origin or is_dataclass(hint) else "text"


def _make_error(where: str, data: Json, allowed: str) -> InputError:
    return InputError(f"{where}: {_quote(data)} arrived; {allowed} is allowed")


def _quote(data: Json) -> str:
    """Return a quotation of `data` that fits in a line, whatever its size."""
    if isinstance(data, dict | list):
        return "a mapping" if isinstance(data, dict) else "a list"
    if data is None:
        return "nothing"
    try:
        text = repr(data if not isinstance(data, str) else data[:60])
    except ValueError:  # Python writes out no integer of more than 4,300 digits
        text = "a very large number"
    return text if len(text) <= 60 else text[:57] + "..."
