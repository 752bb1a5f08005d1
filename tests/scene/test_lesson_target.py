"""What a lesson points at: it is written as it is read."""

from typing import get_args

import pytest

from latent_explorer.scene.lesson_target import ALONE, NAMED, Kind, Target, parse


@pytest.mark.parametrize(
    "target",
    [
        *(Target(kind) for kind in ALONE),
        Target("class", "4"), Target("class", "ankle boot"), Target("control", "model 2"),
        Target("part", "picture"), Target("part", "strip 0"),
    ],
)  # fmt: skip
def test_a_target_is_read_as_it_was_written(target):
    assert parse(str(target)) == target
    assert parse(f"  {target} ") == target


@pytest.mark.parametrize("word", ["class", "control", "class ", "mapp", "map 2", "class4"])
def test_a_word_that_names_none_of_the_others_is_a_part(word):
    assert parse(word) == Target("part", word.strip())


def test_a_place_is_written_across_before_up_as_yaml_has_a_pair():
    assert str(Target("place", xy=(0.25, 0.7))) == "[0.25, 0.7]"
    assert str(Target("place", xy=(1 / 3, 1.0))) == "[0.333333, 1]"


def test_each_kind_is_read_in_one_way():
    assert {*ALONE, *NAMED, "place", "part"} == set(get_args(Kind))
    assert not set(ALONE) & set(NAMED)
