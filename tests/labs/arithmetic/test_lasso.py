import numpy as np
import pytest
from matplotlib.path import Path

from latent_explorer.labs.arithmetic import lasso

SQUARE = ((0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6))
BOW = ((0.1, 0.1), (0.9, 0.9), (0.9, 0.1), (0.1, 0.9))


def test_exactly_what_lies_inside_a_square():
    xy = np.random.default_rng(0).uniform(size=(500, 2)).astype(np.float32)
    assert (lasso.contains(SQUARE, xy) == ((xy > 0.2) & (xy < 0.6)).all(axis=1)).all()


@pytest.mark.parametrize("seed", range(5))
def test_any_loop_holds_what_matplotlib_says(seed):
    draw = np.random.default_rng(seed)
    turn = np.sort(draw.uniform(0, 2 * np.pi, 40))
    far = draw.uniform(0.1, 0.5, 40)
    corners = np.stack([0.5 + far * np.cos(turn), 0.5 + far * np.sin(turn)], axis=1)
    xy = draw.uniform(size=(2000, 2)).astype(np.float32)
    loop = tuple((float(x), float(y)) for x, y in corners)
    assert (lasso.contains(loop, xy) == Path(corners).contains_points(xy)).all()


def test_a_loop_that_crosses_itself_holds_both_wings():
    xy = np.array([[0.8, 0.5], [0.2, 0.5], [0.5, 0.9], [0.5, 0.1]], np.float32)
    assert lasso.contains(BOW, xy).tolist() == [True, True, False, False]


@pytest.mark.parametrize("loop", [(), ((0.5, 0.5),), ((0.1, 0.1), (0.9, 0.9)), ((0.5, 0.5),) * 5])
def test_less_than_a_loop_holds_nothing(loop):
    assert not lasso.contains(loop, np.array([[0.5, 0.5], [0.3, 0.3]], np.float32)).any()


def test_a_loop_drawn_for_minutes_keeps_its_shape_and_a_bounded_length():
    loop = ()
    for turn in np.linspace(0, 2 * np.pi, 3000, endpoint=False):
        loop = lasso.extend(loop, (0.5 + 0.3 * float(np.cos(turn)), 0.5 + 0.3 * float(np.sin(turn))))
    assert len(loop) == lasso.MAX_CORNERS
    xy = np.random.default_rng(0).uniform(size=(2000, 2)).astype(np.float32)
    disc = np.hypot(*(xy - 0.5).T) < 0.3
    assert (lasso.contains(loop, xy) == disc).mean() > 0.98
