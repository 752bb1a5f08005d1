"""The notes in the corners of a map: its axes and its quality, where there is room."""

import re
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.atlas.map_quality import MapQuality
from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.atlas.projection import PCA
from latent_explorer.scene import map_notes
from latent_explorer.scene.events import Key, Move
from latent_explorer.scene.items import CornerNote
from latent_explorer.scene.rect import Rect
from tests import stage
from tests.scene.maps import PCA13, add_map, draw
from tests.stage import begin, map_rect, of_kind, play

LARGE, SMALL = Rect(0, 0, 900, 700), Rect(0, 0, 180, 180)
QUALITY = MapQuality(0.987, 0.953, 0.9)


@pytest.fixture
def measured():
    plane = stage.make_plane_model()
    plane.maps["latent"].quality = QUALITY
    return stage.begin(stage.World(plane=plane), models=("plane",))


def test_the_axes_of_a_linear_map_are_named_and_the_others_have_no_meaning():
    latents = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32) * (3, 2, 1)
    across, up = map_notes.describe_axes(PCA.fit(latents.astype(np.float32), axes=(1, 3)))
    assert re.findall(r"\d+", across)[0] == "1"
    assert re.findall(r"\d+", up)[0] == "3"
    assert map_notes.describe_axes(stage.make_plane_model().maps["latent"].projection) == ("z1 →", "↑ z2")
    assert map_notes.describe_axes(stage.make_world()["first"].maps["tsne"].projection) == ("", "")


def test_the_explanation_takes_the_place_of_the_axis(measured):
    plain = map_notes.make_items(measured, 0, LARGE)
    explained = map_notes.make_items(measured, 0, LARGE, is_explained=True)
    assert [len(one.lines) for one in plain] == [1, 1, 1]
    assert [len(one.lines) for one in explained] == [1, 3]
    assert map_notes.make_items(measured, 0, SMALL) == []


def test_only_measured_values_are_written():
    (line,) = map_notes.format_quality(replace(QUALITY, accuracy=None))
    assert "0.99" in line
    assert "0.95" in line
    assert "%" not in line
    assert map_notes.format_quality(MapQuality(None, None, None)) == ()
    assert len(map_notes.explain_quality(replace(QUALITY, trustworthiness=None))) == 2


def notes(state) -> str:
    return "\n".join(line for note in of_kind(draw(state), CornerNote) for line in note.lines)


def test_the_figures_of_the_map_are_shown_and_explained(own_world):
    state = begin(own_world)
    assert notes(state) == ""
    own_world["first"].maps["tsne"].quality = MapQuality(0.987, 0.95, 0.9)
    state = begin(own_world)  # as the window has another one after every event of a map
    assert re.findall(r"[\d.]+%?$|[\d.]+(?=   )", notes(state)) == ["0.99", "0.95", "90%"]
    corner = (map_rect(state).x + 9, map_rect(state).bottom - 9)
    for asked in (play(state, Key("q")), play(state, Move(corner))):
        assert len(notes(asked).splitlines()) == 3, "a line a figure"
    own_world["first"].maps["tsne"].quality = MapQuality(None, None, None)
    assert notes(state) == ""


def test_the_axes_say_what_they_are(own_world):
    shares = own_world["first"].maps[add_map(own_world, "first", PCA13)].projection.explained_variance_ratio
    assert f"component 1, {shares[0]:.0%}" in notes(begin(own_world, map_name=PCA13.map_name))
    assert f"↑ component 3, {shares[1]:.0%}" in notes(begin(own_world, map_name=PCA13.map_name))
    latent = add_map(own_world, "first", MapSpec("latent", axes=(4, 2)))
    assert {"z4 →", "↑ z2"} <= set(notes(begin(own_world, map_name=latent)).splitlines())


def test_a_small_map_has_no_room_for_notes(own_world):
    own_world["first"].maps["tsne"].quality = MapQuality(0.9, 0.9, 0.9)
    assert notes(begin(own_world, size=(300, 200))) == ""
