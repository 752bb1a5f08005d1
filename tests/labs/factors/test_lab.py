"""The Factors lab: a cell of the table, and the sliders of a face, by mouse and key."""

from dataclasses import replace

import pytest

from latent_explorer.labs.factors import grid, true_factors
from latent_explorer.labs.factors.face_queries import DrawnFace, FactorSweep
from latent_explorer.labs.factors.queries import Cell, ScoresQuery, Traversal, TraversalValue
from latent_explorer.scene.events import Key, Move, Press, Release, Set
from latent_explorer.shell import session
from tests.labs.factors.on_screen import LAB, WORLD, answered, cell_px, own
from tests.stage import click, dot_px, play


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


def test_two_models_stand_side_by_side_and_share_the_attribute(start):
    state = play(start, Set("count", "2"), Key("k"))
    results = answered(state)
    first, second = (results.get_value(f"film {slot}", TraversalValue) for slot in range(2))
    assert first.name == second.name
    assert LAB.make_queries(state)["film 1"].cell == Cell("drawn", 1, 1)
    px = cell_px(state, 4, 0, slot=1)
    assert LAB.make_queries(play(state, Move(px)))["film 0"].cell == Cell("drawn again", 4, 0)


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


def test_two_models_get_the_same_face(face):
    state = play(face, Set("count", "2"), Key("r"))
    wanted = LAB.make_queries(state)
    assert wanted["face 0"].factors == wanted["face 1"].factors
    assert (wanted["face 0"].model, wanted["face 1"].model) == ("drawn", "drawn again")
    px = slider_px(state, "sliders 1", 0, 0.5)
    moved = LAB.make_queries(play(state, *click(px)))
    assert (len(moved["face 0"].moved), len(moved["face 1"].moved)) == (0, 1)


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
