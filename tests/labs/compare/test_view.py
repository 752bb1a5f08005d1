"""What the Compare lab shows of each model, and what it says of the link between them."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine.queries.base import TransitionFrameValue
from latent_explorer.engine.queries.sample import SampleValue
from latent_explorer.engine.results import Results
from latent_explorer.labs.compare import metrics_table
from latent_explorer.labs.compare import view as compare_view
from latent_explorer.labs.compare.view import STRIP_LENGTH
from latent_explorer.scene import realism
from latent_explorer.scene.events import Key, Move, Set
from latent_explorer.scene.items import FilmStrip, Image, Line, Marker, Text
from tests import stage
from tests.labs.compare.on_screen import LAB, ends
from tests.stage import answered, begin, dot_px, drag, map_rect, of_kind, play, px_of, texts


def test_models_of_different_images_are_not_linked_and_the_view_says_so(world, strangers, monkeypatch):
    monkeypatch.setitem(world["other"].metrics["test"], "mse", 0.5)
    state = play(strangers, Move(dot_px(strangers, 4, 0)))
    wanted = LAB.make_queries(state)
    assert "sample 1" not in wanted
    view = LAB.make_view(state, Results())
    assert "(mnist, digits)" in stage.written(view, LAB.get_layout(state).hint)
    assert compare_view.UNLINKED_NOTE in texts(view)
    assert compare_view.LINK_NOTE not in texts(view)
    assert "good" not in [one.colour for one in of_kind(view, Text) if "*" in one.text]  # no error of theirs is best
    assert len([one for one in of_kind(view, Marker) if not one.label]) == 1


def test_strips_are_drawn_under_each_other(world):
    state = begin(world, "compare", (1440, 900))
    layout = LAB.get_layout(state)
    view = LAB.make_view(state, answered(state))
    for slot in range(2):
        row = layout.parts[f"strip {slot}"]
        (film,) = [one for one in of_kind(view, FilmStrip) if row.contains(one.rect.centre)]
        assert len(film.pictures) == STRIP_LENGTH
        assert all(row.contains(place.centre) for place in film.picture_rects)
    lines = of_kind(view, Line)
    assert [line.clip for line in lines] == list(layout.maps)


def test_models_of_different_images_show_only_their_own_strip(strangers):
    for slot, model in enumerate(("first", "other")):
        way = drag(dot_px(strangers, 3, slot), dot_px(strangers, 31, slot))
        state = play(strangers, *way)
        assert ends(state) == {model: (3, 31)}
        view = LAB.make_view(state, answered(state))
        strips = [LAB.get_layout(state).parts[f"strip {place}"] for place in range(2)]
        drawn = [sum(row.contains(one.rect.centre) for one in of_kind(view, FilmStrip)) for row in strips]
        assert drawn == [place == slot for place in range(2)]


def test_titles_name_the_models_and_their_figures(world):
    view = LAB.make_view(begin(world, "compare", (1600, 1000)), Results())
    assert "first" in texts(view)
    assert "second" in texts(view)
    assert "MSE 0.0123" in texts(view)
    assert "KL 4.5" in texts(view)


def test_far_out_the_view_says_so(world):
    state = begin(world, "compare", (1440, 900))
    state = play(state, Move((map_rect(state).x + 2, map_rect(state).y + 2)))
    assert state.pointer.hover is not None
    # farther out than any dot, still on the map's panel
    assert realism.OFF_THE_MAP.words in texts(LAB.make_view(state, answered(state))).lower()
    near = play(state, Move(px_of(state, world["first"].atlas.xy[0])))
    assert realism.OFF_THE_MAP.words not in texts(LAB.make_view(near, answered(near))).lower()


def test_a_sample_missing_from_the_other_map_is_said(world):
    few = stage.World(first=world["first"], second=stage.make_checkpoint("second", seed=2, shift=1000))
    state = begin(few, "compare")
    state = play(state, Move(dot_px(state, 3)))
    wanted = LAB.make_queries(state)
    assert "sample 1" not in wanted
    assert compare_view.NOT_ON_MAP in texts(LAB.make_view(state, Results()))


def test_a_picture_that_is_still_decoded_is_not_said_to_be_missing(world):
    state = begin(world, "compare")
    over = play(state, Move(dot_px(state, 4)))
    assert compare_view.NOT_ON_MAP not in texts(LAB.make_view(over, Results()))
    alone = stage.World(first=world["first"], second=replace(world["second"], indices=world["second"].indices + 10**6))
    assert compare_view.NOT_ON_MAP in texts(LAB.make_view(replace(over, library=alone), Results()))


@pytest.mark.parametrize(("foot", "room"), [(164, False), (0, True)])
def test_why_an_original_is_missing_is_said_where_it_can_be_read(world, foot, room):
    """A lesson's page takes its height from the lab."""
    state = replace(begin(world, "compare", size=(1280, 800)), size=(1280, 800 - foot)).put(
        replace(begin(world, "compare", size=(1280, 800)).overlay, lesson_height=foot)
    )
    results = answered(state)
    missing = replace(results.get_value("sample 0", SampleValue), original=None, note=stage.AWAY)
    results.put("sample 0", missing)
    view = LAB.make_view(state, results)
    original, reconstruction = (LAB.get_layout(state).parts[f"{name} 0"] for name in ("original", "reconstruction"))
    assert (stage.AWAY in texts(view)) is room
    assert ("reconstructed" in texts(view)) is not room
    pictures = [one.rect for one in of_kind(view, Image)]
    assert (original in pictures) is not room
    assert (reconstruction in pictures) is room


def test_a_long_name_leaves_the_figures_their_room(world):
    shelf = stage.World(first=world["first"], second=world["second"])
    shelf["a-very-long-name-" * 4] = world["first"]
    state = begin(shelf, "compare", size=(1440, 900), models=("a-very-long-name-" * 4, "second"))
    view = LAB.make_view(state, Results())
    (name,) = [item for item in of_kind(view, Text) if item.text.startswith("a-very") and item.size == "title"]
    (figures, _) = [item for item in of_kind(view, Text) if item.text.startswith("held-out")]
    assert name.rect.right <= figures.rect.x


def test_a_picture_on_its_way_is_shown_large_and_the_samples_stay(world):
    start = begin(world, "compare", size=(1440, 900))
    state = play(start, Move(dot_px(start, 17)))
    results = answered(state)
    there = LAB.make_view(state, results)
    gliding = [TransitionFrameValue(np.zeros(4, np.float32), np.full((8, 8), 90, np.uint8), ()) for _ in range(2)]
    results.show_transitions({f"picture {slot}": one for slot, one in enumerate(gliding)})
    on_its_way = LAB.make_view(state, results)
    for slot, (_, one) in enumerate(stage.changes(there, on_its_way)):
        assert isinstance(one, Image)
        assert one.rect == LAB.get_layout(state).parts[f"picture {slot}"]
        assert one.picture is gliding[slot].picture
    assert slot == 1


def test_the_numbers_stand_beside_each_model_s_film(world):
    state = begin(world, "compare", (1440, 900))
    results = answered(state)
    view = LAB.make_view(state, results)
    layout = LAB.get_layout(state)
    for slot in range(2):
        account = results.get_value(f"account {slot}", object)
        rect = layout.parts[f"numbers {slot}"]
        row = [one.text for one in of_kind(view, Text) if rect.contains(one.rect.centre)]
        assert f"≈{account.cycle_error:.2f}" in row  # there is no data set here
        assert row.count(metrics_table.NOT_APPLICABLE) >= 4  # there is no judge of these pictures
        assert "0.0123*" in row
        film = layout.parts[f"strip {slot}"]
        assert (film.y, film.height) == (rect.y, rect.height)


def test_in_a_presentation_each_row_of_the_table_begins_with_its_model(four):
    state = play(begin(four, "compare", (1366, 768)), Set("count", "4"), Key("f5"), Key("f9"), Key("f9"))
    parts = LAB.get_layout(state).parts
    assert 0 <= parts["head"].x < state.window_size[0]
    rows = [parts[f"numbers {slot}"] for slot in range(4)]
    shown = of_kind(LAB.make_view(state, answered(state)), Text)
    for slot, rect in enumerate(rows):
        first, *_ = metrics_table.split_columns(rect, state.ui_scale)
        (name,) = [one for one in shown if one.text == state.models[slot] and rect.contains(one.rect.centre)]
        assert name.rect.right <= first.x
        assert name.rect.y == rect.y


def test_the_window_says_that_places_of_two_maps_are_not_compared(world):
    view = LAB.make_view(begin(world, "compare", (1440, 900)), Results())
    assert compare_view.LINK_NOTE in texts(view)


def test_a_column_under_the_mouse_is_explained(world):
    state = begin(world, "compare", (1440, 900))
    head = LAB.get_layout(state).parts["head"]
    for number, place in enumerate(metrics_table.split_columns(head, state.ui_scale)):
        over = play(state, Move(place.centre))
        assert metrics_table.COLUMNS[number].explanation in texts(LAB.make_view(over, Results()))
    away = play(over, Move((3.0, 3.0)))
    assert metrics_table.COLUMNS[-1].explanation not in texts(LAB.make_view(away, Results()))
    assert away.history.undo_stack == state.history.undo_stack  # looking is nothing to undo


def test_what_the_figures_say_is_not_told_while_the_pictures_are_covered(world, monkeypatch):
    monkeypatch.setattr(metrics_table, "make_summary_line", lambda *_, **__: "the answer")
    state = begin(world, "compare")
    assert "the answer" in texts(LAB.make_view(state, answered(state)))
    shown = texts(LAB.make_view(state.put(replace(state.overlay, pictures_hidden=True)), answered(state)))
    assert "the answer" not in shown
    assert LAB.hint in shown
