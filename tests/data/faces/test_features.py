"""What a face shows, painted alone on a canvas."""

import pytest
import torch

from latent_explorer.data.faces import features
from latent_explorer.data.faces.canvas import Canvas
from tests.data.faces.heads import SIZE, find_middle, find_painted, make_head, paint

HALF = SIZE // 2


def find_slope(mask: torch.Tensor) -> float:
    """How much lower the outer thirds of some pixels lie than the middle third."""
    columns = mask.any(dim=0).nonzero().flatten()
    first, last = int(columns[0]), int(columns[-1]) + 1
    third = (last - first) // 3
    parts = torch.zeros_like(mask), mask.clone()
    parts[0][:, first : first + third], parts[0][:, last - third : last] = (
        mask[:, first : first + third], mask[:, last - third : last],
    )  # fmt: skip
    parts[1][:, first : first + third] = parts[1][:, last - third : last] = False
    ends, middle = (find_middle(part)[1] for part in parts)
    return ends - middle


def test_a_smile_lifts_the_ends_of_the_mouth_over_its_middle():
    glad, plain, sad = (find_slope(find_painted(features.paint_mouth, make_head(smile=one))) for one in (1, 0, -1))
    assert glad < -0.03  # up is less
    assert sad > 0.03
    assert abs(plain) < 0.025


def test_an_open_mouth_shows_teeth_above_the_tongue():
    shut, open_ = (paint(features.paint_mouth, make_head(mouth_opening=one)) for one in (0, 1))
    white, pink = (open_.amin(dim=0) > 0.8), (open_[0] > 0.8) & (open_[1] < 0.6) & (open_[2] < 0.6)
    assert find_middle(white)[1] < find_middle(pink)[1]
    assert not bool((shut.amin(dim=0) > 0.8).any())


def test_the_outer_ends_of_tilted_brows_are_down():
    down, up = (find_painted(features.paint_brows, make_head(brow_tilt=tilt))[:, :HALF] for tilt in (1, -1))
    for brow, sign in ((down, 1), (up, -1)):  # the left one: its outer end is on the left
        cut = find_column(brow)
        outer, inner = find_middle(brow[:, :cut])[1], find_middle(brow[:, cut:])[1]
        assert (outer - inner) * sign > 0.03


@pytest.mark.parametrize("hair", [0, 1])
@pytest.mark.parametrize("skin", [0, 1])
def test_brows_are_darker_than_any_skin(skin, hair):
    head = make_head(skin_tone=skin, hair_colour=hair)
    pixels = paint(features.paint_brows, head)
    brow = pixels.flatten(1)[:, pixels[2].argmin()]  # where least blue shines through
    assert bool((brow < head.skin[0] + 0.03).all())
    assert float(brow[0]) < float(head.skin[0, 0]) - 0.1


def find_column(mask: torch.Tensor) -> int:
    """The column in the middle of some pixels."""
    columns = mask.any(dim=0).nonzero().flatten()
    return int(columns[0] + columns[-1]) // 2


@pytest.mark.parametrize("turn", [-20, 20])
def test_the_eyes_look_where_the_head_turns(turn):
    head = make_head(head_turn=turn)
    whole, dark = find_painted(features.paint_eyes, head), paint(features.paint_eyes, head).amax(dim=0) < 0.12
    shift = find_middle(dark)[0] - find_middle(whole)[0]
    assert shift * turn > 0
    assert abs(shift) > 0.005


def test_larger_eyes_cover_more():
    small, large = (find_painted(features.paint_eyes, make_head(eye_size=size)).sum() for size in (0.75, 1.3))
    assert float(large / small) == pytest.approx((1.3 / 0.75) ** 2, rel=0.15)


@pytest.mark.parametrize("turn", [-20, 20])
def test_eyes_and_mouth_of_a_turned_head_stay_on_it(turn):
    head = make_head(head_turn=turn, nod=8, face_width=0.85, smile=1, mouth_opening=1, eye_size=1.35)
    outside = head.measure_outline(Canvas.make(1, SIZE))[0] > 0.025
    assert not bool((find_painted(features.paint_mouth, head) & outside).any())
    assert not bool((find_painted(features.paint_eyes, head) & outside).any())


@pytest.mark.parametrize(
    "how", [features.paint_eyes, features.paint_brows, features.paint_glasses, features.paint_mouth]
)
def test_seen_from_the_front_both_sides_are_alike(how):
    picture = paint(how, make_head())
    mirrored = (picture - picture.flip(2)).abs().amax(dim=0) > 0.3
    assert mirrored.sum() < 0.1 * find_painted(how, make_head()).sum()  # but for the glint in the eyes


@pytest.mark.parametrize("turn", [-20, 20])
def test_only_the_ear_that_is_turned_to_the_reader_lies_before_the_head(turn):
    assert not bool(find_painted(features.paint_ears, make_head()).any())
    x, _ = find_middle(find_painted(features.paint_ears, make_head(head_turn=turn)))
    assert x * turn < 0


def test_a_beard_leaves_eyes_and_nose_free_and_glasses_go_around_the_eyes():
    head = make_head()
    beard, mouth, eyes, glasses = (
        find_painted(how, head)
        for how in (features.paint_beard, features.paint_mouth, features.paint_eyes, features.paint_glasses)
    )
    assert not bool((beard & eyes).any())
    assert find_middle(beard)[1] > find_middle(mouth)[1] - 0.05
    rows, columns = (glasses.any(dim=1).nonzero().flatten(), glasses.any(dim=0).nonzero().flatten())
    inside = eyes.nonzero()
    assert rows[0] <= inside[:, 0].min() <= inside[:, 0].max() <= rows[-1]
    assert columns[0] <= inside[:, 1].min() <= inside[:, 1].max() <= columns[-1]
