"""The notes in the corners of a map: its axes and its quality, where there is room."""

import re
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.atlas.map_quality import MapQuality
from latent_explorer.atlas.projection import PCA
from latent_explorer.scene import map_notes
from latent_explorer.scene.rect import Rect
from tests import stage

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
