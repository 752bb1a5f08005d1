"""Where the parts of a turned and nodding head lie."""

import numpy as np
import pytest
import torch

from latent_explorer.data import faces
from latent_explorer.data.faces.canvas import Canvas
from latent_explorer.data.faces.factors import FACTORS
from latent_explorer.data.faces.head import EYE_X, HALF_HEIGHT, Head
from tests.data.faces.heads import make_head


def at(head: Head, x: float, y: float, depth: float) -> tuple[float, float]:
    place = head.place(x, y, depth)
    return float(place.x), float(place.y)


def test_what_is_ahead_goes_where_the_head_turns_and_what_is_behind_the_other_way():
    ahead, turned = make_head(head_turn=0, nod=0), make_head(head_turn=25, nod=0)
    (nose, _), (back, _) = at(turned, 0, 0, 0.4), at(turned, 0, 0, -0.4)
    assert at(ahead, 0, 0, 0.4)[0] == pytest.approx(0)
    assert nose == pytest.approx(0.4 * np.sin(np.radians(25)), abs=1e-5)
    assert back == pytest.approx(-nose, abs=1e-6)
    assert at(make_head(head_turn=-25, nod=0), 0, 0, 0.4)[0] == pytest.approx(-nose, abs=1e-6)


def test_a_nod_brings_the_front_down_and_the_back_up():
    straight, nodding = make_head(head_turn=0, nod=0), make_head(head_turn=0, nod=10)
    assert at(nodding, 0, 0, 0.4)[1] > at(straight, 0, 0, 0.4)[1] + 0.05
    assert at(nodding, 0, 0, -0.4)[1] < at(straight, 0, 0, -0.4)[1] - 0.05


def test_turned_away_the_far_eye_looks_narrower_and_the_near_one_does_not():
    turned = make_head(head_turn=30)  # to the right of the picture: its right eye goes out of sight
    far, near = (float(turned.narrow(side * EYE_X, 0.34)) for side in (1, -1))
    assert far < near
    left = make_head(head_turn=-30)
    assert float(left.narrow(-EYE_X, 0.34)) == pytest.approx(far)
    assert float(make_head(head_turn=0).narrow(0, 0.34)) == pytest.approx(1)


def test_the_outline_is_as_wide_and_high_as_the_head():
    canvas, head = Canvas.make(1, 128), make_head(head_turn=0, nod=0)
    inside = head.measure_outline(canvas)[0] < 0
    columns, rows = inside.any(dim=0).sum() * canvas.pixel, inside.any(dim=1).sum() * canvas.pixel
    assert float(columns) == pytest.approx(2 * float(head.width), rel=0.05)
    assert float(rows) == pytest.approx(2 * HALF_HEIGHT, rel=0.1)
    wide = make_head(head_turn=0, nod=0, face_width=FACTORS["face_width"].high)
    assert (wide.measure_outline(canvas)[0] < 0).sum() > inside.sum()


def test_heads_are_selected_with_their_own_colours():
    factors = faces.sample(5, seed=1)
    head, rows = Head.make(factors), torch.tensor([3, 1])
    some = head.select(rows)
    alone = Head.make({name: values[[3, 1]] for name, values in factors.items()})
    for name in ("skin", "hair", "shirt", "background"):
        np.testing.assert_allclose(getattr(some, name), getattr(alone, name), rtol=1e-5, atol=1e-6)
    assert all(torch.equal(some[name], alone[name]) for name in factors)
