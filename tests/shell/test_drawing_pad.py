"""The pad takes the mouse first, and what is drawn on it is the picture of every lab."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from latent_explorer.engine.queries.user_image import NearestToUserImage, PenSetup, TypicalErrors, UserImageQuery
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import (
    DoubleClick,
    ImageLoaded,
    ImageLoading,
    ImageRejected,
    Key,
    Move,
    Press,
    Release,
    Scroll,
    Set,
)
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.shell import drawing_pad as drawing
from latent_explorer.shell import drawing_pad_view, update
from tests import stage
from tests.shell.pad import FILE, button_px


def ink_px(state: State, x: float, y: float) -> tuple[float, float]:
    ink = drawing.make_layout(state).ink
    return ink.x + x * ink.width, ink.y + y * ink.height


def stroke(state: State, *spots: tuple[float, float], pan: bool = False) -> tuple[Any, ...]:
    px = [ink_px(state, *spot) for spot in spots]
    return Move(px[0]), Press(px[0], pan), *map(Move, px[1:]), Release(px[-1])


def test_what_is_drawn_is_the_picture(opened: State) -> None:
    drawn = stage.play(opened, *stroke(opened, (0.5, 0.1), (0.5, 0.9)))
    assert drawn.drawing.image is not None
    assert drawn.drawing.image.drawn
    assert len(drawn.drawing.pad.strokes.strokes) == 1
    assert drawn.pointer.hover is None
    assert drawn.pointer.press is None
    assert stage.marks(drawn) == stage.marks(opened)  # the map under the pad was not clicked


def test_it_follows_the_pen_also_beyond_the_pad(opened: State) -> None:
    begun = stage.play(opened, Press(ink_px(opened, 0.5, 0.5)))
    outside = stage.play(begun, Move(ink_px(opened, 3.0, 0.5)))
    assert outside.drawing.image != begun.drawing.image
    assert outside.drawing.pad.strokes.strokes[0].spots[-1] == (1.0, pytest.approx(0.5, abs=0.01))
    over = stage.play(outside, Release(ink_px(opened, 3.0, 0.5)), Move(ink_px(opened, 0.2, 0.2)))
    assert over.drawing.image == outside.drawing.image


def test_the_right_button_and_the_eraser_erase(opened: State) -> None:
    drawn = stage.play(opened, *stroke(opened, (0.5, 0.1), (0.5, 0.9)))
    for state, pan in ((drawn, True), (stage.play(drawn, Set("eraser", True)), False)):
        less = stage.play(state, *stroke(state, (0.2, 0.5), (0.8, 0.5), pan=pan))
        assert less.drawing.pad.strokes.strokes[-1].erases
        assert less.drawing.image is not None
        assert drawn.drawing.image is not None
        assert less.drawing.image.picture.sum() < drawn.drawing.image.picture.sum()
    gone = stage.play(drawn, Set("eraser", True), *stroke(drawn, (0.5, 0.0), (0.5, 1.0)))
    assert gone.drawing.image is None


def test_a_press_beside_the_pad_is_the_labs(world: stage.World, opened: State) -> None:
    px = stage.dot_px(opened, int(np.argmax(world["first"].maps["tsne"].xy[:, 0])))
    assert not drawing.make_layout(opened).panel.contains(px)
    clicked = stage.play(opened, *stage.click(px))
    assert len(stage.marks(clicked).pins) == 1
    assert clicked.drawing.image is None


def test_a_drag_of_the_labs_may_pass_under_the_pad(world: stage.World) -> None:
    state = stage.play(stage.begin(world), Key("o"))
    start = stage.dot_px(state, int(np.argmax(world["first"].maps["tsne"].xy[:, 0])))
    traced = stage.play(state, *stage.drag(start, drawing.make_layout(state).panel.centre))
    assert len(stage.marks(traced).trace) > 1
    assert traced.drawing.image is None


def test_what_was_under_the_mouse_is_let_go_when_the_pad_moves_the_lab(world: stage.World) -> None:
    state = stage.begin(world)
    over = stage.play(state, Move(stage.dot_px(state, 3)))
    assert over.pointer.hover is not None
    for action in (Key("o"), Set("pad", True), ImageLoading("cat.png")):
        assert stage.play(over, action).pointer.hover is None


def test_nothing_shows_through_the_pad(opened: State) -> None:
    px = drawing.make_layout(opened).panel.centre
    assert stage.play(opened, Move(px)).pointer.hover is None
    assert stage.play(opened, Scroll(px, 3)).view.cameras == opened.view.cameras


@pytest.mark.parametrize(
    ("name", "changed"),
    [("undo", lambda s: len(s.drawing.pad.strokes.strokes) == 1), ("clear", lambda s: s.drawing.image is None),
     ("eraser", lambda s: s.drawing.pad.erasing), ("close", lambda s: not s.drawing.pad.open)],
)  # fmt: skip
def test_its_buttons(opened: State, name: str, changed: Any) -> None:
    lines = (*stroke(opened, (0.2, 0.2), (0.8, 0.2)), *stroke(opened, (0.2, 0.8), (0.8, 0.8)))
    two = stage.play(opened, *lines)
    px = button_px(two, name)
    assert changed(stage.play(two, *stage.click(px)))
    slipped = stage.play(two, Press(px), Move(ink_px(two, 0.5, 0.5)), Release(ink_px(two, 0.5, 0.5)))
    assert not changed(slipped)  # let go elsewhere, a button does nothing
    assert slipped.drawing.image == two.drawing.image


@pytest.mark.parametrize(("name", "effect"), [("file", Effect.OPEN_FILE), ("paste", Effect.PASTE)])
def test_its_buttons_ask_the_window_for_a_picture(opened: State, name: str, effect: Effect) -> None:
    px = button_px(opened, name)
    pressed = stage.play(opened, Move(px), Press(px))
    assert update.update(pressed, Release(px))[1] == (effect,)
    assert update.update(pressed, Release(ink_px(opened, 0.5, 0.5)))[1] == ()  # let go elsewhere


def test_its_keys(world: stage.World, opened: State) -> None:
    over = stage.play(opened, *stroke(opened, (0.2, 0.2), (0.8, 0.2)))
    assert stage.play(over, Key("e")).drawing.pad.erasing
    assert not stage.play(over, Key("e"), Key("e")).drawing.pad.erasing
    assert stage.play(over, Key("backspace")).drawing.image is None
    assert stage.play(over, Key("c")).drawing.image is None
    assert update.update(over, Key("O"))[1] == (Effect.OPEN_FILE,)
    assert update.update(over, Key("ctrl v"))[1] == (Effect.PASTE,)
    assert not stage.play(over, Key("escape")).drawing.pad.open
    away = stage.play(over, Move((1.0, 1.0)), Key("c"))
    assert away.drawing.image == over.drawing.image  # C is the lab's again
    assert stage.play(away, Key("delete")).drawing.image is None
    assert stage.play(away, Key("o")).drawing.image == over.drawing.image  # it stays on the maps
    assert stage.play(stage.begin(world), Key("escape"), Key("return")).status.closing


def test_two_quick_strokes_are_two_strokes(opened: State) -> None:
    px = ink_px(opened, 0.5, 0.5)
    quick = stage.play(opened, Press(px), Release(px), DoubleClick(px), Release(px))
    assert len(quick.drawing.pad.strokes.strokes) == 2
    assert quick.view.cameras == opened.view.cameras


def test_a_file_takes_the_drawings_place_and_a_stroke_takes_the_files(opened: State) -> None:
    drawn = stage.play(opened, *stroke(opened, (0.2, 0.2), (0.8, 0.2)))
    reading = stage.play(drawn, ImageLoading("cat.png"))
    assert reading.drawing.image == drawn.drawing.image  # the last good picture stays
    assert "cat.png" in stage.texts(drawing_pad_view.make_items(reading, Results()))
    got = stage.play(reading, ImageLoaded(FILE))
    assert got.drawing.image == FILE
    assert not got.drawing.pad.strokes.strokes
    assert "cat.png" in stage.texts(drawing_pad_view.make_items(got, Results()))
    again = stage.play(got, *stroke(got, (0.2, 0.2), (0.8, 0.2)))
    assert again.drawing.image is not None
    assert again.drawing.image.drawn
    assert stage.play(again, Key("z")).drawing.image == FILE


def test_what_cannot_be_read_is_said_and_nothing_is_lost(opened: State) -> None:
    got = stage.play(opened, ImageLoaded(FILE), ImageLoading("bad.png"), ImageRejected(f"bad.png: {stage.BROKEN}"))
    assert got.drawing.image == FILE
    assert got.status.message == f"bad.png: {stage.BROKEN}"
    assert not got.drawing.pad.loading_name


def test_every_slot_of_a_lab_is_asked(world: stage.World) -> None:
    state = stage.begin(world, "compare")
    assert drawing.make_queries(state) == {}
    waiting = stage.play(state, Key("o"))
    assert drawing.make_queries(waiting) == {
        "pen 0": PenSetup("first", "tsne"),
        "usual 0": TypicalErrors("first"),
        "pen 1": PenSetup("second", "tsne"),
        "usual 1": TypicalErrors("second"),
    }
    asked = drawing.make_queries(state.put(replace(state.drawing, image=FILE)))
    assert asked["own 0"] == UserImageQuery("first", "tsne", FILE)
    assert asked["own 1"] == UserImageQuery("second", "tsne", FILE)
    assert "near 0" not in asked  # they are shown on the pad alone
    assert drawing.make_queries(waiting.put(replace(waiting.drawing, image=FILE)))["near 1"] == NearestToUserImage(
        "second", FILE, 4
    )


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900), (800, 600), (640, 480), (500, 900), (320, 240)])
@pytest.mark.parametrize("lab", list(LABS))
def test_it_stays_in_the_window_and_its_parts_in_it(world: stage.World, size: tuple[int, int], lab: str) -> None:
    state = stage.play(stage.begin(world, lab, size), Key("o"))
    stand = drawing.make_layout(state)
    parts = [stand.title, stand.close, stand.ink, stand.name, *stand.buttons.values(), *stand.captions]
    for places in stand.slots:
        parts += [places.encoder_input, places.reconstruction, places.nearest, places.text]
    for part in parts:
        assert _inside(part, stand.panel), (part, stand.panel)
    assert _inside(stand.panel, Rect(0, 0, *size))
    assert stand.ink.width >= 100
    if size[0] >= 800:
        assert len(stand.slots) >= 1
        assert min(rect.y for rect in stand.buttons.values()) >= stand.ink.bottom


def _inside(part: Rect, whole: Rect) -> bool:
    return (
        whole.x <= part.x
        and whole.y <= part.y
        and part.right <= whole.right
        and part.bottom <= whole.bottom
    )  # fmt: skip


def test_places_that_the_pen_has_left_in_the_same_frame_are_on_the_stroke(opened: State) -> None:
    spots = [ink_px(opened, *spot) for spot in ((0.3, 0.3), (0.5, 0.4), (0.6, 0.7))]
    begun = stage.play(opened, Move(spots[0]), Press(spots[0]))
    passed = stage.play(begun, Move(spots[1], superseded=True))
    assert passed.drawing.image is begun.drawing.image
    one_by_one = stage.play(begun, *map(Move, spots[1:]))
    assert stage.play(passed, Move(spots[2])).drawing.image == one_by_one.drawing.image
    assert one_by_one.drawing.image != begun.drawing.image
    # also where the last place is as good as the one before
    assert stage.play(passed, Move(spots[1])).drawing.image == stage.play(begun, Move(spots[1])).drawing.image


def test_a_mouse_that_has_moved_on_looks_at_nothing(world: stage.World, opened: State) -> None:
    state = stage.begin(world)
    px = stage.dot_px(state, 3)
    assert stage.play(state, Move(px, superseded=True)) == state
    assert stage.play(state, Move(px)).pointer.hover is not None
