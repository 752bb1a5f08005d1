import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from latent_explorer.scene.camera import MAX_ZOOM, MIN_ZOOM, Camera
from latent_explorer.scene.rect import Rect

unit = st.floats(0, 1)
cameras = st.builds(Camera, st.tuples(unit, unit), st.floats(MIN_ZOOM, MAX_ZOOM))
rects = st.builds(Rect, *[st.integers(0, 500)] * 2, *[st.integers(1, 3000)] * 2)
factors = st.floats(0.01, 100)
moves = st.floats(-5000, 5000)


def at(rect: Rect, share: tuple[float, float]) -> tuple[float, float]:
    return (rect.x + share[0] * rect.width, rect.y + share[1] * rect.height)


@given(cameras, rects, st.tuples(unit, unit))
def test_to_px_and_to_xy_undo_each_other(camera, rect, share):
    px = at(rect, share)
    assert camera.to_px(camera.to_xy(px, rect), rect) == pytest.approx(px, abs=1e-6)
    assert camera.to_xy(camera.to_px(share, rect), rect) == pytest.approx(share, abs=1e-9)


def test_y_points_up_on_the_map_and_the_whole_map_fits():
    rect = Rect(100, 50, 600, 400)
    assert Camera().to_px((0.5, 0.5), rect) == rect.centre
    assert Camera().to_px((0.5, 1.0), rect)[1] == rect.y
    assert Camera().to_px((0.5, 0.0), rect)[1] == rect.bottom


@given(cameras, rects, st.tuples(unit, unit), factors)
def test_zoom_keeps_the_position_under_the_cursor(camera, rect, share, factor):
    px = at(rect, share)
    zoomed = camera.zoom_at(factor, px, rect)
    assume(all(0 < c < 1 for c in zoomed.centre))  # at the edge of the map the map is kept instead
    assert zoomed.to_xy(px, rect) == pytest.approx(camera.to_xy(px, rect), abs=1e-6)


@given(cameras, rects, st.tuples(unit, unit), moves, moves)
def test_pan_follows_the_hand(camera, rect, share, dx, dy):
    px = at(rect, share)
    panned = camera.pan_by(dx, dy, rect)
    assume(all(0 < c < 1 for c in panned.centre))
    there = panned.to_px(camera.to_xy(px, rect), rect)
    assert there == pytest.approx((px[0] + dx, px[1] + dy), abs=1e-5)


gestures = st.lists(st.one_of(st.tuples(st.just("zoom"), factors, unit), st.tuples(st.just("pan"), moves, moves)))


@given(rects, gestures)
def test_the_map_cannot_be_lost(rect, gestures):
    camera = Camera()
    for name, a, b in gestures:
        camera = camera.zoom_at(a, at(rect, (b, b)), rect) if name == "zoom" else camera.pan_by(a, b, rect)
    x, y = camera.to_xy(rect.centre, rect)
    assert 0 <= x <= 1
    assert 0 <= y <= 1
    assert MIN_ZOOM <= camera.zoom <= MAX_ZOOM


def test_zoom_goes_in_and_comes_back():
    rect = Rect(0, 0, 400, 400)
    there = Camera().zoom_at(4, (130, 250), rect)
    assert there.compute_scale(rect) == pytest.approx(1600)
    back = there.zoom_at(1 / 4, (130, 250), rect)
    assert back.centre == pytest.approx((0.5, 0.5))
