"""Recorded steps: which are one, and where the pointer is after them."""

import pytest

from latent_explorer.scene.lesson_recording import RecordedStep, add_step, find_pointer, is_near, simplify

HERE, THERE = (0.2, 0.3), (0.7, 0.6)


def step(verb, value, slot=0):
    return RecordedStep(verb, value, slot)


def test_steps_merge_and_paths_keep_their_corners():
    one, other = RecordedStep("set", {"a": 1.0}), RecordedStep("set", {"a": 2.0})
    assert add_step((one,), other) == (other,)
    assert len(add_step((one,), RecordedStep("set", {"b": 1}))) == 2
    button = RecordedStep("set", {"go": None})
    assert len(add_step((button,), button)) == 2
    assert simplify(((0, 0), (0.1, 0.001), (0.2, 0), (0.2, 0.2))) == ((0, 0), (0.2, 0), (0.2, 0.2))
    assert simplify(((0, 0), (0.3, 0.3), (0, 0))) == ((0, 0), (0.3, 0.3), (0, 0))


@pytest.mark.parametrize(
    ("one", "other", "merged"),
    [
        (step("move", HERE), step("move", THERE), [step("move", THERE)]),
        (step("wait", 0.4), step("wait", 0.3), [step("wait", 0.7)]),
        (step("scroll", (*HERE, 2)), step("scroll", (*HERE, -3)), [step("scroll", (*HERE, -1))]),
        (step("scroll", (*HERE, 2)), step("scroll", (*THERE, 1)), None),
        (step("move", HERE), step("move", HERE, 1), None),
        (step("click", HERE), step("click", HERE), None),
        (step("key", "z"), step("key", "z"), None),
    ],
)
def test_only_what_ends_as_if_it_was_done_at_once_is_one_step(one, other, merged):
    before = step("lab", "explore")
    assert add_step((before, one), other) == (before, *(merged or (one, other)))


@pytest.mark.parametrize(
    ("last", "where"),
    [
        (step("move", THERE, 1), (1, THERE)),
        (step("scroll", (*THERE, 2)), (0, THERE)),
        (step("drag", (HERE, (0.5, 0.5), THERE)), (0, THERE)),
        (step("pan", (THERE, HERE)), (0, THERE)),
        (step("touch", ("bars", *HERE)), None),
        (step("lab", "compare"), None),
        (step("set", {"layer": "none"}), (0, HERE)),
        (step("wait", 1.0), (0, HERE)),
    ],
)
def test_the_pointer_is_where_the_last_step_on_a_map_has_left_it(last, where):
    assert find_pointer(((step("click", HERE),), (last,))) == where
    assert find_pointer(((), ())) is None


def test_a_straight_path_is_its_ends_and_no_point_is_farther_than_allowed_from_the_simplified_one():
    assert simplify(tuple((k / 9, 2 * k / 9) for k in range(10))) == ((0, 0), (1, 2))
    path = tuple((k / 20, 0.1 * (k % 2)) for k in range(21))
    assert simplify(path, tolerance=0.01) == path
    assert simplify(path, tolerance=0.2) == (path[0], path[-1])
    assert simplify(path[:2]) == path[:2]


def test_near_is_meant_in_both_directions():
    assert is_near(HERE, (HERE[0] + 1e-3, HERE[1] - 1e-3))
    assert not is_near(HERE, (HERE[0], HERE[1] + 3e-3))
    assert not is_near(HERE, (HERE[0] - 3e-3, HERE[1]))
