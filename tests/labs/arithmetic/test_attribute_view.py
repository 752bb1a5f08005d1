"""The direction of an attribute on the screen: bars of what changes, what cannot be read, and the dots."""

from dataclasses import replace

import pytest

from latent_explorer.labs import LABS
from latent_explorer.labs.arithmetic.attribute_queries import AttributeDirectionValue, AttributeShiftValue
from latent_explorer.labs.arithmetic.attribute_view import describe_change
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Leave, Set
from latent_explorer.scene.items import Chip, Line, Map, Text
from tests import stage
from tests.stage import of_kind, play, texts

LAB = LABS["arithmetic"]


def shown(state):
    return LAB.make_view(state, stage.answered(state))


def test_the_bars_stand_to_the_side_of_the_change_and_can_be_covered(attributed):
    state = play(attributed, Set("along", "lean"), Leave())
    results = stage.answered(state)
    value = results.get_value("moved", AttributeShiftValue)
    up, down = (replace(value, changes=(replace(value.changes[0], change=by),)) for by in (0.7, -0.7))
    ends = []
    for one in (up, down):
        results.put("moved", one)
        (bar,) = (item for item in of_kind(LAB.make_view(state, results), Line) if item.reveals_answer)
        ends.append(bar.points[1][0] - bar.points[0][0])
    assert ends[0] == pytest.approx(-ends[1], abs=1)
    assert ends[0] > 0


def test_what_cannot_be_read_is_named_and_a_direction_by_chance_is_a_warning(attributed):
    view = shown(play(attributed, Set("along", "lean"), Leave()))
    assert "chance (" in texts(view)
    assert len(of_kind(view, Chart)) == 1
    by_chance = play(attributed, Set("along", "chance"), Leave())
    value = stage.answered(by_chance).get_value("direction", AttributeDirectionValue)
    warned = {item.text for item in of_kind(shown(by_chance), Text) if item.colour == "warn"}
    assert any("chance" in text for text in warned)
    assert not value.probe.reads


def test_in_a_low_place_the_largest_changes_are_kept_with_the_direction_first(attributed):
    state = play(attributed, Set("along", "lean"), Leave())
    results = stage.answered(state)
    value = results.get_value("moved", AttributeShiftValue)
    first = value.changes[0]
    many = tuple(replace(first, name=f"other {k}", change=0.01 * k) for k in range(60))
    results.put("moved", replace(value, changes=(first, *many)))
    names = [item.text for item in of_kind(LAB.make_view(state, results), Text)]
    assert "lean" in names
    assert "other 59" in names
    assert "other 0" not in names


def test_the_map_shows_the_attribute(attributed):
    state = play(attributed, Set("along", "lean"), Leave())
    (drawn,) = of_kind(shown(state), Map)
    assert {one.colour for one in of_kind(shown(state), Chip)} == {None}
    assert drawn.dot_colours.values is state.get_checkpoint(0).attributes["lean"].values
    (drawn,) = of_kind(shown(play(state, Set("along", "ring: yes"))), Map)
    assert set(drawn.dot_colours.palette_indices) == {0, 1}


@pytest.mark.parametrize(
    ("likeliest", "chances", "said"),
    [
        (("no", "no"), (0.97, 0.98), ("3 → 2%", "3 → 2%")),
        (("yes", "yes"), (0.98, 1.0), ("98 → 100%", "98 → 100%")),
        (("no", "yes"), (0.9, 0.2), ("no → yes", "10 → 80%")),
        (("zero", "zero"), (0.84, 0.72), ("zero 84 → 72%", "zero 72%")),
        (("zero", "two"), (0.8, 0.1), ("zero → two", "two")),
    ],
)
def test_a_change_of_category_says_of_what_its_percent_are(attributed, likeliest, chances, said):
    state = play(attributed, Set("along", "lean"), Leave())
    changes = stage.answered(state).get_value("moved", AttributeShiftValue).changes
    known = {one.name: one for one in changes}["ring" if "no" in likeliest or "yes" in likeliest else "class"]
    assert describe_change(replace(known, likeliest=likeliest, chances=chances)) == said


@pytest.mark.parametrize(
    ("by", "said"), [(0.0, "0"), (-0.001, "0.00"), (0.001, "0.00"), (-0.2, "−0.20"), (3.0, "+3.0")]
)
def test_a_change_that_is_written_as_zero_has_no_sign(attributed, by, said):
    state = play(attributed, Set("along", "lean"), Leave())
    first = stage.answered(state).get_value("moved", AttributeShiftValue).changes[0]
    assert describe_change(replace(first, difference=by))[1] == said
