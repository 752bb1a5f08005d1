"""A face is drawn from its factors, and from nothing else."""

import numpy as np
import pytest

from latent_explorer.data import faces
from latent_explorer.data.faces import FACTORS
from latent_explorer.data.faces.canvas import Canvas
from latent_explorer.data.faces.factors import Continuous
from latent_explorer.data.faces.head import Head
from latent_explorer.errors import InputError
from tests.data.faces.heads import MIDDLE


def draw_levels(**changed):
    """Draw the middle face with some factors changed, as (3, 64, 64) numbers."""
    return faces.draw({**MIDDLE, **{name: np.array([value]) for name, value in changed.items()}})[0].astype(float)


def test_a_picture_does_not_depend_on_those_drawn_with_it():
    factors = faces.sample(5, seed=2)
    together = faces.draw(factors, 32)
    assert together.shape == (5, 3, 32, 32)
    assert together.dtype == np.uint8
    for k in range(5):
        alone = faces.draw({name: values[k : k + 1] for name, values in factors.items()}, 32)
        assert np.array_equal(together[k], alone[0])


def test_no_face_is_an_empty_array():
    assert faces.draw(faces.sample(0), 32).shape == (0, 3, 32, 32)


@pytest.mark.parametrize("size", [8, 1024, 64.5, "64", None])
def test_a_size_that_cannot_be_drawn_is_refused(size):
    with pytest.raises(InputError, match="size"):
        faces.draw(faces.sample(1), size)
    with pytest.raises(InputError, match="factors: 3 arrived"):
        faces.draw(3)


def test_a_larger_picture_shows_the_same_face():
    factors = faces.sample(6, seed=4)
    small, large = faces.draw(factors, 32).astype(float), faces.draw(factors, 128).astype(float)
    shrunk = large.reshape(6, 3, 32, 4, 32, 4).mean(axis=(3, 5))
    assert np.abs(shrunk - small).mean() < 3


@pytest.mark.parametrize("name", FACTORS)
def test_every_factor_changes_the_picture(name):
    factor = FACTORS[name]
    ends = (factor.low, factor.high) if isinstance(factor, Continuous) else (0, 1)
    changed = np.abs(draw_levels(**{name: ends[0]}) - draw_levels(**{name: ends[1]})).max(axis=0) > 20
    assert changed.sum() > 12


@pytest.mark.parametrize(
    ("name", "ends", "rows", "columns"),
    [
        ("smile", (-1, 1), slice(32, 56), slice(13, 51)),
        ("eye_size", (0.65, 1.35), slice(24, 42), slice(12, 52)),
        ("brow_tilt", (-1, 1), slice(14, 36), slice(12, 52)),
        ("shirt_hue", (-20, 120), slice(48, 64), slice(0, 64)),
    ],
)
def test_a_factor_changes_nothing_elsewhere(name, ends, rows, columns):
    changed = np.abs(draw_levels(**{name: ends[0]}) - draw_levels(**{name: ends[1]})).max(axis=0)
    changed[rows, columns] = 0
    assert changed.max() == 0


def test_a_smile_colours_the_cheeks_and_a_frown_darkens_what_lies_between_the_brows():
    glad, sad = draw_levels(smile=1), draw_levels(smile=-1)
    cheeks = slice(38, 42), slice(19, 22)
    assert (glad[0] - glad[1])[cheeks].mean() > (sad[0] - sad[1])[cheeks].mean() + 10  # redder than green
    frown, plain, worried = (draw_levels(brow_tilt=one)[:, 27:30, 31:33].mean() for one in (-1, 0, 1))
    assert frown < plain - 10 < plain + 10 < worried


def test_an_open_mouth_brings_the_chin_down():
    shut, open_ = (Head.make({**MIDDLE, "mouth_opening": np.array([one])}) for one in (0, 1))
    canvas = Canvas.make(1, 64)
    lowest = [int((head.measure_outline(canvas)[0] < 0).any(dim=1).nonzero().max()) for head in (shut, open_)]
    assert lowest[1] > lowest[0] + 1


def test_a_turned_head_is_the_mirror_image_of_one_turned_the_other_way_but_for_light_and_hair():
    left, right = draw_levels(head_turn=-20, glasses=1), draw_levels(head_turn=20, glasses=1)
    assert np.abs(left - right[:, :, ::-1]).mean() < 2 < np.abs(left - right).mean()


def test_levels_are_those_of_every_machine():
    levels = faces.draw(faces.sample(2, seed=0), 16).astype(float)
    expected = np.array([[187.4, 164.8, 161.7], [180.7, 163.3, 165.1]])
    assert levels.mean(axis=(2, 3)) == pytest.approx(expected, abs=0.6)


@pytest.mark.parametrize("size", [8, 1024])
def test_a_size_that_cannot_be_drawn_is_named(size):
    with pytest.raises(InputError, match=f"size: {size} arrived; 16 to 512"):
        faces.draw(MIDDLE, size)


def test_nothing_is_cut_off_by_the_parts_of_the_canvas_that_are_painted_on(monkeypatch):
    factors = faces.sample(500, seed=0)
    parts = faces.draw(factors, 64).astype(int)
    monkeypatch.setattr(Canvas, "crop", lambda canvas, *_: canvas)
    assert np.abs(parts - faces.draw(factors, 64)).max() <= 1
