"""Values of files (YAML, JSON) checked by type hints, and values of the program encoded for JSON.

A hint is a frozen dataclass, a tuple, frozenset, mapping (with any keys), union, Literal, None, text, bytes, number,
boolean or Any, and `Annotated` adds limits: `share: Annotated[float, Within(0, 1)] = 0.5`. Reading is strict, since a
file may come from a stranger: other types, unknown keys, NaN and large numbers are refused with an `InputError` that
names the key, what arrived and what is allowed, and sizes are bounded. A missing key takes its default. Fields named
`passing` hold transient values and are left out; `type_hints.file_key("from")`, as metadata of a field, declares a key
that is no name of Python. It does not know the meaning of the values.
"""

import base64
import binascii
import math
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar

import numpy as np

from latent_explorer.config.limits import MAX_ENTRIES, Converted, DescribedLimit, one_of
from latent_explorer.config.type_hints import (
    MAPPINGS,
    PLAIN_TYPES,
    describe,
    get_entry_hints,
    get_field_hints,
    get_length,
    has_several_dataclasses,
    is_union,
    map_keys,
    split,
)
from latent_explorer.errors import InputError, did_you_mean, quote

CLASS_KEY = "is"
"""The key that holds the class name if a hint allows several dataclasses."""
MAX_BYTES = 16 * 2**20
MAX_DEPTH = 24

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
    return SchemaError(where, f"{quote(data)} arrived; {allowed} is allowed")


class SchemaError(InputError):
    """A value that its hint does not allow, with its place in the file."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}" if where else problem)
        self.where = where


def _decode(hint: Any, data: Json, where: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise SchemaError(where, f"nested too deeply; {MAX_DEPTH} levels are allowed")
    plain, limits = split(hint)
    for limit in limits:
        data = limit.convert(data) if isinstance(limit, Converted) else data
    try:
        value = _decode_plain(plain, hint, data, where, depth)
    except InputError:
        if any(isinstance(limit, DescribedLimit) for limit in limits):
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
    if is_union(plain):
        return _decode_union(plain, data, where, depth)
    if is_dataclass(plain):
        return _decode_dataclass(typing.cast(type[Any], plain), data, where, depth)
    if plain is bytes:
        return _decode_bytes(data, where)
    if origin in (tuple, frozenset):
        if not isinstance(data, list | tuple) or data not in get_length(plain):
            raise _refuse(hint, data, where)
        kinds = get_entry_hints(plain, len(data))
        pairs = enumerate(zip(kinds, data, strict=True))
        return origin(_decode(kind, entry, f"{where}[{i}]", depth + 1) for i, (kind, entry) in pairs)
    if origin in MAPPINGS:
        return _decode_mapping(plain, data, where, depth)
    if origin is typing.Literal:
        fitting = any(data == one and type(data) is type(one) for one in parts)
    elif plain in PLAIN_TYPES:
        fitting = PLAIN_TYPES[plain][1](data)
    else:
        raise TypeError(f"{where}: {hint} cannot be read")  # a mistake in a lab, not in a file
    if not fitting:
        raise _refuse(hint, data, where)
    return float(data) if plain is float else data


def _decode_union(hint: Any, data: Json, where: str, depth: int) -> Any:
    options = typing.get_args(hint)
    if data is None and type(None) in options:
        return None
    if isinstance(data, dict) and has_several_dataclasses(options):
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
    names, hints = map_keys(cls), get_field_hints(cls)
    for given in data:
        if given not in names:
            name = quote(given).strip("'")
            problem = f"unknown key{did_you_mean(name, list(names))}; allowed: {', '.join(names) or 'none'}"
            raise SchemaError(f"{where}.{name}".removeprefix("."), problem)
    optional = {one.name for one in fields(cls) if not (one.default is MISSING and one.default_factory is MISSING)}
    for known, name in names.items():
        if name not in optional and known not in data:
            raise SchemaError(where, f"the key {known} is missing")
    values = {
        names[given]: _decode(hints[names[given]], value, f"{where}.{given}".removeprefix("."), depth + 1)
        for given, value in data.items()
    }
    try:
        return cls(**values)
    except (ValueError, TypeError) as error:  # what the class itself does not allow
        raise error if isinstance(error, InputError) else SchemaError(where, str(error)) from None


def _decode_bytes(data: Json, where: str) -> bytes:
    if isinstance(data, str) and len(data) > MAX_BYTES * 4 // 3 + 4:
        raise SchemaError(where, f"{len(data) * 3 // 4:,} bytes arrived; up to {MAX_BYTES:,} are allowed")
    try:
        return base64.b64decode(data if isinstance(data, str) else "?", validate=True)
    except (binascii.Error, ValueError):
        raise make_error(where, data, describe(bytes)) from None


def _refuse(hint: Any, data: Json, where: str) -> InputError:
    """Return the error of a value that `hint` does not allow; a text or list that is too long is counted."""
    kind, unit = (str, "characters") if split(hint)[0] is str else (list, "entries")
    if isinstance(data, kind) and len(data) > get_length(hint).high:
        return SchemaError(where, f"{len(data):,} {unit} arrived; {describe(hint)} is allowed")
    return make_error(where, data, describe(hint))


# -- writing ------------------------------------------------------------------------------------------


def encode(value: Any, hint: Any = None, where: str = "the value") -> Json:
    """Return `value` as a value for `json.dumps`; `hint` is its type hint, its own type if None.

    Raise `InputError` for a number that is not finite, which JSON cannot represent.
    """
    hint = type(value) if hint is None else split(hint)[0]
    if is_union(hint):
        options = typing.get_args(hint)
        encoded = encode(value, _choose_option(value, options), where)
        several = has_several_dataclasses(options) and is_dataclass(value)
        return {CLASS_KEY: type(value).__name__, **encoded} if several else encoded
    if is_dataclass(value):
        hints = get_field_hints(type(value))
        names = map_keys(value).items()
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
                raise SchemaError(where, f"{value} cannot be kept; a finite number is allowed")
            return float(value)
        case tuple():
            pairs = enumerate(zip(get_entry_hints(hint, len(value)), value, strict=True))
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
        plain = split(option)[0]
        origin = typing.get_origin(plain) or plain
        if isinstance(value, Mapping if origin in MAPPINGS else origin if isinstance(origin, type) else ()):
            return option
    return type(value)
