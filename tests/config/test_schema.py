"""Values of files: whatever a lab keeps comes back as it was, nothing else comes in, and the limits of a value."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_explorer.config import schema
from latent_explorer.config.limits import Length, Natural, Rule, Within, one_of
from latent_explorer.errors import InputError, quote
from latent_explorer.labs import LABS


@dataclass(frozen=True)
class Dot:
    number: int


@dataclass(frozen=True)
class Place:
    xy: tuple[float, float]


@dataclass(frozen=True)
class Hover:
    px: float = 0.0


@dataclass(frozen=True)
class Own:
    anchors: tuple[Dot | Place, ...] = ()
    mean: Literal["line", "sphere"] = "line"
    groups: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    names: Mapping[str, float] = field(default_factory=dict)
    chosen: frozenset[int] = frozenset()
    drawing: bytes = b""
    picked: int | None = None
    share: float = 0.5
    on: bool = False
    size: tuple[int, int] = (1, 1)
    title: str = ""
    level: Annotated[int, Within(0, 9)] = 0
    levels: tuple[Annotated[int, Within(0, 9)], ...] = ()
    seed: Natural | None = None
    first: Dot | None = None
    passing: Hover = field(default_factory=Hover)


@dataclass(frozen=True)
class Strict:
    level: int

    def __post_init__(self) -> None:
        if not 0 <= self.level <= 9:
            raise ValueError(f"level {self.level} arrived; 0 to 9 is allowed")


FULL = Own(
    anchors=(Dot(3), Place((0.25, -1e-9))),
    mean="sphere",
    groups={("first", "tsne"): (1, 2), ("second", "pca"): ()},
    names={"a": 1.5},
    chosen=frozenset({7, 2}),
    drawing=bytes(range(256)),
    picked=0,
    share=0.1 + 0.2,
    on=True,
    size=(28, 28),
    title='Ünï "quoted"\n',
    level=9,
    levels=(0, 3),
    seed=5,
    first=Dot(1),
)


def through(value, kind=None):
    """`value` after it was written as text and read again."""
    return schema.decode(kind or type(value), json.loads(json.dumps(schema.encode(value, kind), allow_nan=False)))


def test_everything_a_lab_may_keep_comes_back():
    assert through(FULL) == FULL
    assert through(Own()) == Own()


def test_the_same_state_makes_the_same_text():
    words = frozenset({"b", "a", "c"})
    assert schema.encode(words, frozenset[str]) == ["a", "b", "c"]


def test_what_is_passing_is_left_out():
    assert "passing" not in schema.encode(Own(passing=Hover(3.0)))
    assert through(Own(passing=Hover(3.0))) == Own()
    with pytest.raises(InputError, match="passing"):
        schema.decode(Own, {"passing": {"px": 1.0}})


def test_numbers_of_numpy_are_numbers():
    found = through(Own(anchors=(Dot(np.int64(5)), Place((np.float32(0.5), np.float64(0.25))))))
    assert found.anchors == (Dot(5), Place((0.5, 0.25)))
    assert type(found.anchors[0].number) is int


def test_a_missing_key_takes_its_default():
    assert schema.decode(Own, {"share": 1}) == Own(share=1.0)
    with pytest.raises(InputError, match="the key number is missing"):
        schema.decode(Dot, {}, "anchor")


@given(
    st.builds(
        Own,
        anchors=st.lists(st.builds(Dot, st.integers(0, 2**30)) | st.builds(Place, st.tuples(*[st.floats(-2, 3)] * 2)))
        .map(tuple),
        chosen=st.frozensets(st.integers(-5, 5)),
        drawing=st.binary(max_size=50),
        title=st.text(max_size=20),
        share=st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9),
        groups=st.dictionaries(st.tuples(st.text(max_size=3), st.text(max_size=3)), st.just((1,)), max_size=3),
    )
)  # fmt: skip
def test_any_state_comes_back(own):
    assert through(own) == own


@pytest.mark.parametrize(
    ("data", "place", "arrived", "allowed"),
    [
        ([], "file", "[]", "a mapping with the keys anchors"),
        ({"shares": 1}, "file.shares", "unknown key (did you mean share?)", "allowed: anchors, mean"),
        ({"a\nb": 1}, "file.a\\nb", "unknown key", "allowed: anchors, mean"),
        ({"share": "a"}, "file.share", "'a'", "a finite number"),
        ({"share": True}, "file.share", "True", "a finite number"),
        ({"share": math.nan}, "file.share", "nan", "a finite number"),
        ({"share": math.inf}, "file.share", "inf", "a finite number"),
        ({"share": 10**400}, "file.share", "1000", "a finite number"),
        ({"share": 10**5000}, "file.share", "a very large number", "a finite number"),
        ({"on": 1}, "file.on", "1", "true or false"),
        ({"picked": 1.5}, "file.picked", "1.5", "a whole number"),
        ({"picked": 2**60}, "file.picked", "1152", "a whole number"),
        ({"share": 2e9}, "file.share", "2000000000.0", "a finite number of up to 1,000,000,000"),
        ({"level": -1}, "file.level", "-1", "0 to 9 is allowed"),
        ({"level": "1"}, "file.level", "'1'", "a whole number from 0 to 9 is allowed"),
        ({"levels": [3, 10]}, "file.levels[1]", "10", "0 to 9 is allowed"),
        ({"seed": -1}, "file.seed", "-1", "0 or more is allowed"),
        ({"mean": "curve"}, "file.mean", "'curve'", "line, sphere"),
        ({"title": "x" * 200_000}, "file.title", "200,000 characters", "text of up to 100,000 characters"),
        ({"size": [1]}, "file.size", "[1]", "a list of 2 entries is allowed"),
        ({"size": {"a": 1}}, "file.size", "{'a': 1}", "a list"),
        ({"anchors": [{"number": 1}]}, "file.anchors[0].is", "nothing", "Dot, Place"),
        ({"anchors": [{"is": "Cat"}]}, "file.anchors[0].is", "'Cat'", "Dot, Place"),
        ({"anchors": [{"is": "Dot", "number": "1"}]}, "file.anchors[0].number", "'1'", "a whole number"),
        ({"groups": {"a": [1]}}, "file.groups", "{'a': [1]}", "a list"),
        ({"groups": [["a", [1]]]}, "file.groups: the key", "'a'", "a list"),
        ({"groups": [[1, 2, 3]]}, "file.groups", "[[1, 2, 3]]", "pairs of key and value"),
        ({"names": [["a", 1]]}, "file.names", "[['a', 1]]", "a mapping"),
        ({"chosen": [1, "2"]}, "file.chosen[1]", "'2'", "a whole number"),
        ({"drawing": "not base64!"}, "file.drawing", "'not base64!'", "base64"),
        ({"drawing": "A" * 23_000_000}, "file.drawing", "17,250,000 bytes", "16,777,216"),
        ({"chosen": [0] * 200_001}, "file.chosen", "200,001 entries", "200,000"),
        ({"first": 5}, "file.first", "5", "a mapping with the keys number"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(data, place, arrived, allowed):
    with pytest.raises(InputError) as error:
        schema.decode(Own, data, "file")
    said = str(error.value)
    assert said.startswith(f"{place}:")
    assert arrived in said
    assert allowed in said
    assert "\n" not in said
    assert len(said) < 300


def test_what_a_class_itself_refuses_is_said_with_its_place():
    with pytest.raises(InputError, match=r"file: level 12 arrived; 0 to 9 is allowed"):
        schema.decode(Strict, {"level": 12}, "file")


def test_nesting_is_bounded():
    deep = tuple[int, ...]
    for _ in range(40):
        deep = tuple[deep, ...]  # type: ignore[valid-type]
    data: list = []
    for _ in range(40):
        data = [data]
    with pytest.raises(InputError, match="nested too deeply"):
        schema.decode(deep, data, "file")


@pytest.mark.parametrize("value", [math.nan, math.inf, np.float32("nan")])
def test_a_number_that_json_has_no_word_for_is_not_written(value):
    with pytest.raises(InputError, match=r"own\.share"):
        schema.encode(Own(share=value), where="own")


def test_what_no_lab_may_keep_is_a_mistake_of_the_lab():
    with pytest.raises(TypeError, match="ndarray"):
        schema.encode(np.zeros(3))


@pytest.mark.parametrize("name", sorted(LABS))
def test_what_every_lab_begins_with_can_be_kept(name):
    own = LABS[name].make_initial_state()
    assert through(own) == own


# -- limits -------------------------------------------------------------------------------------------


def test_both_ends_belong_to_it():
    assert all(value in Within(0, 9) for value in (0, 4.5, 9))
    assert not any(value in Within(0, 9) for value in (-1e-9, 9.01, math.nan, math.inf))
    assert 10**9 in Within(0)
    assert [value in Within(0, 1, without=(0,)) for value in (0, 0.5, 1)] == [False, True, True]


def test_a_value_outside_is_held_at_the_nearest_end():
    assert [Within(-1, 2).clamp(value) for value in (-5, 0.5, 7)] == [-1, 0.5, 2]


def test_it_says_what_is_allowed():
    assert str(Within(0.4, 2)) == "from 0.4 to 2"
    assert str(Within(-1)) == "of -1 or more"
    assert str(Within(0, 1000, without=(0,))) == "above 0 to 1,000"
    assert str(Within(0, 1, without=(0, 1))) == "above 0 below 1"


@pytest.mark.parametrize(
    ("hint", "fitting", "wrong", "allowed"),
    [
        (Annotated[str, one_of("a", "b")], "a", ["a"], "one of a, b"),
        (
            Annotated[tuple[Natural, ...], Length(1, 3)],
            [1],
            [],
            "a list of 1 to 3 entries, each a whole number of 0",
        ),
        (Annotated[tuple[Natural, ...], Rule("some counts", lambda value: sum(value) > 2)], [3], [1], "some counts"),
        (Annotated[tuple[Natural, ...], Rule("some counts")], [3], ["3"], "some counts"),
        (Annotated[str, Length(1, 60)], "a", "a" * 300, "text of 1 to 60 characters"),
        (str | float, 1.5, True, "text of up to 100,000 characters or a finite number of up to 1,000,000,000"),
        (dict[str, Any], {"a": [{}]}, {1: 2}, "text of up to 100,000 characters"),
    ],
)
def test_a_limit_stands_in_the_error(hint, fitting, wrong, allowed):
    assert schema.fits(hint, fitting)
    assert not schema.fits(hint, wrong)
    with pytest.raises(InputError, match=f"arrived; {allowed}"):
        schema.decode(hint, wrong)


def test_a_value_is_quoted_in_one_short_line():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    for value in (None, "a" * 999, [1] * 999, {"a": "\n" * 99}, 10**5000, deep):
        assert "\n" not in quote(value)
        assert len(quote(value)) <= 60
