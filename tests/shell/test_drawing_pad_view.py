"""What the pad shows beside the lab and on its maps: the picture, what a model makes of it, and how unusual it is."""

import re
from dataclasses import replace
from typing import Any

import numpy as np

from latent_explorer.engine.queries.user_image import NearestToUserImageValue, TypicalErrorsValue, UserImageQueryValue
from latent_explorer.engine.results import Failure, Results
from latent_explorer.scene.events import Move
from latent_explorer.scene.items import FilmStrip, Image, Marker, Panel
from latent_explorer.scene.state import State
from latent_explorer.shell import drawing_pad as drawing
from latent_explorer.shell import drawing_pad_view, toolbar, update
from tests import stage
from tests.shell.pad import FILE, button_px


def value(state: State, slot: int = 0, **changes: Any) -> UserImageQueryValue:
    grey = np.zeros((8, 8), np.uint8)
    assert state.drawing.image is not None
    known = {
        "image": state.drawing.image, "map_name": "tsne", "original": np.zeros((1, 8, 8), np.float32), "picture": grey,
        "z": np.zeros(4, np.float32), "xy": (0.5, 0.5), "reconstruction": grey, "error": 0.02, "percentile": None,
        "mean_error": 0.01,
    }  # fmt: skip
    return UserImageQueryValue(**{**known, **changes})


def test_it_is_marked_on_every_map(world: stage.World) -> None:
    state = stage.begin(world, "compare").put(replace(stage.begin(world, "compare").drawing, image=FILE))
    results = Results()
    results.put("own 0", value(state, xy=(0.25, 0.75)))
    results.put("own 1", value(state, xy=(0.1, 0.2)))
    markers = stage.of_kind(drawing_pad_view.make_items(state, results), Marker)
    assert [one.label for one in markers] == ["You", "You"]
    assert markers[0].px == stage.px_of(state, (0.25, 0.75))
    other = state.put(replace(state.view, map_name="pca"))  # an answer for one map does not lie on another
    assert not stage.of_kind(drawing_pad_view.make_items(other, results), Marker)


def test_what_is_decoded_can_be_covered(opened: State) -> None:
    state, results = opened.put(replace(opened.drawing, image=FILE)), Results()
    results.put("own 0", value(state))
    grey = np.zeros((8, 8), np.uint8)
    results.put("near 0", NearestToUserImageValue(np.arange(4), np.ones(4, np.float32), (grey,) * 4))
    pictures = stage.of_kind(drawing_pad_view.make_items(state, results), Image)
    assert [one.reveals_answer for one in pictures] == [False, False, True]  # the ink, as the model sees it, decoded
    assert stage.of_kind(drawing_pad_view.make_items(state, results), FilmStrip)[0].reveals_answer


def test_how_unusual_it_is_is_said_as_far_as_it_is_known(opened: State) -> None:
    state = opened.put(replace(opened.drawing, image=FILE))
    known = TypicalErrorsValue(np.linspace(0, 0.04, 101, dtype=np.float32))
    assert all("50%" in text for text in drawing_pad_view.describe_error(value(state, error=0.0199), known)[:2])
    assert drawing_pad_view.describe_error(value(state, error=0.039), known)[2] == "warn"
    assert "99%" in drawing_pad_view.describe_error(value(state, error=1.0), known)[0]
    nothing = TypicalErrorsValue(np.empty(0, np.float32))
    said, _, _ = drawing_pad_view.describe_error(value(state), nothing)
    assert re.findall(r"\d+\.\d+", said) == ["0.0200", "2.0", "0.0100"]
    said, _, colour = drawing_pad_view.describe_error(value(state, mean_error=None), None)
    assert (re.findall(r"\d+\.\d+", said), colour) == (["0.0200"], "text")


def test_a_picture_that_shows_nothing_is_said_on_the_pad(opened: State) -> None:
    state, results = opened.put(replace(opened.drawing, image=FILE)), Results()
    results.put("own 0", Failure(stage.BROKEN))
    assert stage.BROKEN in stage.texts(drawing_pad_view.make_items(state, results))


def test_every_control_has_a_tip_and_is_reached_by_scripts(opened: State) -> None:
    names = {one.name for one in toolbar.list_controls(opened)}
    assert {"pad", "eraser", "undo stroke", "clear", "paste"} <= names
    assert set(drawing.make_layout(opened).buttons) <= set(drawing_pad_view.TIPS)
    over = stage.play(opened, Move(button_px(opened, "eraser")))
    assert drawing_pad_view.TIPS["eraser"] in stage.texts(drawing_pad_view.make_items(over, Results()))
    assert any("clipboard" in does for _, does in update.make_help_rows(opened))


def test_a_closed_pad_covers_nothing(world: stage.World) -> None:
    state = stage.begin(world)
    assert not stage.of_kind(drawing_pad_view.make_items(state, Results()), Panel)
