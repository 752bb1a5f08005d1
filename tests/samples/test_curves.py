import numpy as np
import pytest

from latent_explorer.errors import InputError
from latent_explorer.samples import Curves, DrawnSample, redraw

ONE = Curves((-1.0,), (3.0,), ("lead",), "mV", 2.0)
SIZE = (200, 160)


def ink(sample: np.ndarray, kind: Curves = ONE, size: tuple[int, int] = (120, 90)) -> np.ndarray:
    """The brightness (H, W) of one drawing, small enough to hold no text."""
    (picture,) = kind.draw(np.asarray(sample, np.float32)[None])
    drawn = redraw(picture, size)
    assert drawn is not None
    return drawn if drawn.ndim == 2 else drawn.max(axis=2)


def test_a_drawing_does_not_depend_on_the_batch():
    values = np.random.default_rng(0).random((5, 1, 1, 40), np.float32)
    together = ONE.draw(values)
    for k in range(5):
        (alone,) = ONE.draw(values[k : k + 1])
        assert (np.asarray(alone) == np.asarray(together[k])).all()


def test_values_go_to_units_and_pictures_back_to_values():
    values = np.random.default_rng(1).random((3, 1, 1, 9), np.float32)
    own = ONE.restore_units(values)
    assert own == pytest.approx(-1 + 4 * values[:, :, 0])
    assert ONE.scale_units(own) == pytest.approx(values, abs=1e-6)
    assert (ONE.read_pictures(ONE.draw(values)) == values).all()


def test_what_is_cut_from_a_drawing_is_an_ordinary_picture():
    (picture,) = ONE.draw(np.zeros((1, 1, 1, 9), np.float32))
    assert isinstance(picture, DrawnSample)
    assert redraw(picture, SIZE).shape == (160, 200)
    assert redraw(picture[:10], SIZE) is None


def test_each_channel_has_a_lane_of_its_own():
    kind = Curves((0.0, 0.0), (1.0, 1.0))
    brightness = ink(np.stack([np.ones((1, 30)), np.zeros((1, 30))]), kind, (60, 80))
    assert (brightness[:20] > 100).any()
    assert (brightness[60:] > 100).any()
    assert not (brightness[20:60] > 100).any()


def test_numbers_that_are_not_finite_are_drawn_as_zero():
    broken = np.full((1, 1, 1, 20), np.nan, np.float32)
    assert (np.asarray(ONE.draw(broken)[0]) == np.asarray(ONE.draw(np.zeros_like(broken))[0])).all()


def test_a_difference_is_bright_only_where_the_curves_differ():
    a = np.full((1, 1, 100), 0.5, np.float32)
    b = a.copy()
    b[..., :50] = 0.9
    drawn = redraw(ONE.draw_difference(a, b), (100, 80))
    between = drawn[25:32].astype(int).sum(axis=2)
    assert between[:, 5:45].min() > 100
    assert between[:, 60:].max() == 0


def test_a_drawn_curve_is_read_at_its_height():
    pad = np.zeros((100, 100), np.uint8)
    for x in range(100):
        pad[99 - x, x] = 255  # rising
    x = ONE.read_drawing(pad, (1, 1, 50))
    assert x.shape == (1, 1, 50)
    assert (np.diff(x[0, 0]) >= 0).all()
    assert (x[0, 0, 0], x[0, 0, -1]) == (0, 1)
    # drawn again and read again it is the same curve
    again = ONE.read_drawing(ink(x, Curves(), (140, 140)), (1, 1, 50))
    assert np.abs(again - x).max() < 0.02


def test_an_empty_pad_is_refused():
    with pytest.raises(InputError, match="draw a curve"):
        ONE.read_drawing(np.zeros((20, 20), np.uint8), (1, 1, 50))


@pytest.mark.parametrize("shape", [(2, 1, 9), (1, 2, 9)])
def test_samples_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match="channels"):
        ONE.check(shape)


@pytest.mark.parametrize(
    "kind", [Curves((1.0,), (1.0,)), Curves((0.0,), (1.0,), ("a", "b")), Curves((0.0,), (1.0,), ("a" * 99,))]
)
def test_kinds_that_say_nothing_are_refused(kind):
    with pytest.raises(ValueError, match=r"rise|names|printable"):
        kind.check((1, 1, 9))
