"""What a type hint says of a value: its keys in a file, the hints of its entries, and its length."""

import typing
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import pytest

from latent_explorer.config import schema, type_hints
from latent_explorer.config.limits import MAX_ENTRIES, Length, Natural, Rule, Within
from latent_explorer.config.type_hints import PLAIN_TYPES
from latent_explorer.errors import InputError


@dataclass(frozen=True)
class Range:
    low: float = field(metadata=type_hints.file_key("from"))
    high: float = 1.0
    width: float = field(init=False, default=0.0)
    passing: int = 0


def test_only_what_a_file_may_hold_has_a_key():
    assert type_hints.map_keys(Range) == {"from": "low", "high": "high"}
    assert type_hints.list_keys(Range) == ["from", "high"]


@pytest.mark.parametrize(
    ("hint", "count", "hints"),
    [
        (tuple[int, ...], 3, (int, int, int)),
        (frozenset[str], 2, (str, str)),
        (tuple[int, str], 2, (int, str)),
        (tuple[int, str], 3, (None, None, None)),
        (tuple[Natural, ...], 1, (Natural,)),
        (tuple[int, ...], 0, ()),
    ],
)
def test_each_entry_has_its_hint_and_of_a_wrong_number_none_has(hint, count, hints):
    assert type_hints.get_entry_hints(hint, count) == hints


@pytest.mark.parametrize(
    ("hint", "length"),
    [
        (tuple[int, str], Length(2, 2)),
        (tuple[int, ...], Length(0, MAX_ENTRIES)),
        (frozenset[int], Length(0, MAX_ENTRIES)),
        (str, Length(0, type_hints.MAX_TEXT_LENGTH)),
        (Annotated[str, Rule("a name"), Length(1, 60)], Length(1, 60)),
        (Annotated[tuple[int, ...], Length(1, 3)], Length(1, 3)),
    ],
)
def test_a_length_is_that_of_the_limit_or_of_the_hint(hint, length):
    assert type_hints.get_length(hint) == length


@pytest.mark.parametrize(
    ("kind", "most"), [(int, type_hints.MAX_INTEGER), (float, type_hints.MAX_FLOAT), (str, type_hints.MAX_TEXT_LENGTH)]
)
def test_the_largest_value_is_allowed_and_nothing_beyond_it(kind, most):
    _, is_allowed = PLAIN_TYPES[kind]
    good, bad = (
        ("x" * most, "x" * (most + 1)) if kind is str else (most, most * (1 + 1e-9) if kind is float else most + 1)
    )
    assert is_allowed(good)
    assert not is_allowed(bad)
    if kind is not str:
        assert is_allowed(-good)
        assert not is_allowed(-bad)
        assert not is_allowed(True)


def test_no_number_is_not_a_number_of_a_file():
    assert not PLAIN_TYPES[float][1](float("nan"))
    assert not PLAIN_TYPES[float][1](float("inf"))


def test_limits_are_taken_off_a_hint_and_both_ways_to_write_a_union_are_one():
    limit = Within(0, 1)
    assert type_hints.split(Annotated[float, limit]) == (float, (limit,))
    assert type_hints.split(float | None) == (float | None, ())
    assert type_hints.is_union(int | None)
    assert type_hints.is_union(typing.Union[int, None])  # noqa: UP007
    assert not type_hints.is_union(Literal["a", "b"])
    assert type_hints.has_several_dataclasses((Range, Range, int))
    assert not type_hints.has_several_dataclasses((Range, Any, int))


@pytest.mark.parametrize(
    "hint", [Annotated[int, Within(0, 9), Rule("an even number")], Annotated[int, Rule("an even number"), Within(0, 9)]]
)
def test_a_limit_in_words_of_its_own_stands_before_a_range_in_whatever_order(hint):
    assert type_hints.describe(hint) == "an even number"


def test_a_key_need_not_be_a_name_of_python():
    @dataclass(frozen=True)
    class Range:
        low: float = field(metadata=type_hints.file_key("from"))
        high: float = field(default=1.0, metadata=type_hints.file_key("the end"))

    assert schema.decode(Range, {"from": 0.5}) == Range(0.5)
    assert schema.encode(Range(0.5, 2.0)) == {"from": 0.5, "the end": 2.0}
    for data, said in (({}, "the key from is missing"), ({"low": 1}, "low: unknown key; allowed: from, the end")):
        with pytest.raises(InputError) as error:
            schema.decode(Range, data)
        assert str(error.value) == said
