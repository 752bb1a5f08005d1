"""The Arithmetic lab with an attribute as its direction."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.config import schema
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.labs import LABS
from latent_explorer.labs.arithmetic import attribute_direction, queries, separation
from latent_explorer.labs.arithmetic.attribute_direction import AttributeKey
from latent_explorer.labs.arithmetic.attribute_queries import (
    AttributeDirection,
    AttributeDirectionValue,
    AttributeShift,
    AttributeShiftValue,
)
from latent_explorer.labs.arithmetic.lab import ArithmeticState
from latent_explorer.metrics.attribute_direction import split_by_category
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.controls import Choice, Slider
from latent_explorer.scene.events import Key, Leave, Set
from latent_explorer.scene.items import Line, Map, Text
from tests import stage
from tests.stage import CENTRES, EMPTY, begin, click, dot_px, drag, of_kind, play, px_of, texts

LAB = LABS["arithmetic"]
LEAN, RING = AttributeKey("lean"), AttributeKey("ring", "yes")


@pytest.fixture
def shelf():
    return stage.World(stage.make_world(), known=stage.make_model_with_attributes())


@pytest.fixture
def start(shelf):
    return begin(shelf, "arithmetic", (1366, 768), models=("known", "first"))


def own(state) -> ArithmeticState:
    return state.lab_states["arithmetic"]


def names_of(state) -> list[str]:
    return [one.name for one in LAB.make_controls(state)]


def ask(shelf, query):
    return query.answer(QueryContext(shelf, {}))


# -- choosing -----------------------------------------------------------------------------------------


def test_the_direction_is_chosen_in_a_menu_or_by_its_key_and_the_groups_are_gone(start):
    (menu,) = (one for one in LAB.make_controls(start) if one.name == "along")
    assert [value for value, _ in menu.options] == ["", "lean", "ring: yes", "chance"]
    state = play(start, Set("along", "lean"))
    assert own(play(start, Key(menu.key))) == own(state)
    assert names_of(state) == ["along", "amount"]
    assert isinstance(LAB.make_queries(state)["direction"], AttributeDirection)
    assert "equation" not in LAB.make_queries(state)
    assert own(play(state, Key("z"))).along == ""
    assert play(start, Set("along", "no such one")) == start


def test_without_attributes_there_is_no_menu(shelf):
    shelf["plain"] = stage.make_checkpoint("plain", seed=9, data="fashion_mnist")
    assert "along" not in names_of(begin(shelf, "arithmetic", models=("plain", "first")))


def test_a_model_that_lacks_the_attribute_shows_the_groups(start):
    state = play(start, Set("along", "ring: yes"), Set("model", "first"))
    assert "equation" in LAB.make_queries(state)
    assert next(one for one in LAB.make_controls(state) if isinstance(one, Choice) and one.name == "along").value == ""


def test_it_comes_back_from_a_session_file():
    kept = ArithmeticState(along="ring: yes", amount=-1.5)
    assert schema.decode(ArithmeticState, schema.encode(kept)) == kept


def test_a_click_chooses_the_picture_and_a_drag_fills_no_group(start):
    state = play(start, Set("along", "lean"))
    typical = attribute_direction.find_typical_dot(state.get_checkpoint(0), LEAN)
    assert LAB.make_queries(state)["moved"].source == Dot(typical)
    state = play(state, *click(dot_px(state, 7)), Leave())
    assert LAB.make_queries(state)["moved"].source == Dot(7)
    state = play(state, *drag(px_of(state, EMPTY), px_of(state, CENTRES[0])), Leave())
    assert own(state).a == queries.Group()
    assert LAB.make_queries(play(state, Key("backspace")))["moved"].source == Dot(typical)


def test_the_slider_says_its_unit(start):
    sliders = [
        next(one for one in LAB.make_controls(play(start, Set("along", label))) if isinstance(one, Slider))
        for label in ("lean", "ring: yes")
    ]
    assert [one.value_text for one in sliders] == ["+1.00 SD", "+1.00 times"]


# -- what is computed ---------------------------------------------------------------------------------


def test_a_picture_is_moved_by_standard_deviations_of_a_number(shelf):
    lean = shelf["known"].attributes["lean"].values
    moved = ask(shelf, AttributeShift("known", LEAN, Dot(3), 2.0, 5))
    by = 3 * moved.z[0] - moved.z[1] + 5 - lean[3]
    assert by == pytest.approx(2 * lean.std(), rel=0.06)  # few samples: the penalty shrinks the weights
    assert moved.position - lean[3] == pytest.approx(2 * lean.std(), rel=0.06)
    assert len(moved.film) == 5


def test_a_category_is_the_step_from_the_mean_without_it_to_the_mean_with_it(shelf):
    known = shelf["known"]
    ring = known.attributes["ring"].values
    means = [known.latents[ring == k].mean(axis=0) for k in (0, 1)]
    moved = ask(shelf, AttributeShift("known", RING, Dot(3), 1.0, 0))
    assert moved.z == pytest.approx(known.latents[3] + means[1] - means[0], abs=1e-4)


def test_what_changes_is_read_from_the_picture_and_only_by_probes_that_can_read(shelf):
    context, known = QueryContext(shelf, {}), shelf["known"]
    moved = ask(shelf, AttributeShift("known", LEAN, Dot(3), 2.0, 0))
    assert [one.name for one in moved.changes] == ["lean", "ring", "class"]
    pictures = np.stack([moved.source_picture, moved.picture]).astype(np.float32)[:, None] / 255
    probe = attribute_direction.find_probes(context, "known")["lean"]
    before, after = probe.read(known.encode(pictures))[:, 0]
    assert moved.changes[0].change == pytest.approx((after - before) / probe.spread, abs=1e-4)
    still = ask(shelf, AttributeShift("known", LEAN, Dot(3), 0.0, 0))
    assert all(one.change == pytest.approx(0, abs=1e-6) for one in still.changes)
    assert [name for name, _ in ask(shelf, AttributeDirection("known", LEAN)).unread] == ["chance"]


def test_the_scores_are_held_out(shelf):
    known = shelf["known"]
    split = split_by_category(known.attributes["ring"], "yes")
    value = ask(shelf, AttributeDirection("known", RING))
    held_out = separation.compute_auc(separation.project_held_out(known.latents, *split))
    assert value.separation.auc == pytest.approx(held_out)
    number = ask(shelf, AttributeDirection("known", AttributeKey("chance")))
    assert number.probe.score < 0.1
    assert np.corrcoef(number.read, number.true)[0, 1] < 0.3  # what the chart shows


# -- the view -----------------------------------------------------------------------------------------


def shown(state):
    return LAB.make_view(state, stage.answered(state))


def test_the_bars_stand_to_the_side_of_the_change_and_can_be_covered(start):
    state = play(start, Set("along", "lean"), Leave())
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


def test_what_cannot_be_read_is_named_and_a_direction_by_chance_is_a_warning(start):
    view = shown(play(start, Set("along", "lean"), Leave()))
    assert "chance (" in texts(view)
    assert len(of_kind(view, Chart)) == 1
    by_chance = play(start, Set("along", "chance"), Leave())
    value = stage.answered(by_chance).get_value("direction", AttributeDirectionValue)
    warned = {item.text for item in of_kind(shown(by_chance), Text) if item.colour == "warn"}
    assert any("chance" in text for text in warned)
    assert not value.probe.reads


def test_in_a_low_place_the_largest_changes_are_kept_with_the_direction_first(start):
    state = play(start, Set("along", "lean"), Leave())
    results = stage.answered(state)
    value = results.get_value("moved", AttributeShiftValue)
    first = value.changes[0]
    many = tuple(replace(first, name=f"other {k}", change=0.01 * k) for k in range(60))
    results.put("moved", replace(value, changes=(first, *many)))
    names = [item.text for item in of_kind(LAB.make_view(state, results), Text)]
    assert "lean" in names
    assert "other 59" in names
    assert "other 0" not in names


def test_the_map_shows_the_attribute(start):
    state = play(start, Set("along", "lean"), Leave())
    (drawn,) = of_kind(shown(state), Map)
    assert drawn.dot_colours.values is state.get_checkpoint(0).attributes["lean"].values
    (drawn,) = of_kind(shown(play(state, Set("along", "ring: yes"))), Map)
    assert set(drawn.dot_colours.palette_indices) == {0, 1}
