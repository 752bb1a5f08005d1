"""Hair of four styles, and the hat."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge

from latent_explorer.data import faces
from latent_explorer.data.faces import features, hair
from tests.data.faces.heads import SIZE, find_middle, find_painted, make_head, paint


def find_rows(mask: torch.Tensor) -> tuple[int, int]:
    rows = mask.any(dim=1).nonzero().flatten()
    return int(rows[0]), int(rows[-1])


def test_long_hair_falls_below_the_chin_and_curls_stand_off_the_head():
    short, long, curls = (
        find_painted(how, make_head())
        for how in (hair.paint_short_behind, hair.paint_long_behind, hair.paint_curls_behind)
    )
    assert find_rows(short)[1] < 0.85 * SIZE < find_rows(long)[1]
    assert find_rows(curls)[0] < find_rows(short)[0]
    assert curls.any(dim=0).sum() > short.any(dim=0).sum()


@pytest.mark.parametrize("how", [hair.paint_short_in_front, hair.paint_long_in_front, hair.paint_curls_in_front])
def test_hair_in_front_leaves_eyes_and_mouth_free(how):
    head = make_head()
    front = find_painted(how, head)
    for feature in (features.paint_eyes, features.paint_mouth):
        part = find_painted(feature, head)
        assert (front & part).sum() < 0.1 * part.sum()
    assert find_rows(front)[0] < 0.25 * SIZE  # it begins on top of the head


def test_a_hat_covers_the_forehead_in_the_colour_of_the_shirt_and_presses_the_curls_under_it():
    head = make_head(hat=1, shirt_hue=30)
    hat, eyes = find_painted(hair.paint_hat, head), find_painted(features.paint_eyes, head)
    assert not bool((hat & eyes).any())
    assert find_middle(hat)[1] < find_middle(eyes)[1] - 0.3
    colour = paint(hair.paint_hat, head)[:, hat].mean(dim=1)
    assert (colour - head.shirt[0]).abs().max() < 0.2
    free, pressed = (find_painted(hair.paint_curls_in_front, make_head(hat=one)) for one in (0, 1))
    assert find_rows(pressed)[0] > find_rows(free)[0]


def test_a_bald_head_gleams_over_a_shadow_of_the_hair():
    dark, fair = (paint(hair.paint_wreath_in_front, make_head(hair_colour=one)) for one in (0, 1))
    top = slice(0, int(0.3 * SIZE))  # above the wreath and the brows
    row, column = divmod(int(fair[0, top].argmax()), SIZE)
    assert bool((dark[:2, row, column] > 0.4).all())  # the light is that of the skin
    shadow = (fair - dark).amax(dim=0)[top]
    assert 0.1 < shadow.max() < 0.9 * (fair - dark).max()  # the skin shines through


@pytest.mark.parametrize("turn", [-25, 0, 25])
def test_the_wreath_of_a_bald_head_lies_over_the_ears_and_leaves_the_crown_free(turn):
    head = make_head(head_turn=turn)
    behind = find_painted(hair.paint_wreath_behind, head)
    for side in (-1, 1):
        half = behind[:, SIZE // 2 :] if side > 0 else behind[:, : SIZE // 2]
        rows = half.any(dim=1).nonzero().flatten() / SIZE * 2 - 1
        assert -0.55 < float(rows.min()) < features.place_ear(head, side).y.item() < float(rows.max()) < 0.3
    pressed = find_painted(hair.paint_hat, make_head(head_turn=turn, hat=1))
    assert (behind & ~pressed).sum() > 0.8 * behind.sum()  # a hat leaves the colour of the hair to be told


@pytest.mark.parametrize("turn", [-20, 20])
def test_more_of_the_wreath_is_seen_on_the_side_that_is_turned_to_the_reader(turn):
    dark, fair = (paint(hair.paint_wreath_in_front, make_head(head_turn=turn, hair_colour=one)) for one in (0, 1))
    beside = (fair - dark).sum(dim=0)[int(0.45 * SIZE) : int(0.6 * SIZE)]  # at the height of the ears
    left, right = beside[:, : SIZE // 2].sum(), beside[:, SIZE // 2 :].sum()
    nose = find_middle(find_painted(features.paint_nose, make_head(head_turn=turn)))[0]
    near, far = (left, right) if nose > 0 else (right, left)  # the nose points away from it
    assert near > 1.5 * far


def test_the_pom_pom_sits_on_its_hat():
    hat = find_painted(hair.paint_hat, make_head(hat=1))
    rows = hat.any(dim=1).nonzero().flatten()
    assert len(rows) == int(rows[-1] - rows[0]) + 1  # no gap between them
    widths = hat.sum(dim=1)[rows[0] :]
    assert widths[: int(0.06 * SIZE)].max() < 0.4 * widths.max()


def test_one_line_reads_the_colour_of_every_style_from_small_pictures():
    factors = faces.sample(3000, seed=4)
    pictures = faces.draw(factors, 16).reshape(3000, -1) / 255
    fitted, held_out = slice(0, 2000), slice(2000, 3000)
    line = Ridge(1.0).fit(pictures[fitted], factors["hair_colour"][fitted])
    told, true, style = line.predict(pictures[held_out]), factors["hair_colour"][held_out], factors["hair"][held_out]
    for one in range(4):
        assert np.corrcoef(told[style == one], true[style == one])[0, 1] ** 2 > 0.97
        assert np.polyfit(true[style == one], told[style == one], 1)[0] == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("turn", [-25, 25])
def test_the_hair_in_front_goes_with_the_forehead(turn):
    straight, turned = (
        find_middle(find_painted(hair.paint_curls_in_front, make_head(head_turn=one)))[0] for one in (0, turn)
    )
    assert (turned - straight) * turn > 0
