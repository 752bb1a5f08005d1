"""Pen and eraser make a picture, and undo takes the last stroke back."""

from latent_explorer.user_image import strokes
from latent_explorer.user_image.strokes import Strokes


def line(*spots: tuple[float, float], erases: bool = False, after: Strokes | None = None) -> Strokes:
    drawn = (after or Strokes()).begin_stroke(spots[0], erases=erases)
    for spot in spots[1:]:
        drawn = drawn.extend_stroke(spot)
    return drawn


def test_a_line_is_where_it_was_drawn() -> None:
    image = line((0.5, 0.1), (0.5, 0.9)).to_image()
    assert image is not None
    assert image.drawn
    height, width = image.picture.shape
    assert image.picture[height // 2, width // 2] == 255
    assert image.picture[:, : width // 4].max() == 0
    assert 0 < (image.picture[height // 2] > 0).mean() < 0.15


def test_a_press_without_a_movement_is_a_dot() -> None:
    image = line((0.3, 0.3)).to_image()
    assert image is not None
    assert image.picture.max() == 255


def test_the_eraser_takes_away_and_may_leave_nothing() -> None:
    drawn = line((0.5, 0.1), (0.5, 0.9))
    less = line((0.2, 0.5), (0.8, 0.5), erases=True, after=drawn).to_image()
    assert less is not None
    assert less.picture[less.size[1] // 2].max() == 0
    assert line((0.5, 0.0), (0.5, 1.0), erases=True, after=drawn).to_image() is None
    assert line((0.5, 0.5), erases=True).to_image() is None
    assert Strokes().to_image() is None


def test_undo_takes_one_stroke_back() -> None:
    one = line((0.2, 0.2), (0.2, 0.8))
    two = line((0.8, 0.2), (0.8, 0.8), after=one)
    assert two.remove_last_stroke() == one
    assert one.remove_last_stroke() == Strokes()
    assert Strokes().remove_last_stroke() == Strokes()


def test_a_small_drawing_has_a_finer_pen() -> None:
    assert line((0.1, 0.1), (0.9, 0.9)).pen_width == strokes.PEN_WIDTH
    assert strokes.MIN_PEN_WIDTH <= line((0.5, 0.5), (0.6, 0.6)).pen_width < 0.2 * strokes.PEN_WIDTH / 0.1 * 1.1
    assert line((0.5, 0.5)).pen_width == strokes.MIN_PEN_WIDTH


def test_what_lies_beyond_the_pad_stays_on_its_edge() -> None:
    drawn = line((0.5, 0.5), (7.0, -3.0))
    assert drawn.strokes[0].spots[-1] == (1.0, 0.0)


def test_a_hand_that_trembles_adds_nothing() -> None:
    drawn = line((0.5, 0.5), (0.8, 0.5))
    assert drawn.extend_stroke((0.8001, 0.5)) is drawn


def test_there_is_an_end_to_it(monkeypatch: object) -> None:
    drawn = Strokes((strokes.Stroke(tuple((i % 2, 0.5) for i in range(strokes.MAX_POINTS))),))
    assert drawn.extend_stroke((0.5, 0.5)) is drawn
    assert drawn.begin_stroke((0.5, 0.5)) is drawn


def test_a_fine_pen_is_chosen_by_the_first_stroke_and_stays():
    fine = Strokes().begin_stroke((0.1, 0.5), is_fine=True).extend_stroke((0.9, 0.5))
    wide = Strokes().begin_stroke((0.1, 0.5)).extend_stroke((0.9, 0.5))
    assert fine.begin_stroke((0.2, 0.2)).is_fine
    assert fine.begin_stroke((0.2, 0.2)).remove_last_stroke().is_fine
    inks = [one.to_image().picture.astype(float).sum() for one in (fine, wide)]
    assert inks[0] < inks[1] / 3
