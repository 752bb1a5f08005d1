"""What a type hint allows: its limits, its length, its keys in a file, and all of that in words."""

import collections.abc
import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import lru_cache, partial
from typing import Annotated, Any

from latent_explorer.config.limits import MAX_ENTRIES, DescribedLimit, Length, Within, one_of

TRANSIENT_FIELD = "passing"
"""The name of fields that hold transient values and have no key in a file."""
_KEY_NAME = "key"
"""The entry of a field's metadata that holds its key in a file."""
MAX_TEXT_LENGTH = 100_000
MAX_INTEGER = 2**31 - 1
"""Largest absolute value of an integer, which fits an index or a seed everywhere."""
MAX_FLOAT = 1e9
"""Largest absolute value of a float; its square fits 32 bits."""

MAPPINGS = (dict, collections.abc.Mapping)
PLAIN_TYPES: dict[Any, tuple[str, Callable[[Any], bool]]] = {
    type(None): ("nothing", lambda x: x is None),
    bool: ("true or false", lambda x: isinstance(x, bool)),
    int: (f"a whole number of up to {MAX_INTEGER:,}", lambda x: type(x) is int and abs(x) <= MAX_INTEGER),
    float: (f"a finite number of up to {MAX_FLOAT:,.0f}", lambda x: type(x) in (int, float) and abs(x) <= MAX_FLOAT),
    str: (f"text of up to {MAX_TEXT_LENGTH:,} characters", lambda x: type(x) is str and len(x) <= MAX_TEXT_LENGTH),
}
"""What is allowed for a type in words, and a check, which is False for NaN."""
get_field_hints: Callable[[Any], dict[str, Any]] = lru_cache(512)(partial(typing.get_type_hints, include_extras=True))
"""The type hints of a dataclass with their limits."""


def describe(hint: Any) -> str:
    """Return what a hint allows, in words."""
    plain, limits = split(hint)
    for limit in sorted(limits, key=lambda limit: not isinstance(limit, DescribedLimit)):
        if isinstance(limit, DescribedLimit | Within):
            noun = "a whole number" if plain is int else "a number"
            return limit.text if isinstance(limit, DescribedLimit) else f"{noun} {limit}"
    if plain in PLAIN_TYPES and not (plain is str and limits):
        return PLAIN_TYPES[plain][0]
    origin, parts = typing.get_origin(plain), typing.get_args(plain)
    length = get_length(hint)
    if plain is str or plain is bytes:
        return f"text of {length} characters" if plain is str else "bytes as base64 text"
    if origin is typing.Literal:
        return one_of(*parts).text
    if is_union(plain):
        return " or ".join(map(describe, parts))
    if origin in (tuple, frozenset):
        return f"a list of {length} entries" + (f", each {describe(parts[0])}," if length in limits else "")
    if is_dataclass(plain):
        return f"a mapping with the keys {', '.join(list_keys(plain))}" if list_keys(plain) else "an empty mapping"
    return "a mapping" if parts[0] is str else "a list of pairs of key and value"


def list_keys(cls: Any) -> list[str]:
    """Return the keys of a dataclass in a file: the names of its fields, unless they declare another key."""
    return list(map_keys(cls))


def file_key(name: str) -> dict[str, str]:
    """Return the metadata of a field whose key in a file is not its own name."""
    return {_KEY_NAME: name}


def map_keys(cls: Any) -> dict[str, str]:
    """Return the names of the fields of a dataclass that a file may hold, by their keys in it."""
    known = [field for field in fields(cls) if field.init and field.name != TRANSIENT_FIELD]
    return {field.metadata.get(_KEY_NAME, field.name): field.name for field in known}


def split(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a hint without its limits, and the limits."""
    return (hint.__origin__, hint.__metadata__) if typing.get_origin(hint) is Annotated else (hint, ())


def is_union(hint: Any) -> bool:
    """Return True if a hint, without its limits, is a union."""
    return typing.get_origin(hint) in (typing.Union, types.UnionType)


def has_several_dataclasses(options: tuple[Any, ...]) -> bool:
    """Return True if more than one of the options of a union is a dataclass."""
    return sum(map(is_dataclass, options)) > 1


def get_entry_hints(hint: Any, count: int) -> tuple[Any, ...]:
    """Return a hint for each of `count` entries of a tuple or frozenset."""
    parts = typing.get_args(hint)
    if parts[1:] == (...,) or typing.get_origin(hint) is frozenset:
        return parts[:1] * count
    return parts if len(parts) == count else (None,) * count


def get_length(hint: Any) -> Length:
    """Return the allowed length of a text or list: its limit, the number of its hints, or the bound of the format."""
    plain, limits = split(hint)
    parts = typing.get_args(plain)
    for limit in limits:
        if isinstance(limit, Length):
            return limit
    if typing.get_origin(plain) is tuple and parts[1:] != (...,):
        return Length(len(parts), len(parts))
    return Length(0, MAX_TEXT_LENGTH if plain is str else MAX_ENTRIES)
