"""What is drawn of a chart."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pygame
import pytest

from latent_explorer.scene.chart import KINDS, Axis, Chart, Cursor, Series, Spot
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import chart_painter as charts
from latent_explorer.ui.render.painter import Painter
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.theme import make_theme
from tests.colour_vision import VISIONS, measure_contrast, see, to_oklab

X = np.linspace(0, 10, 200)
RECT = Rect(20, 10, 360, 220)
INK = (255, 0, 255)


@pytest.fixture(autouse=True, scope="module")
def fonts():
    pygame.font.init()


def chart(rect=RECT, **changes) -> Chart:
    made = Chart(rect, (Series(X, np.sin(X), label="sine"),), Axis("time", 0, 10), Axis("height", -1, 1), "A title")
    return replace(made, **changes)


def drawn(one: Chart, clip=None) -> np.ndarray:
    surface = pygame.Surface((400, 240), 0, 32)
    surface.fill(INK)
    surface.set_clip(clip)
    charts.paint(surface, one, make_theme("dark"), Lettering(one.ui_scale))
    return pygame.surfarray.array3d(surface)


def count(pixels: np.ndarray, colour: str) -> int:
    """Pixels of about this colour."""
    return int((np.abs(pixels.astype(int) - make_theme("dark")[colour]).sum(axis=2) < 60).sum())


EDGES = [
    chart(), chart(series=()), chart(Rect(20, 10, 60, 40)), chart(Rect(20, 10, 3, 3)), chart(Rect(20, 10, 200, 80)),
    chart(series=tuple(Series(X[:n], np.exp(X[:n]), kind=kind, label=kind) for kind in KINDS for n in (0, 1, 2, 200))),
    chart(series=tuple(Series(X, np.full(200, v), kind=kind) for kind in KINDS for v in (np.nan, 1e30, -1e30))),
    chart(series=tuple(Series(X, X, kind=kind) for kind in KINDS), x=Axis("", 1, 5, True), y=Axis("", 1, 9, True)),
    chart(cursors=tuple(Cursor(x, label="a long name of a cursor") for x in (-1, 0, 9.9, 10, 11))),
    chart(spots=tuple(Spot(x, y, label="a name") for x in (-9, 0, 10, 1e30) for y in (-1, 0, 1, float("nan")))),
]  # fmt: skip


@pytest.mark.parametrize("one", EDGES, ids=range(len(EDGES)))
def test_nothing_is_drawn_outside_its_rectangle(one):
    pixels = drawn(one)
    pixels[one.rect.x : one.rect.right, one.rect.y : one.rect.bottom] = INK
    assert (pixels == INK).all()


@pytest.mark.parametrize("one", EDGES, ids=range(len(EDGES)))
def test_a_part_is_drawn_as_in_the_whole(one):
    box = pygame.Rect(100, 60, 170, 90)
    whole, part = drawn(one), drawn(one, box)
    same = np.s_[box.x : box.right, box.y : box.bottom]
    assert (whole[same] == part[same]).all()
    part[same] = INK
    assert (part == INK).all()


def test_a_curve_goes_through_its_values():
    one, pixels = chart(), drawn(chart())
    accent = np.asarray(make_theme("dark")["accent"])
    for x in (1.0, 4.5, 8.0):
        across, down = one.to_px(x, float(np.sin(x)))
        near = pixels[round(across) - 1 : round(across) + 2, round(down) - 1 : round(down) + 2]
        assert np.abs(near.astype(int) - accent).sum(axis=2).min() < 90


def test_not_a_number_breaks_a_line():
    y = np.sin(X)
    y[80:120] = np.nan
    one = chart(series=(Series(X, y),))
    pixels = drawn(one)
    across = round(one.to_px(5, 0)[0])
    accent = np.asarray(make_theme("dark")["accent"])
    assert (np.abs(pixels[across].astype(int) - accent).sum(axis=1) > 100).all()


def test_bars_stand_on_zero():
    middles = np.array([1.0, 2, 3, 4])
    one = chart(series=(Series(middles, np.array([1.0, -1, 0, 0.5]), kind="bars"),))
    pixels = drawn(one).astype(int)

    def filled(x, y):
        across, down = one.to_px(x + 0.2, y)  # beside the grid
        panel = np.asarray(make_theme("dark")["panel"])
        return bool(np.abs(pixels[round(across), round(down)] - panel).sum() > 150)

    assert [filled(1, 0.6), filled(1, -0.6), filled(2, -0.6), filled(2, 0.6)] == [True, False, True, False]
    assert [filled(3, 0.3), filled(4, 0.3), filled(4, 0.7)] == [False, True, False]


def test_a_cursor_names_itself_on_the_side_with_room():
    left, right = (drawn(chart(series=(), cursors=(Cursor(x, "warn", "threshold"),))) for x in (0.5, 9.8))
    for pixels, x, side in ((left, 0.5, 1), (right, 9.8, -1)):
        across = round(chart(series=()).to_px(x, 0)[0])
        after, before = count(pixels[across + 4 :], "warn"), count(pixels[: across - 4], "warn")
        assert (after > before) == (side > 0)


def test_a_cursor_s_name_keeps_clear_of_another_line():
    near = (Cursor(5.0, "good", "this one"), Cursor(5.5, "warn"))
    pixels = drawn(chart(series=(), cursors=near))
    across = [round(chart(series=()).to_px(one.x, 0)[0]) for one in near]
    assert count(pixels[: across[0] - 4], "good") > 20
    assert count(pixels[across[0] + 4 :], "good") == 0
    assert count(pixels[across[1] - 3 : across[1] + 3], "warn") >= 2 * (chart(series=()).plot.height - 2)


def test_a_cursor_s_name_hides_no_curve_where_there_is_room():
    """At the right of its line the curve is high, then low, so the name is low, then high; else it goes to the left."""
    for y, beside in ((np.full(len(X), 0.95), 1), (np.full(len(X), -0.95), 1), (np.where(X > 5, X / 5 - 1, 0), -1)):
        level = Series(X, y, width=4)
        bare, named = (chart(series=(level,), cursors=(Cursor(5.0, "good", name),)) for name in ("", "threshold"))
        pixels, before = drawn(named), drawn(bare)
        assert count(pixels, "good") > count(before, "good") + 40
        inside = bare.plot
        curve = [one[inside.x : inside.right, inside.y : inside.bottom, 0] > 150 for one in (pixels, before)]
        assert (curve[0] == curve[1]).all(), beside


def test_a_cursor_s_name_leaves_the_numbers_of_the_axis_alone():
    thick = Series(np.array([0.6, 9.0]), np.array([0.95, 0.95]), width=14), Series(X, np.full(len(X), -0.95), width=14)
    one = chart(series=thick, y=Axis("", -1, 1, min_label_letters=5), cursors=(Cursor(0.5, "good", "beta 4"),))
    assert count(drawn(one)[: one.plot.x - 2], "good") == 0


def test_a_cursor_s_name_stands_between_the_names_of_the_curves_if_both_corners_are_taken():
    thick = tuple(Series(X, np.full(len(X), y), label=f"curve {y:g}", width=14) for y in (-0.95, 0.95))
    bare, named = (chart(series=thick, cursors=(Cursor(10.0, "good", name),)) for name in ("", "beta 10"))
    changed = np.nonzero((drawn(bare) != drawn(named)).any(axis=(0, 2)))[0]
    middle = bare.plot.y + bare.plot.height / 2
    assert abs((changed[0] + changed[-1]) / 2 - middle) < 6


def test_a_name_on_a_curve_hides_less_than_its_box():
    dense = Series(X, np.zeros(len(X)), "accent", "bars"), Series(X, np.ones(len(X)), "accent", "bars")
    bare, named = (chart(series=dense, cursors=(Cursor(5.0, "good", name),)) for name in ("", "threshold"))
    changed = (drawn(bare) != drawn(named)).any(axis=2)
    across, down = np.nonzero(changed)
    assert 0 < changed.sum() < 0.9 * (np.ptp(across) + 1) * (np.ptp(down) + 1)


def test_a_spot_s_name_stands_where_it_crosses_no_curve():
    level = Series(X, np.zeros(len(X)), "accent", width=4)
    one = chart(series=(level,), x=Axis("", 0, 10, ticks=(0,)), y=Axis("", -1, 1, ticks=(-1,)))
    named = replace(one, spots=(Spot(5.0, 0.0, "good", "here"),))
    spot = replace(one, spots=(Spot(5.0, 0.0, "good"),))
    assert count(drawn(named), "good") > count(drawn(spot), "good") + 20
    assert count(drawn(named), "accent") == count(drawn(spot), "accent") > 100


def test_a_spot_s_name_does_not_stand_where_another_curve_ends():
    other, through = Series(X[X <= 5], 0 * X[X <= 5], "warn"), Series(X[X >= 5.3], 0 * X[X >= 5.3] - 0.2, "accent")
    one = chart(series=(other, through), spots=(Spot(5.2, -0.2, "good", "here", 3),))
    end, top = (round(px) for px in one.to_px(5.0, 0.0))
    assert count(drawn(one), "good") > 40
    assert count(drawn(one)[end + 8 : end + 60, top - 3 : top + 4], "good") == 0


@pytest.mark.parametrize(("width", "titled"), [(360, True), (190, False)])
def test_where_names_and_title_have_no_room_together_it_is_the_title_that_goes(width, titled):
    series = Series(X, 0 * X - 0.9, "accent", "steps", "with it"), Series(X, 0 * X, "good", "steps", "without")
    place = Rect(20, 10, width, 220)
    one = chart(place, series=series, y=Axis("", -1, 1), title="held out")
    top = drawn(one)[:, : round(one.plot.y)]
    assert min(count(top, "accent"), count(top, "good")) > 0
    bare = drawn(replace(one, title=""))[:, : round(one.plot.y)]
    assert bool((top != bare).any()) == titled


def test_a_very_small_chart_has_no_letters():
    assert count(drawn(chart()), "text") > 0
    assert count(drawn(chart(Rect(20, 10, 60, 40))), "text") == 0
    assert count(drawn(chart(Rect(20, 10, 60, 40))), "accent") > 0


def test_names_at_ends_stand_apart():
    assert charts.spread([10, 11, 50], 14, 0, 100) == [10, 24, 50]
    assert charts.spread([95, 96, 97], 14, 0, 100) == [72, 86, 100]
    assert charts.spread([], 14, 0, 100) == []


def test_what_was_kept_is_not_shown_for_another():
    """Another chart of the same values, another theme, another value of a cursor."""
    one = chart()
    assert (drawn(one) == drawn(chart())).all()
    other = replace(one, series=(Series(X, np.cos(X), label="sine"),))
    assert (drawn(one) != drawn(other)).any()
    moved = drawn(replace(one, cursors=(Cursor(3.0),)))
    assert (moved != drawn(one)).any()
    assert (drawn(one) == drawn(chart())).all(), "a cursor stays on the sheet"
    surface = pygame.Surface((400, 240), 0, 32)
    charts.paint(surface, one, make_theme("light"), Lettering(1.0))
    light = pygame.surfarray.array3d(surface)
    assert tuple(light[one.plot.right + 8, one.rect.y + 40]) == make_theme("light")["panel"]


def test_the_painter_draws_it_again_only_when_it_changed():
    surface, painter = pygame.Surface((400, 240), 0, 32), Painter()
    one = chart()
    look = {"theme_name": "dark", "ui_scale": 1.0}
    painter.paint(surface, (one,), {}, **look, redraw_all=True)
    assert painter.paint(surface, (replace(one),), {}, **look) == []
    moved = replace(one, cursors=(Cursor(3.0),))
    (place,) = painter.paint(surface, (moved,), {}, **look)
    assert place.contains(pygame.Rect(RECT.x, RECT.y, RECT.width, RECT.height))


@pytest.mark.parametrize("name", ["dark", "light"])
def test_three_series_can_be_told_apart(name):
    """Contrast of 3 to the panel (WCAG 2.2, 1.4.11), and 0.11 apart in OKLab with any colour vision."""
    one, roles = make_theme(name), ("accent", "second", "third")
    for role in roles:
        assert measure_contrast(one[role], one["panel"]) > 3
    for a, b in combinations(roles, 2):
        for vision in VISIONS:
            apart = np.linalg.norm(to_oklab(see(one[a], vision)) - to_oklab(see(one[b], vision)))
            assert apart >= 0.11, (a, b, vision)
