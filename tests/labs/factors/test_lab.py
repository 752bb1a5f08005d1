from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from latent_explorer.data.attributes import Attribute
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Failure
from latent_explorer.labs import LABS
from latent_explorer.labs.factors import grid, true_factors, view
from latent_explorer.labs.factors.face_queries import DrawnFace, DrawnFaceValue, FactorSweep, FactorSweepValue
from latent_explorer.labs.factors.factor_table import FactorTable, count_rows
from latent_explorer.labs.factors.queries import Cell, Scores, ScoresQuery, Traversal, TraversalValue
from latent_explorer.metrics.dci import DCI
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Key, Move, Press, Release, Resize, Set
from latent_explorer.scene.items import Cover, FilmStrip, Image, Line, Marker, StatusDot, Text
from latent_explorer.shell import prediction_cover, session
from tests import stage
from tests.labs import test_laws
from tests.labs.factors import drawn
from tests.stage import BROKEN, begin, click, dot_px, of_kind, play, texts, written

LAB = LABS["factors"]
WORLD = drawn.world()


@pytest.fixture
def start():
    return play(begin(WORLD, "factors", (1366, 768), models=("drawn", "drawn again")), Set("count", "1"))


@pytest.fixture
def face(start):
    return play(start, Set("shown", "face"))


def own(state):
    return state.lab_states["factors"]


@lru_cache(maxsize=256)
def answer(query):
    return query.answer(QueryContext(WORLD, {}))


def answered(state):
    return stage.answered(state, answer)


def view_of(state, results=None):
    return LAB.make_view(state, results or answered(state))


def cell_px(state, row: int, column: int, slot: int = 0):
    checkpoint = state.get_checkpoint(slot)
    rect = LAB.get_layout(state).parts[f"table {slot}"]
    table = grid.make_grid(rect, count_rows(checkpoint), checkpoint.latent_dim, state.ui_scale)
    return table.place_cell(row, column).centre


def slider_px(state, part: str, number: int, share: float):
    rect = LAB.get_layout(state).parts[part]
    count, width = (15, grid.LONG_NAME) if part == "factors" else (state.get_checkpoint(0).latent_dim, grid.SHORT_NAME)
    track = grid.place_sliders(rect, count, state.ui_scale, width)[number].track
    return track.x + share * (track.width - 1), track.centre[1]


# -- the table ----------------------------------------------------------------------------------------


def test_it_begins_at_the_head_of_the_diagonal_with_one_model(start):
    wanted = LAB.make_queries(start)
    assert wanted["film 0"].cell == Cell("drawn", 0, 0)
    assert wanted["scores 0"] == ScoresQuery("drawn")
    assert "table 1" not in wanted


def test_names_and_numbers_stand_in_the_order_of_the_table(start):
    view, table = view_of(start), answered(start).get_value("table 0", FactorTable)
    part = LAB.get_layout(start).parts["table 0"]
    said = [one.text for one in of_kind(view, Text) if part.contains(one.rect.centre)]
    assert [one for one in said if one in table.names] == list(table.names)
    assert [one for one in said if one.isdigit()] == [str(d + 1) for d in table.dimensions]


def test_discs_are_as_large_as_what_the_dimension_tells(start):
    """The one that tells most fills its cell; areas follow the shares."""
    results = answered(start)
    table = results.get_value("table 0", FactorTable)
    shares = np.zeros_like(table.shares)
    shares[:2, :2] = [[0.8, 0.05], [0.2, 0.8]]
    results.put("table 0", replace(table, shares=shares))
    discs = {one.rect.centre: one.rect.width for one in of_kind(view_of(start, results), StatusDot)}
    sizes = [discs[min(discs, key=lambda c: abs(c[0] - x) + abs(c[1] - y))] for x, y in
             (cell_px(start, *place) for place in ((0, 0), (1, 0), (0, 1)))]  # fmt: skip
    assert len(discs) == 4
    assert sizes[1] == pytest.approx(sizes[0] / 2, abs=2)
    assert sizes[2] == pytest.approx(sizes[0] / 4, abs=2)


def test_the_mouse_and_a_press_choose_a_cell_and_undo_takes_it_back(start):
    px = cell_px(start, 2, 1)
    over = play(start, Move(px))
    assert LAB.make_queries(over)["film 0"].cell == Cell("drawn", 2, 1)
    assert LAB.make_queries(play(over, Move((2, 300))))["film 0"].cell == Cell("drawn", 0, 0)
    chosen = play(over, Press(px), Release(px), Move((2, 300)))
    assert own(chosen).cell == (0, 2, 1)
    assert own(play(chosen, Key("z"))).cell == (0, 0, 0)


def test_a_name_chooses_the_diagonal_and_keys_walk_down_it(start):
    name = LAB.get_layout(start).parts["table 0"].x + 4, cell_px(start, 3, 0)[1]
    assert own(play(start, *click(name))).cell == (0, 3, 3)
    assert own(play(start, Key("k"), Key("k"))).cell == (0, 2, 2)
    assert own(play(start, Key("k"), Key("u"))).cell == (0, 1, 2)
    assert own(play(start, Key("U"))).cell == (0, 0, 3)
    assert own(play(start, Key("k"), Key("backspace"))).cell == (0, 0, 0)


def test_the_film_is_of_the_sample_under_the_mouse_or_of_the_clicked_one(start):
    over = play(start, Move(dot_px(start, 7)))
    assert LAB.make_queries(over)["film 0"].dot == 7
    clicked = play(start, *click(dot_px(start, 9)), Move((5, 5)))
    assert LAB.make_queries(clicked)["film 0"].dot == 9


def test_the_film_holds_all_but_one_dimension_and_the_curve_is_of_the_attribute(start):
    state = play(start, *click(cell_px(start, 1, 2)))
    results = answered(state)
    table, value = results.get_value("table 0", FactorTable), results.get_value("film 0", TraversalValue)
    assert (value.dimension, value.name) == (table.dimensions[2], table.names[1])
    view = view_of(state, results)
    (strip,), (chart,) = of_kind(view, FilmStrip), of_kind(view, Chart)
    assert strip.pictures == value.pictures
    assert value.name in chart.title
    assert chart.cursors[0].x == value.value


def test_two_models_stand_side_by_side_and_share_the_attribute(start):
    state = play(start, Set("count", "2"), Key("k"))
    results = answered(state)
    first, second = (results.get_value(f"film {slot}", TraversalValue) for slot in range(2))
    assert first.name == second.name
    assert LAB.make_queries(state)["film 1"].cell == Cell("drawn", 1, 1)
    px = cell_px(state, 4, 0, slot=1)
    assert LAB.make_queries(play(state, Move(px)))["film 0"].cell == Cell("drawn again", 4, 0)


def test_scores_say_what_they_ask_and_wait_for_what_takes_long(start):
    results = answered(start)
    results.put("scores 0", Scores(0.123, DCI(0.31, 0.42, float("nan"))))
    view, parts = view_of(start, results), LAB.get_layout(start).parts
    assert "0.12" in written(view, parts["score sap"])
    assert all(part in written(view, parts["score dci"]) for part in ("0.31", "0.42", "–"))
    results.drop("scores 0")
    assert "0.12" not in written(view_of(start, results), parts["score sap"])
    results.put("scores 0", Failure(BROKEN))
    assert BROKEN in written(view_of(start, results), parts["score dci"])


def test_scores_of_a_long_table_say_that_they_are_of_its_first_rows(start):
    results, parts = answered(start), LAB.get_layout(start).parts
    assert "first 20 rows" not in written(view_of(start, results), parts["score sap"])
    table = results.get_value("table 0", FactorTable)
    results.put("table 0", replace(table, names=table.names * 2))
    view = view_of(start, results)
    assert all("first 20 rows" in written(view, parts[f"score {name}"]) for name in ("sap", "dci"))
    assert "first 20 rows" not in written(view, parts["score mig"])


def test_the_caption_names_the_largest_share_even_if_it_fills_no_cell(start):
    results = answered(start)
    table = results.get_value("table 0", FactorTable)
    results.put("table 0", replace(table, shares=np.full_like(table.shares, 0.02)))
    assert "the largest is 2%" in written(view_of(start, results), LAB.get_layout(start).parts["table text 0"])


def test_without_a_film_it_is_said_why(start):
    results, panel = answered(start), LAB.get_layout(start).parts["detail 0"]
    table = results.get_value("table 0", FactorTable)
    results.drop("film 0")
    assert not written(view_of(start, results), panel)
    missing = replace(table.attributes[0], values=np.full(60, -1 if table.attributes[0].is_categorical else np.nan))
    results.put("table 0", replace(table, attributes=(missing, *table.attributes[1:])))
    assert written(view_of(start, results), panel) == view.NOT_KNOWN
    away = LAB.put(start, replace(own(start), image=10_000))
    assert written(view_of(away), panel) == view.NOT_ON_MAP


def test_a_curve_of_one_category_is_named_after_it(start):
    results = answered(start)
    value = results.get_value("film 0", TraversalValue)
    only = Attribute(np.zeros(60, np.float32), ("one",))
    results.put("film 0", replace(value, attribute=only, curves={0: np.full(len(value.across), 100.0)}))
    (chart,) = of_kind(view_of(start, results), Chart)
    assert chart.title == f"{value.name}: one, %"


def test_a_model_without_attributes_says_how_to_get_them(start):
    state = play(start, Set("model", "first"))
    hint = LAB.get_layout(state).hint
    assert answered(state).get_value("table 0", FactorTable).note == written(view_of(state), hint)


# -- a face -------------------------------------------------------------------------------------------


def test_only_faces_have_sliders(start):
    assert [one.name for one in LAB.make_controls(start)] == ["shown", "count"]
    state = play(start, Set("shown", "face"), Set("model", "first"))
    assert [one.name for one in LAB.make_controls(state)] == ["count"]
    assert "table 0" in LAB.get_layout(state).parts


def test_what_is_under_the_mouse_may_be_replaced_by_a_key(start, face):
    state = play(start, Move(cell_px(start, 1, 2)), Key("g"), Move((700, 400)))
    assert own(state).shown == "face"
    assert own(state).passing.hovered is None
    grabbed = play(face, Press(slider_px(face, "factors", 3, 0.5)), Key("g"), Move((700, 400)), Release((700, 400)))
    assert own(grabbed).shown == "table"


def test_a_dragged_factor_is_drawn_and_is_one_step_to_undo(face):
    before = LAB.find_factors(face)
    smile = true_factors.NAMES.index("smile")
    begin_px, end_px = slider_px(face, "factors", smile, 0.2), slider_px(face, "factors", smile, 0.9)
    state = play(face, Move(begin_px), Press(begin_px), Move(slider_px(face, "factors", 8, 0.5)), Move(end_px))
    state = play(state, Release(end_px))
    after = LAB.find_factors(state)
    assert after[smile] == pytest.approx(0.9, abs=0.01)
    assert [k for k in range(15) if after[k] != before[k]] == [smile]
    assert LAB.make_queries(state)["face 0"] == DrawnFace("drawn", "tsne", after)
    assert LAB.find_factors(play(state, Key("z"))) == before


def test_a_sweep_is_asked_once_for_a_whole_drag(face):
    asked = []
    for share in (0.1, 0.6):
        px = slider_px(face, "factors", 2, share)
        asked.append(LAB.make_queries(play(face, *click(px)))["sweep 0"])
    assert asked[0] == asked[1]
    assert isinstance(asked[0], FactorSweep)
    assert asked[0].factor == 2


def test_keys_choose_a_factor_and_move_it(face):
    hair = true_factors.NAMES.index("hair")
    state = play(face, *[Key("k")] * hair, Key("r"), Key("r"), Key("r"), Key("r"))
    assert own(state).factor == hair
    assert LAB.find_factors(state)[hair] == 0.875
    assert LAB.find_factors(play(state, Key("R")))[hair] == 0.625
    assert own(play(state, Key("backspace"))).factors == ()


def test_a_click_on_a_dot_begins_with_that_face(face):
    state = play(face, Key("r"), *click(dot_px(face, 11)))
    image = int(WORLD["drawn"].indices[11])
    assert LAB.find_factors(state) == true_factors.find_shares(image, None)


def test_a_dragged_dimension_is_decoded_until_a_factor_moves(face):
    px = slider_px(face, "sliders 0", 1, 0.3)
    state = play(face, *click(px))
    (place,) = LAB.make_queries(state)["face 0"].moved
    assert place == (1, pytest.approx(0.3, abs=0.01))
    begin_px, end_px = slider_px(state, "sliders 0", 2, 0.3), slider_px(state, "sliders 0", 0, 0.7)
    dragged = play(state, Move(begin_px), Press(begin_px), Move(end_px), Release(end_px))
    assert [one[0] for one in LAB.make_queries(dragged)["face 0"].moved] == [1, 2]  # a drag stays on its slider
    assert LAB.make_queries(play(dragged, Key("r")))["face 0"].moved == ()


@pytest.mark.parametrize("part", ["factors", "sliders 0"])
def test_a_press_beside_the_sliders_moves_none_nor_does_its_drag(face, part):
    state = play(face, *click(slider_px(face, part, 1, 0.3)))
    rect, (x, y) = LAB.get_layout(state).parts[part], slider_px(state, part, 2, 0.8)
    for px in ((rect.x + 2, y), (rect.right - 2, y), (x, rect.bottom - 1)):
        beside = play(state, Move(px), Press(px), Move((x, y)), Release((x, y)))
        assert own(beside) == own(state), px
    end = (slider_px(state, part, 2, 1)[0] + 5, y)
    assert own(play(state, *click(end))) != own(state)


def test_pictures_sliders_and_way_are_shown_and_what_moved_most_is_marked(face):
    results = answered(face)
    value, sweep = results.get_value("face 0", DrawnFaceValue), results.get_value("sweep 0", FactorSweepValue)
    view, parts = view_of(face, results), LAB.get_layout(face).parts
    pictures = {id(one.picture): one.rect for one in of_kind(view, Image)}
    assert pictures == {id(value.drawn): parts["drawn"], id(value.picture): parts["picture 0"]}
    assert len(next(one for one in of_kind(view, Line) if one.arrow).points) == len(sweep.way)
    assert of_kind(view, Marker)
    marked = [one.text for one in of_kind(view, Text) if one.colour == "accent"]
    assert f"z {value.dimensions[sweep.most] + 1}" in marked
    assert true_factors.name_factor(own(face).factor) in marked


def test_two_models_get_the_same_face(face):
    state = play(face, Set("count", "2"), Key("r"))
    wanted = LAB.make_queries(state)
    assert wanted["face 0"].factors == wanted["face 1"].factors
    assert (wanted["face 0"].model, wanted["face 1"].model) == ("drawn", "drawn again")
    px = slider_px(state, "sliders 1", 0, 0.5)
    moved = LAB.make_queries(play(state, *click(px)))
    assert (len(moved["face 0"].moved), len(moved["face 1"].moved)) == (0, 1)


@pytest.mark.parametrize("count", ["1", "2"])
@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("size", [(640, 480), (1366, 768), (1920, 1080), (3840, 2160), (320, 240), (600, 900)])
@pytest.mark.parametrize("shown", ["table", "face"])
def test_nothing_overlaps_with_faces(shown, count, size, scale):
    changed = begin(WORLD, "factors", size, models=("drawn", "drawn again"), text_scale=scale)
    state = play(changed, Set("shown", shown), Set("count", count), Resize(size))
    test_laws.check_layout(state)
    assert view_of(state)
    if size in ((1366, 768), (1920, 1080), (3840, 2160)) and scale == 1:
        assert not LAB.get_layout(state).left_out


def test_on_a_low_window_the_page_with_the_active_factor_is_shown(face):
    state = play(face, Resize((640, 480)))
    state = play(replace(state, preferences=replace(state.preferences, text_scale=2.0)), Resize((640, 480)))
    last = play(state, Key("K"))
    assert own(last).factor == 14
    assert "hat" in texts(view_of(last))


def test_a_session_keeps_cell_and_sliders_and_refuses_others(face):
    state = play(face, Key("r"), *click(slider_px(face, "sliders 0", 1, 0.3)))
    document, lost = session.make_document(state, {})
    assert lost == ()
    assert session.restore(state, document).state.lab_states["factors"] == own(state)
    document["own"]["factors"]["factors"] = [[15, 0.5]]
    refused = session.restore(state, document)
    assert len(refused.problems) == 1
    assert own(refused.state).factors == ()


def test_the_query_of_a_sample_that_a_model_does_not_have_is_not_asked(start):
    state = play(start, Set("count", "2"), Set("model 2", "other"))
    image = int(WORLD["drawn"].indices[0])
    chosen = LAB.put(state, replace(own(state), image=image))
    other = set(WORLD["other"].indices.tolist())
    assert ("film 1" in LAB.make_queries(chosen)) == (image in other)
    assert isinstance(LAB.make_queries(chosen)["film 0"], Traversal)


def test_a_failure_stands_where_the_face_would_be_and_takes_nothing_else_away(face):
    results, parts = answered(face), LAB.get_layout(face).parts
    results.drop("face 0")
    results.put("face 0", Failure(BROKEN))
    view = view_of(face, results)
    assert all(BROKEN in written(view, parts[name]) for name in ("drawn", "picture 0", "sliders panel 0"))
    assert "smile" in written(view, parts["factors"])
    assert not of_kind(view, Image)


def test_pictures_of_a_covered_face_are_guessed_first(face):
    covered = prediction_cover.cover_pictures(view_of(play(face, Key("v"))))
    assert not of_kind(covered, Image)
    places, parts = [one for cover in of_kind(covered, Cover) for one in cover.rects], LAB.get_layout(face).parts
    assert set(places) == {parts["drawn"], parts["picture 0"]}
