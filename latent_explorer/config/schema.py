"""Values of files (YAML, JSON) checked by type hints, and values of the program encoded for JSON.

A hint is a frozen dataclass, a tuple, frozenset, mapping (with any keys), union, Literal, None, text, bytes, number,
boolean or Any, and `Annotated` adds limits: `share: Annotated[float, Within(0, 1)] = 0.5`. Reading is strict, since a
file may come from a stranger: other types, unknown keys, NaN and large numbers are refused with an `InputError` that
names the key, what arrived and what is allowed, and sizes are bounded. A missing key takes its default. Fields named
`passing` hold transient values and are left out; `field(metadata=file_key("from"))` declares a key that is no name of
Python. It does not know the meaning of the values.
"""

import base64
import binascii
import collections.abc
import math
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache, partial
from itertools import islice
from typing import Annotated, Any, TypeVar

import numpy as np

from latent_explorer.config.limits import MAX_ENTRIES, Converted, Length, Within, Worded, one_of
from latent_explorer.errors import InputError, did_you_mean

TRANSIENT_FIELD = "passing"
CLASS_KEY = "is"
"""The key that holds the class name if a hint allows several dataclasses."""
_KEY_NAME = "key"
"""The entry of a field's metadata that holds its key in a file."""
MAX_TEXT_LENGTH = 100_000
MAX_BYTES = 16 * 2**20
MAX_DEPTH = 24
MAX_INTEGER = 2**31 - 1
"""Largest absolute value of an integer, which fits an index or a seed everywhere."""
MAX_FLOAT = 1e9
"""Largest absolute value of a float; its square fits 32 bits."""

T = TypeVar("T")
Json = Any  # None, bool, int, float, str, list or dict


# -- reading ------------------------------------------------------------------------------------------


def decode(hint: type[T], data: Json, where: str = "") -> T:
    """Return `data` as a value of the type `hint`, which also turns back what `encode` made.

    An `InputError` says what arrived and what is allowed, after the place of the value: `where` and the keys below it.
    """
    value: T = _decode(hint, data, where, 0)
    return value


def fits(hint: Any, data: Json) -> bool:
    """Return True if `decode` accepts `data`."""
    try:
        decode(hint, data)
    except InputError:
        return False
    return True


def make_error(where: str, data: Json, allowed: str) -> InputError:
    """Return the error that `data` arrived at the place `where` and something else is allowed."""
    return Misfit(where, f"{quote(data)} arrived; {allowed} is allowed")


class Misfit(InputError):
    """A value that its hint does not allow, with its place in the file."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}" if where else problem)
        self.where = where


def quote(value: Any) -> str:
    """Return a quotation of `value` that fits in a line, whatever its size."""
    if value is None:
        return "nothing"
    try:
        if isinstance(value, dict):
            value = dict(islice(value.items(), 60))
        text = repr(value[:60] if isinstance(value, str | list | bytes) else value)
    except (ValueError, RecursionError):  # Python writes out no integer of more than 4,300 digits
        return "a very large number" if isinstance(value, int) else "a very large value"
    return text if len(text) <= 60 else text[:57] + "..."


def list_keys(cls: Any) -> list[str]:
    """Return the keys of a dataclass in a file: the names of its fields, unless they declare another key."""
    return list(_map_keys(cls))


def file_key(name: str) -> dict[str, str]:
    """Return the metadata of a field whose key in a file is not its own name."""
    return {_KEY_NAME: name}


def _map_keys(cls: Any) -> dict[str, str]:
    """Return the names of the fields of a dataclass that a file may hold, by their keys in it."""
    known = [field for field in fields(cls) if field.init and field.name != TRANSIENT_FIELD]
    return {field.metadata.get(_KEY_NAME, field.name): field.name for field in known}


def describe(hint: Any) -> str:
    """Return what a hint allows, in words."""
    plain, limits = _split(hint)
    for limit in sorted(limits, key=lambda limit: not isinstance(limit, Worded)):
        if isinstance(limit, Worded | Within):
            noun = "a whole number" if plain is int else "a number"
            return limit.text if isinstance(limit, Worded) else f"{noun} {limit}"
    if plain in _PLAIN_TYPES and not (plain is str and limits):
        return _PLAIN_TYPES[plain][0]
    origin, parts = typing.get_origin(plain), typing.get_args(plain)
    length = _get_length(hint)
    if plain is str or plain is bytes:
        return f"text of {length} characters" if plain is str else "bytes as base64 text"
    if origin is typing.Literal:
        return one_of(*parts).text
    if _is_union(plain):
        return " or ".join(map(describe, parts))
    if origin in (tuple, frozenset):
        return f"a list of {length} entries" + (f", each {describe(parts[0])}," if length in limits else "")
    if is_dataclass(plain):
        return f"a mapping with the keys {', '.join(list_keys(plain))}" if list_keys(plain) else "an empty mapping"
    return "a mapping" if parts[0] is str else "a list of pairs of key and value"


def _decode(hint: Any, data: Json, where: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise Misfit(where, f"nested too deeply; {MAX_DEPTH} levels are allowed")
    plain, limits = _split(hint)
    for limit in limits:
        data = limit.convert(data) if isinstance(limit, Converted) else data
    try:
        value = _decode_plain(plain, hint, data, where, depth)
    except InputError:
        if any(isinstance(limit, Worded) for limit in limits):
            raise make_error(where, data, describe(hint)) from None
        raise
    if not all(value in limit for limit in limits if not isinstance(limit, Converted)):
        raise _refuse(hint, data, where)
    return value


def _decode_plain(plain: Any, hint: Any, data: Json, where: str, depth: int) -> Any:
    """Return `data` as a `plain`, which is `hint` without its limits; an error names those too."""
    origin, parts = typing.get_origin(plain), typing.get_args(plain)
    if plain is Any:
        return data
    if _is_union(plain):
        return _decode_union(plain, data, where, depth)
    if is_dataclass(plain):
        return _decode_dataclass(typing.cast(type[Any], plain), data, where, depth)
    if plain is bytes:
        return _decode_bytes(data, where)
    if origin in (tuple, frozenset):
        if not isinstance(data, list | tuple) or data not in _get_length(plain):
            raise _refuse(hint, data, where)
        kinds = _get_entry_hints(plain, len(data))
        pairs = enumerate(zip(kinds, data, strict=True))
        return origin(_decode(kind, entry, f"{where}[{i}]", depth + 1) for i, (kind, entry) in pairs)
    if origin in _MAPPINGS:
        return _decode_mapping(plain, data, where, depth)
    if origin is typing.Literal:
        fitting = any(data == one and type(data) is type(one) for one in parts)
    elif plain in _PLAIN_TYPES:
        fitting = _PLAIN_TYPES[plain][1](data)
    else:
        raise TypeError(f"{where}: {hint} cannot be read")  # a mistake in a lab, not in a file
    if not fitting:
        raise _refuse(hint, data, where)
    return float(data) if plain is float else data


def _decode_union(hint: Any, data: Json, where: str, depth: int) -> Any:
    options = typing.get_args(hint)
    if data is None and type(None) in options:
        return None
    if isinstance(data, dict) and _has_several_dataclasses(options):
        classes: dict[str, Any] = {one.__name__: one for one in options if isinstance(one, type) and is_dataclass(one)}
        name = data.get(CLASS_KEY)
        if not isinstance(name, str) or name not in classes:
            raise make_error(f"{where}.{CLASS_KEY}", name, one_of(*classes).text)
        rest = {key: value for key, value in data.items() if key != CLASS_KEY}
        return _decode(classes[name], rest, where, depth)
    errors = []
    for option in (one for one in options if one is not type(None)):
        try:
            return _decode(option, data, where, depth)
        except InputError as error:
            errors.append(error)
    raise errors[0] if len(errors) == 1 else make_error(where, data, describe(hint))


def _decode_mapping(hint: Any, data: Json, where: str, depth: int) -> dict[Any, Any]:
    key, one = typing.get_args(hint)
    if not isinstance(data, dict if key is str else list) or len(data) > MAX_ENTRIES:
        raise _refuse(hint, data, where)
    pairs = list(data.items()) if isinstance(data, dict) else data
    if not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs):
        raise _refuse(hint, data, where)
    return {
        _decode(key, k, f"{where}: the key", depth + 1): _decode(one, v, f"{where}[{quote(k)}]", depth + 1)
        for k, v in pairs
    }


def _decode_dataclass(cls: type[Any], data: Json, where: str, depth: int) -> Any:
    if not isinstance(data, Mapping):
        raise make_error(where, data, describe(cls))
    names, hints = _map_keys(cls), _get_hints(cls)
    for given in data:
        if given not in names:
            name = quote(given).strip("'")
            problem = f"unknown key{did_you_mean(name, list(names))}; allowed: {', '.join(names) or 'none'}"
            raise Misfit(f"{where}.{name}".removeprefix("."), problem)
    optional = {one.name for one in fields(cls) if not (one.default is MISSING and one.default_factory is MISSING)}
    for known, name in names.items():
        if name not in optional and known not in data:
            raise Misfit(where, f"the key {known} is missing")
    values = {
        names[given]: _decode(hints[names[given]], value, f"{where}.{given}".removeprefix("."), depth + 1)
        for given, value in data.items()
    }
    try:
        return cls(**values)
    except (ValueError, TypeError) as error:  # what the class itself does not allow
        raise error if isinstance(error, InputError) else Misfit(where, str(error)) from None


def _decode_bytes(data: Json, where: str) -> bytes:
    if isinstance(data, str) and len(data) > MAX_BYTES * 4 // 3 + 4:
        raise Misfit(where, f"{len(data) * 3 // 4:,} bytes arrived; up to {MAX_BYTES:,} are allowed")
    try:
        return base64.b64decode(data if isinstance(data, str) else "?", validate=True)
    except (binascii.Error, ValueError):
        raise make_error(where, data, describe(bytes)) from None


def _refuse(hint: Any, data: Json, where: str) -> InputError:
    """Return the error of a value that `hint` does not allow; a text or list that is too long is counted."""
    kind, unit = (str, "characters") if _split(hint)[0] is str else (list, "entries")
    if isinstance(data, kind) and len(data) > _get_length(hint).high:
        return Misfit(where, f"{len(data):,} {unit} arrived; {describe(hint)} is allowed")
    return make_error(where, data, describe(hint))


# -- writing ------------------------------------------------------------------------------------------


def encode(value: Any, hint: Any = None, where: str = "the value") -> Json:
    """Return `value` as a value for `json.dumps`; `hint` is its type hint, its own type if None.

    Raise `InputError` for a number that is not finite, which JSON cannot represent.
    """
    hint = type(value) if hint is None else _split(hint)[0]
    if _is_union(hint):
        options = typing.get_args(hint)
        encoded = encode(value, _choose_option(value, options), where)
        several = _has_several_dataclasses(options) and is_dataclass(value)
        return {CLASS_KEY: type(value).__name__, **encoded} if several else encoded
    if is_dataclass(value):
        hints = _get_hints(type(value))
        names = _map_keys(value).items()
        return {known: encode(getattr(value, name), hints[name], f"{where}.{known}") for known, name in names}
    match value:
        case None | str() | bool():
            return value
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case int() | np.integer():
            return int(value)
        case float() | np.floating():
            if not math.isfinite(value):
                raise Misfit(where, f"{value} cannot be kept; a finite number is allowed")
            return float(value)
        case tuple():
            pairs = enumerate(zip(_get_entry_hints(hint, len(value)), value, strict=True))
            return [encode(entry, kind, f"{where}[{i}]") for i, (kind, entry) in pairs]
        case frozenset():
            (kind,) = typing.get_args(hint) or (None,)
            return sorted((encode(entry, kind, where) for entry in value), key=repr)  # the same state, the same file
        case Mapping():
            key, kind = typing.get_args(hint) or (None, None)
            entries = [(encode(k, key, where), encode(v, kind, f"{where}[{k!r}]")) for k, v in value.items()]
            return dict(entries) if key is str else [list(entry) for entry in entries]
    raise TypeError(f"{where}: a {type(value).__name__} cannot be kept")  # a mistake in a lab, not in a file


def _choose_option(value: Any, options: tuple[Any, ...]) -> Any:
    """Return the option of a union that a value belongs to."""
    for option in options:
        plain = _split(option)[0]
        origin = typing.get_origin(plain) or plain
        if isinstance(value, Mapping if origin in _MAPPINGS else origin if isinstance(origin, type) else ()):
            return option
    return type(value)


# -- hints --------------------------------------------------------------------------------------------

_MAPPINGS = (dict, collections.abc.Mapping)
_PLAIN_TYPES: dict[Any, tuple[str, Callable[[Any], bool]]] = {
    type(None): ("nothing", lambda x: x is None),
    bool: ("true or false", lambda x: isinstance(x, bool)),
    int: (f"a whole number of up to {MAX_INTEGER:,}", lambda x: type(x) is int and abs(x) <= MAX_INTEGER),
    float: (f"a finite number of up to {MAX_FLOAT:,.0f}", lambda x: type(x) in (int, float) and abs(x) <= MAX_FLOAT),
    str: (f"text of up to {MAX_TEXT_LENGTH:,} characters", lambda x: type(x) is str and len(x) <= MAX_TEXT_LENGTH),
}
"""What is allowed for a type in words, and a check, which is False for NaN."""
_get_hints: Callable[[Any], dict[str, Any]] = lru_cache(512)(partial(typing.get_type_hints, include_extras=True))
"""The type hints of a dataclass with their limits."""


def _split(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a hint without its limits, and the limits."""
    return (hint.__origin__, hint.__metadata__) if typing.get_origin(hint) is Annotated else (hint, ())


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Union, types.UnionType)


def _has_several_dataclasses(options: tuple[Any, ...]) -> bool:
    return sum(map(is_dataclass, options)) > 1


def _get_entry_hints(hint: Any, count: int) -> tuple[Any, ...]:
    """Return a hint for each of `count` entries of a tuple or frozenset."""
    parts = typing.get_args(hint)
    if parts[1:] == (...,) or typing.get_origin(hint) is frozenset:
        return parts[:1] * count
    return parts if len(parts) == count else (None,) * count


def _get_length(hint: Any) -> Length:
    """Return the allowed length of a text or list: its limit, the number of its hints, or the bound of the format."""
    plain, limits = _split(hint)
    parts = typing.get_args(plain)
    for limit in limits:
        if isinstance(limit, Length):
            return limit
    if typing.get_origin(plain) is tuple and parts[1:] != (...,):
        return Length(len(parts), len(parts))
    return Length(0, MAX_TEXT_LENGTH if plain is str else MAX_ENTRIES)
