"""A class adds its pictures one after the other; they are marked on the map, labelled, removed, and kept."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from latent_explorer.engine.fine_tuning import MIN_PICTURES, TuningEnded, TuningProgress
from latent_explorer.engine.fine_tuning_process import ErrorChange, TuningReport
from latent_explorer.engine.gallery_query import GalleryPlaces, PlacedPicture, PlaceGallery
from latent_explorer.engine.results import Results
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Key, Loaded, Move, PicturesLoaded, Scroll, Set
from latent_explorer.scene.items import Image, Panel, Rings
from latent_explorer.scene.state import State
from latent_explorer.shell import drawing_pad, drawing_pad_view, fine_tuning, gallery, questions, session, update
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.gallery import MAX_PICTURES, Gallery, GalleryPicture
from tests import stage

LINE = stage.strokes_of([(0.2, 0.2), (0.8, 0.8)])


@pytest.fixture
def opened(world: stage.World) -> State:
    state = stage.play(stage.begin(world), Key("o"))
    return stage.play(state, Move(drawing_pad.make_layout(state).ink.centre))


def draw(state: State, by: float = 0.0) -> State:
    strokes = stage.strokes_of([(0.2, 0.2), (0.8, 0.8 - by)])
    pad = replace(state.drawing.pad, strokes=strokes)
    return state.put(replace(state.drawing, pad=pad, image=strokes.to_image()))


def pictures(count: int, label: str = "") -> tuple[GalleryPicture, ...]:
    return tuple(GalleryPicture(OwnImage(bytes([0, k % 250, 255, k // 250]), (2, 2), 1), label) for k in range(count))


def fill(state: State, *some: GalleryPicture) -> State:
    return state.put(replace(state.gallery, content=Gallery(some), shown=True))


def place(state: State, dot: int = 0, xy: tuple[float, float] = (0.5, 0.5)) -> Results:
    grey, results = np.zeros((8, 8), np.uint8), Results()
    one = PlacedPicture(xy, grey, grey, 0.02, (dot, dot), (grey, grey))
    for slot, query in gallery.make_queries(state).items():
        assert isinstance(query, PlaceGallery)
        results.put(slot, GalleryPlaces(query.model, query.map_name, dict.fromkeys(query.images, one)))
    return results


def labels(state: State) -> list[str]:
    return [one.label for one in state.gallery.content.pictures]


def test_adding_empties_the_pad_and_undo_takes_both_back(opened: State) -> None:
    names = gallery.list_labels(opened)
    state = stage.play(draw(opened), Set("gallery label", names[1]), Key("return"))
    assert labels(state) == [names[1]]
    assert state.drawing.image is None
    assert not state.drawing.pad.strokes.strokes
    assert state.gallery.shown
    before = stage.play(state, Key("z"))
    assert labels(before) == []
    assert before.drawing.image is not None
    assert labels(stage.play(before, Key("Z"))) == [names[1]]


def test_a_drawing_of_nothing_a_known_one_and_one_too_many_are_refused(opened: State) -> None:
    nothing = stage.play(opened, Key("return"))
    assert nothing.status.message == gallery.EMPTY_DRAWING
    even = opened.put(replace(opened.drawing, image=OwnImage(b"\7" * 4, (2, 2), 1, name="even.png")))
    even = stage.play(even, Key("return"))
    assert even.status.message.startswith("even.png: one even surface arrived")
    twice = stage.play(draw(stage.play(draw(opened), Key("return"))), Key("return"))
    assert twice.status.message == gallery.KNOWN
    full = stage.play(draw(fill(opened, *pictures(MAX_PICTURES))), Key("return"))
    assert full.status.message == gallery.FULL.format(most=MAX_PICTURES)
    assert len(full.gallery.content.pictures) == MAX_PICTURES


def test_a_label_that_is_no_class_is_refused_with_those_that_are(opened: State) -> None:
    names = gallery.list_labels(opened)
    state = stage.play(opened, Set("gallery label", "cat"))
    assert state.status.message == f"label 'cat' arrived; a class is allowed: {', '.join(names)}"
    assert state.gallery.label == ""


def test_digits_label_the_next_picture_or_the_one_under_the_mouse(opened: State) -> None:
    names = gallery.list_labels(opened)
    state = stage.play(opened, Key("2"))  # the second class, as in the legend
    assert state.gallery.label == names[1]
    assert not state.view.hidden
    shown = fill(state, *pictures(2))
    layout = drawing_pad.make_layout(shown).gallery
    assert layout is not None
    over = stage.play(shown, Move(layout.cells[1][0].centre))
    assert labels(stage.play(over, Key("1"))) == ["", names[0]]
    assert labels(stage.play(over, Key("1"), Key("n"))) == ["", ""]
    assert len(stage.play(over, Key("delete")).gallery.content.pictures) == 1
    assert labels(stage.play(over, Key("delete"), Key("z"))) == ["", ""]


def test_files_get_the_names_of_their_folders_and_what_is_left_out_is_said(opened: State) -> None:
    name = gallery.list_labels(opened)[0]
    even = GalleryPicture(OwnImage(b"\7" * 4, (2, 2), 1), name)
    mixed = (*pictures(2, name), GalleryPicture(OwnImage(b"\0\1\xff\xff", (2, 2), 1), "holiday"), even)
    state = stage.play(opened, PicturesLoaded(mixed, "1 of 5 files left out: bad.png", from_folders=True))
    assert labels(state) == [name, name, ""]
    assert state.status.message.startswith("1 of 5 files left out: bad.png. 1 of 4 ")
    assert state.status.notice.startswith("3 of 4 ")
    kept = stage.play(opened, PicturesLoaded(pictures(1, "cat")))
    assert labels(kept) == ["cat"]  # of a gallery's own file, which another model may know
    crowd = stage.play(opened, PicturesLoaded(pictures(MAX_PICTURES + 3)))
    assert len(crowd.gallery.content.pictures) == MAX_PICTURES
    assert crowd.status.message == f"3 found no room: {MAX_PICTURES} pictures are allowed."


def test_two_hundred_drawings_of_nothing_are_one_line_and_no_picture(opened: State) -> None:
    blank = tuple(GalleryPicture(OwnImage(bytes([k] * 4), (2, 2), 1)) for k in range(MAX_PICTURES))
    dropped = stage.play(opened, PicturesLoaded(blank, from_folders=True))
    added = stage.play(opened, *[Set("add to gallery")] * MAX_PICTURES)
    assert labels(dropped) == labels(added) == []
    assert dropped.status.message == f"{MAX_PICTURES} of {MAX_PICTURES} pictures show nothing."
    assert added.status.message == gallery.EMPTY_DRAWING


def test_every_placed_picture_has_a_ring_with_its_letter_until_its_class_is_hidden(opened: State) -> None:
    name = gallery.list_labels(opened)[2]
    state = fill(opened, *pictures(1, name), GalleryPicture(OwnImage(b"\1\xff", (2, 1), 1)))
    (rings,) = stage.of_kind(drawing_pad_view.make_items(state, place(state)), Rings)
    assert rings.letters == (name[0], "")
    assert rings.colours == ("class 2", "muted")
    hidden = state.put(replace(state.view, hidden=frozenset({name})))
    (rings,) = stage.of_kind(drawing_pad_view.make_items(hidden, place(hidden)), Rings)
    assert rings.letters == ("",)
    elsewhere = state.put(replace(state.view, map_name="pca"))
    assert not stage.of_kind(drawing_pad_view.make_items(elsewhere, place(state)), Rings)  # of another map


def test_the_picture_under_the_mouse_is_shown_with_what_is_near(opened: State) -> None:
    state = fill(opened, *pictures(2, gallery.list_labels(opened)[0]))
    results = place(state, dot=40)
    layout = drawing_pad.make_layout(state).gallery
    assert layout is not None
    over = stage.play(state, Move(layout.cells[1][0].centre))
    said = stage.texts(drawing_pad_view.make_items(over, results))
    assert "Picture 2, label" in said
    assert "Nearest samples" in said
    assert "error 0.02" in said
    assert "→" in said  # the nearest sample is of another class
    actions = [one.action for one in stage.of_kind(drawing_pad_view.make_items(over, results), Panel) if one.action]
    assert Set("remove from gallery", 1) in actions
    on_map = stage.play(opened, Move(stage.px_of(opened, (0.5, 0.5))))
    there = on_map.put(state.gallery)
    assert "Picture 1, label" in stage.texts(drawing_pad_view.make_items(there, place(there)))


def test_the_wheel_turns_the_pages(opened: State) -> None:
    state = fill(opened, *pictures(MAX_PICTURES))
    first, at = drawing_pad.make_layout(state), drawing_pad.make_layout(state).ink.centre
    assert first.gallery is not None
    on = stage.play(state, Scroll(at, -1))
    assert on.gallery.page == 1
    assert stage.play(on, Scroll(at, 1), Scroll(at, 1)).gallery.page == 0
    shown = drawing_pad_view.make_items(on, Results())
    assert len(stage.of_kind(shown, Image)) == 1 + len(first.gallery.cells)


def test_a_session_keeps_the_gallery_and_a_damaged_one_is_named(opened: State, world: stage.World) -> None:
    state = fill(opened, *pictures(2, "1"))
    document = json.loads(json.dumps(session.make_document(state, {})[0]))
    again = session.restore(stage.begin(world), document)
    assert again.problems == ()
    assert again.state.gallery.content == state.gallery.content
    document["gallery"] = {"pictures": document["models"] * MAX_PICTURES}
    assert "gallery" in session.restore(stage.begin(world), document).summary


def test_only_a_gallery_with_pictures_is_saved(opened: State) -> None:
    assert update.update(opened, Set("save gallery"))[1] == ()
    state, effects = update.update(fill(opened, *pictures(1)), Set("save gallery"))
    assert effects == (Effect.SAVE_GALLERY,)
    cleared = stage.play(state, Set("clear gallery"))
    assert labels(cleared) == []
    assert len(stage.play(cleared, Key("z")).gallery.content.pictures) == 1


def test_fine_tuning_is_asked_for_reported_and_not_lost_unasked(world: stage.World, tmp_path: Path) -> None:
    shelf = stage.World(world)
    shelf["first"] = replace(world["first"], path=tmp_path / "first.safetensors")
    state = fill(stage.play(stage.begin(shelf), Key("o")), *pictures(4))
    assert f"{MIN_PICTURES} are needed" in stage.play(state, Set("fine-tune")).status.message
    running = stage.play(fill(state, *pictures(6)), Set("fine-tune"))
    assert running.gallery.tuning is not None
    assert running.gallery.tuning.name == "first tuned"
    half = stage.play(running, TuningProgress(1, 0.5, "epoch 3 of 6"))
    assert "first tuned: epoch 3 of 6" in stage.texts(drawing_pad_view.make_items(half, Results()))
    stopped = stage.play(half, Set("stop tuning"))
    assert stopped.gallery.tuning is None
    assert stage.play(stopped, TuningProgress(1, 0.9, "late")) == stopped
    report = TuningReport(
        "first", "first tuned", tmp_path, ErrorChange(6, 0.02, 0.01), None, ErrorChange(9, 0.03, 0.04), "away", 6
    )
    ended = stage.play(half, TuningEnded(1, report))
    assert ended.status.notice.startswith("first tuned is ")
    assert [one for one in questions.list_losses(ended) if one.startswith("first tuned is ")]
    said = stage.texts(drawing_pad_view.make_items(ended, Results()))
    for words in ("6 it learnt", "0.0200 → 0.0100", "9 of its", "0.0300 → 0.0400"):
        assert words in said
    assert update.update(ended, Set("save tuned"))[1] == (Effect.SAVE_TUNED,)
    assert not any("saved" in loss for loss in questions.list_losses(stage.play(ended, Set(fine_tuning.SAVED))))
    assert stage.play(half, TuningEnded(1, error="no memory")).status.message == "Fine-tuning: no memory"
    done = stage.play(ended, Set("close tuning"), Loaded())
    assert done.gallery.tuned is None
    assert update.update(done, Set("save tuned"))[1] == ()  # another model is shown
    shelf["first tuned"] = shelf["first"]
    shown = stage.play(done, Set("model", "first tuned"))
    actions = [one.action for one in stage.of_kind(drawing_pad_view.make_items(shown, Results()), Panel)]
    assert Set("save tuned") in actions
    assert update.update(shown, Set("save tuned"))[1] == (Effect.SAVE_TUNED,)
    assert not stage.play(shown, Set(fine_tuning.SAVED)).gallery.unsaved


def test_a_lab_without_menus_of_models_says_where_the_tuned_one_is(world: stage.World, tmp_path: Path) -> None:
    change = ErrorChange(6, 0.02, 0.01)
    report = TuningReport("first", "second", tmp_path, change, None, change, "", 6)
    state = stage.begin(world, "learn")
    state = state.put(replace(state.gallery, tuned=report))
    title, action = fine_tuning.list_buttons(state)[0]
    after = stage.play(state, action)
    assert (title, after.models) == ("Show tuned", state.models)
    assert re.search(r"^Learn .*\bsecond\b", after.status.message)


def test_a_label_of_another_data_set_is_not_called_wrong(opened: State) -> None:
    state = fill(opened, *pictures(2, "cat"))
    said = stage.texts(drawing_pad_view.make_items(state, place(state, dot=40)))
    assert "cat" in said
    assert "→" not in said
    assert "✗" not in said
