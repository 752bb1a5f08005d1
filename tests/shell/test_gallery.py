"""A class adds its pictures one after the other; they are marked on the map, labelled, removed, and kept."""

import json
from dataclasses import replace

from latent_explorer.engine.results import Results
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Key, Move, PicturesLoaded, Scroll, Set
from latent_explorer.scene.items import Image
from latent_explorer.scene.state import State
from latent_explorer.shell import drawing_pad, drawing_pad_view, gallery, session, update
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.gallery import MAX_PICTURES, GalleryPicture
from tests import stage
from tests.shell.pad import fill, make_pictures


def draw(state: State, by: float = 0.0) -> State:
    strokes = stage.strokes_of([(0.2, 0.2), (0.8, 0.8 - by)])
    pad = replace(state.drawing.pad, strokes=strokes)
    return state.put(replace(state.drawing, pad=pad, image=strokes.to_image()))


def labels(state: State) -> list[str]:
    return [one.label for one in state.gallery.content.pictures]


def test_adding_empties_the_pad_and_undo_takes_both_back(on_pad: State) -> None:
    names = gallery.list_labels(on_pad)
    state = stage.play(draw(on_pad), Set("gallery label", names[1]), Key("return"))
    assert labels(state) == [names[1]]
    assert state.drawing.image is None
    assert not state.drawing.pad.strokes.strokes
    assert state.gallery.shown
    before = stage.play(state, Key("z"))
    assert labels(before) == []
    assert before.drawing.image is not None
    assert labels(stage.play(before, Key("Z"))) == [names[1]]


def test_a_drawing_of_nothing_a_known_one_and_one_too_many_are_refused(on_pad: State) -> None:
    nothing = stage.play(on_pad, Key("return"))
    assert nothing.status.message == gallery.EMPTY_DRAWING
    even = on_pad.put(replace(on_pad.drawing, image=OwnImage(b"\7" * 4, (2, 2), 1, name="even.png")))
    even = stage.play(even, Key("return"))
    assert even.status.message.startswith("even.png: one even surface arrived")
    twice = stage.play(draw(stage.play(draw(on_pad), Key("return"))), Key("return"))
    assert twice.status.message == gallery.KNOWN
    full = stage.play(draw(fill(on_pad, *make_pictures(MAX_PICTURES))), Key("return"))
    assert full.status.message == gallery.FULL.format(most=MAX_PICTURES)
    assert len(full.gallery.content.pictures) == MAX_PICTURES


def test_a_label_that_is_no_class_is_refused_with_those_that_are(on_pad: State) -> None:
    names = gallery.list_labels(on_pad)
    state = stage.play(on_pad, Set("gallery label", "cat"))
    assert state.status.message == f"label 'cat' arrived; a class is allowed: {', '.join(names)}"
    assert state.gallery.label == ""


def test_digits_label_the_next_picture_or_the_one_under_the_mouse(on_pad: State) -> None:
    names = gallery.list_labels(on_pad)
    state = stage.play(on_pad, Key("2"))  # the second class, as in the legend
    assert state.gallery.label == names[1]
    assert not state.view.hidden
    shown = fill(state, *make_pictures(2))
    layout = drawing_pad.make_layout(shown).gallery
    assert layout is not None
    over = stage.play(shown, Move(layout.cells[1][0].centre))
    assert labels(stage.play(over, Key("1"))) == ["", names[0]]
    assert labels(stage.play(over, Key("1"), Key("n"))) == ["", ""]
    assert len(stage.play(over, Key("delete")).gallery.content.pictures) == 1
    assert labels(stage.play(over, Key("delete"), Key("z"))) == ["", ""]


def test_files_get_the_names_of_their_folders_and_what_is_left_out_is_said(on_pad: State) -> None:
    name = gallery.list_labels(on_pad)[0]
    even = GalleryPicture(OwnImage(b"\7" * 4, (2, 2), 1), name)
    mixed = (*make_pictures(2, name), GalleryPicture(OwnImage(b"\0\1\xff\xff", (2, 2), 1), "holiday"), even)
    state = stage.play(on_pad, PicturesLoaded(mixed, "1 of 5 files left out: bad.png", from_folders=True))
    assert labels(state) == [name, name, ""]
    assert state.status.message.endswith("left out: bad.png. Pictures that show nothing: 1 of 4.")
    assert state.status.notice.startswith("3 of 4 ")
    kept = stage.play(on_pad, PicturesLoaded(make_pictures(1, "cat")))
    assert labels(kept) == ["cat"]  # of a gallery's own file, which another model may know
    crowd = stage.play(on_pad, PicturesLoaded(make_pictures(MAX_PICTURES + 3)))
    assert len(crowd.gallery.content.pictures) == MAX_PICTURES
    assert crowd.status.message == f"3 found no room: {MAX_PICTURES} pictures are allowed."


def test_two_hundred_drawings_of_nothing_are_one_line_and_no_picture(on_pad: State) -> None:
    blank = tuple(GalleryPicture(OwnImage(bytes([k] * 4), (2, 2), 1)) for k in range(MAX_PICTURES))
    dropped = stage.play(on_pad, PicturesLoaded(blank, from_folders=True))
    added = stage.play(on_pad, *[Set("add to gallery")] * MAX_PICTURES)
    assert labels(dropped) == labels(added) == []
    assert dropped.status.message == f"Pictures that show nothing: {MAX_PICTURES} of {MAX_PICTURES}."
    assert added.status.message == gallery.EMPTY_DRAWING


def test_the_wheel_turns_the_pages(on_pad: State) -> None:
    state = fill(on_pad, *make_pictures(MAX_PICTURES))
    first, at = drawing_pad.make_layout(state), drawing_pad.make_layout(state).ink.centre
    assert first.gallery is not None
    on = stage.play(state, Scroll(at, -1))
    assert on.gallery.page == 1
    assert stage.play(on, Scroll(at, 1), Scroll(at, 1)).gallery.page == 0
    shown = drawing_pad_view.make_items(on, Results())
    assert len(stage.of_kind(shown, Image)) == 1 + len(first.gallery.cells)


def test_a_session_keeps_the_gallery_and_a_damaged_one_is_named(on_pad: State, world: stage.World) -> None:
    state = fill(on_pad, *make_pictures(2, "1"))
    document = json.loads(json.dumps(session.make_document(state, {})[0]))
    again = session.restore(stage.begin(world), document)
    assert again.problems == ()
    assert again.state.gallery.content == state.gallery.content
    document["gallery"] = {"pictures": document["models"] * MAX_PICTURES}
    assert "gallery" in session.restore(stage.begin(world), document).summary


def test_only_a_gallery_with_pictures_is_saved(on_pad: State) -> None:
    assert update.update(on_pad, Set("save gallery"))[1] == ()
    state, effects = update.update(fill(on_pad, *make_pictures(1)), Set("save gallery"))
    assert effects == (Effect.SAVE_GALLERY,)
    cleared = stage.play(state, Set("clear gallery"))
    assert labels(cleared) == []
    assert len(stage.play(cleared, Key("z")).gallery.content.pictures) == 1
