"""Pen and eraser make a picture, and undo takes the last stroke back."""

import numpy as np

from latent_explorer.user_image import strokes
from latent_explorer.user_image.strokes import Strokes


def line(*spots: tuple[float, float], erases: bool = False, after: Strokes | None = None) -> Strokes:
    drawn = (after or Strokes()).begun(spots[0], erases=erases)
    for spot in spots[1:]:
        drawn = drawn.drawn_to(spot)
    return drawn


def test_a_line_is_where_it_was_drawn() -> None:
    image = line((0.5, 0.1), (0.5, 0.9)).image()
    assert image is not None
    assert image.drawn
    height, width = image.picture.shape
    assert image.picture[height // 2, width // 2] == 255
    assert image.picture[:, : width // 4].max() == 0
    assert 0 < (image.picture[height // 2] > 0).mean() < 0.15


def test_a_press_without_a_movement_is_a_dot() -> None:
    image = line((0.3, 0.3)).image()
    assert image is not None
    assert image.picture.max() == 255


def test_the_eraser_takes_away_and_may_leave_nothing() -> None:
    drawn = line((0.5, 0.1), (0.5, 0.9))
    less = line((0.2, 0.5), (0.8, 0.5), erases=True, after=drawn).image()
    assert less is not None
    assert less.picture[less.size[1] // 2].max() == 0
    assert line((0.5, 0.0), (0.5, 1.0), erases=True, after=drawn).image() is None
    assert line((0.5, 0.5), erases=True).image() is None
    assert Strokes().image() is None


def test_undo_takes_one_stroke_back() -> None:
    one = line((0.2, 0.2), (0.2, 0.8))
    two = line((0.8, 0.2), (0.8, 0.8), after=one)
    assert two.undone() == one
    assert one.undone() == Strokes()
    assert Strokes().undone() == Strokes()


def test_a_small_drawing_has_a_finer_pen() -> None:
    assert line((0.1, 0.1), (0.9, 0.9)).pen == strokes.PEN
    assert strokes.THINNEST <= line((0.5, 0.5), (0.6, 0.6)).pen < 0.2 * strokes.PEN / 0.1 * 1.1
    assert line((0.5, 0.5)).pen == strokes.THINNEST


def test_what_lies_beyond_the_pad_stays_on_its_edge() -> None:
    drawn = line((0.5, 0.5), (7.0, -3.0))
    assert drawn.strokes[0].spots[-1] == (1.0, 0.0)


def test_a_hand_that_trembles_adds_nothing() -> None:
    drawn = line((0.5, 0.5), (0.8, 0.5))
    assert drawn.drawn_to((0.8001, 0.5)) is drawn


def test_there_is_an_end_to_it(monkeypatch: object) -> None:
    drawn = Strokes((strokes.Stroke(tuple((i % 2, 0.5) for i in range(strokes.MOST_SPOTS))),))
    assert drawn.drawn_to((0.5, 0.5)) is drawn
    assert drawn.begun((0.5, 0.5)) is drawn


def test_lines_of_a_script_are_strokes() -> None:
    drawn = strokes.of([[[0.1, 0.2], [0.3, 0.4]], [], [[0.5, 0.5]]])
    assert [stroke.spots for stroke in drawn.strokes] == [((0.1, 0.2), (0.3, 0.4)), ((0.5, 0.5),)]
    assert np.array_equal(drawn.image().picture, strokes.of([[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.5]]]).image().picture)
