"""Ticks of a latent plane stand where the latent has their value, and the prior's circles where its spread is."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.atlas import Atlas
from latent_explorer.atlas.pca import LatentPlane
from latent_explorer.config import Objective
from latent_explorer.scene import latent_axes, map_panel
from latent_explorer.scene.items import CornerNote, Line, Text
from latent_explorer.scene.rect import Rect
from tests import stage

RECT = Rect(40, 30, 700, 520)


def begin_on_plane(world, objective="variational"):
    """Return the state of a window whose first model shows its latents 1 and 2."""
    first = world["first"]
    plane = Atlas(LatentPlane.fit(first.latents), first.latents, first.labels)
    config = replace(first.config, objective=Objective(name=objective))
    return stage.begin(stage.World(first=replace(first, maps={"latent": plane}, config=config), second=world["second"]))


def read_latent(state, px):
    """Return the first two latents that a pixel stands for."""
    xy = np.array([state.get_camera(0).to_xy(px, RECT)])
    return latent_axes.find_plane(state, 0).inverse_transform(xy)[0, :2]


def test_ticks_stand_at_the_values_that_they_say(world):
    state = begin_on_plane(world)
    items = latent_axes.make_items(state, 0, RECT)
    lines = [one for one in items if isinstance(one, Line) and len(one.points) == 2]
    texts = [one.text for one in items if isinstance(one, Text) and "σ" not in one.text]
    assert len(lines) == len(texts) >= 6
    for line, text in zip(lines, texts, strict=True):
        across = line.points[0][0] == line.points[1][0]
        value = read_latent(state, line.points[0])[0 if across else 1]
        assert value == pytest.approx(float(text.replace("−", "-")), abs=1e-4)


def test_the_priors_circles_have_its_standard_deviations_as_radius(world):
    state = begin_on_plane(world)
    circles = [one for one in latent_axes.make_items(state, 0, RECT) if isinstance(one, Line) and one.dashed]
    for sigma, circle in zip((1, 2, 3), circles, strict=True):
        radii = [np.hypot(*read_latent(state, px)) for px in circle.points]
        assert radii == pytest.approx([sigma] * len(radii), rel=1e-3)


def test_a_model_without_prior_has_no_circles_and_another_map_no_axes(world):
    plain = begin_on_plane(world, "plain")
    assert not [one for one in latent_axes.make_items(plain, 0, RECT) if isinstance(one, Line) and one.dashed]
    assert latent_axes.make_items(stage.begin(world), 0, RECT) == []
    assert latent_axes.make_items(plain, 0, Rect(0, 0, 120, 90)) == []


def test_notes_in_the_corners_cover_no_tick(world):
    state = begin_on_plane(world)
    items = map_panel.make_map_items(state, 0, RECT)
    (place,) = {one.rect for one in items if isinstance(one, CornerNote)}
    ticks = [one.rect for one in items if isinstance(one, Text) and "σ" not in one.text]
    assert ticks
    assert not [one for one in ticks if one.right > place.x and place.y < one.bottom and one.y < place.bottom - 1]
