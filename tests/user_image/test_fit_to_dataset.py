"""Whatever a drawing's size, place and colours, it stands in the frame as the data set's pictures do."""

import numpy as np
import pytest
from PIL import Image

from latent_explorer.errors import InputError
from latent_explorer.user_image import DatasetFraming, OwnImage, fit_image, framing_stats
from tests.stage import strokes_of

MNIST, DIGITS = framing_stats.PUBLISHED["mnist"], framing_stats.PUBLISHED["digits"]
SHAPE = (1, 28, 28)


def hook(side: int = 20) -> np.ndarray:
    """A light 7 on black, (side, side), that fills it from top to bottom."""
    image = strokes_of([(0.25, 0.05), (0.75, 0.05), (0.45, 0.95)]).to_image()
    assert image is not None
    ink = image.picture[np.ix_(image.picture.max(axis=1) > 0, image.picture.max(axis=0) > 0)]
    return np.asarray(Image.fromarray(ink).resize((side, side), Image.Resampling.BOX))


def middle(picture: np.ndarray) -> tuple[float, float]:
    """Centre of mass (x, y) of (H, W)."""
    total = picture.sum()
    return (
        float(picture.sum(axis=0) @ np.arange(picture.shape[1]) / total),
        float(picture.sum(axis=1) @ np.arange(picture.shape[0]) / total),
    )


def placed(ink: np.ndarray, side: int, corner: tuple[int, int], ground: int = 0) -> OwnImage:
    """`ink` somewhere on an even ground; dark ink on a light one."""
    picture = np.zeros((side, side), np.uint8)
    picture[corner[1] : corner[1] + ink.shape[0], corner[0] : corner[0] + ink.shape[1]] = ink
    return OwnImage.of(np.abs(ground - picture.astype(int)).astype(np.uint8), name="a scan")


def test_it_stands_as_mnist_was_made() -> None:
    """20 pixels tall, the centre of mass in the middle."""
    picture = fit_image(placed(hook(90), 250, (150, 10)), SHAPE, framing=MNIST)
    assert picture.shape == SHAPE
    assert picture.dtype == np.float32
    rows, columns = np.flatnonzero(picture[0].any(axis=1)), np.flatnonzero(picture[0].any(axis=0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    assert middle(picture[0]) == (pytest.approx(14, abs=0.51), pytest.approx(14, abs=0.51))
    assert picture.min() == 0
    assert picture.max() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("like", [MNIST, DIGITS])
def test_place_size_and_colours_make_no_difference(like: DatasetFraming) -> None:
    shape = (1, 8, 8) if like is DIGITS else SHAPE
    expected = fit_image(placed(hook(60), 70, (5, 5)), shape, framing=like)
    for other in (
        placed(hook(60), 200, (130, 20)),
        placed(hook(120), 250, (60, 60)),
        placed(hook(60), 200, (20, 130), ground=255),
        placed((hook(60) * 0.5).astype(np.uint8), 200, (20, 130), ground=200),
    ):
        assert np.abs(fit_image(other, shape, framing=like) - expected).mean() < 0.01


def test_paper_in_uneven_light_with_noise_becomes_black() -> None:
    draw = np.random.default_rng(0)
    light = 150 + 60 * np.linspace(0, 1, 200)[None, :] + draw.normal(0, 3, (200, 200))
    photo = light - 0.6 * placed(hook(90), 200, (60, 50)).picture
    photo[10, 10] = 0  # a speck of dust
    picture = fit_image(OwnImage.of(np.clip(photo, 0, 255).astype(np.uint8)), SHAPE, framing=MNIST)
    clean = fit_image(placed(hook(90), 200, (60, 50)), SHAPE, framing=MNIST)
    assert np.abs(picture - clean).mean() < 0.03
    assert picture[0, :, :2].max() == 0


def test_a_drawing_fills_the_frame_of_the_digits_upright() -> None:
    leaning = strokes_of([(0.3, 0.9), (0.7, 0.1)]).to_image()
    assert leaning is not None
    picture = fit_image(leaning, (1, 8, 8), framing=DIGITS)[0]
    assert picture.mean() == pytest.approx(0.305, abs=0.02)  # as much ink as theirs
    assert picture[0].max() > 0.5
    assert picture[-1].max() > 0.5
    columns = picture @ np.arange(8) / picture.sum(axis=1)
    assert np.ptp(columns[1:-1]) < 0.2  # it no longer leans; its ends are round


def test_on_a_light_ground_ink_is_dark() -> None:
    dark_on_light = DatasetFraming(1.0, (0.8, 0.8))
    picture = fit_image(placed(hook(60), 200, (20, 130)), SHAPE, framing=dark_on_light)
    assert picture[0, 0, 0] == 1
    assert picture.min() < 0.1


def test_a_photograph_is_cut_at_its_middle() -> None:
    values = np.zeros((40, 80, 3), np.uint8)
    values[:, 20:60] = (255, 128, 0)
    picture = fit_image(OwnImage.of(values), (3, 16, 16), framing=framing_stats.PHOTOGRAPH)
    assert picture[:, 8, 8] == pytest.approx([1, 128 / 255, 0], abs=0.02)
    assert picture.shape == (3, 16, 16)
    grey = fit_image(OwnImage.of(values), (1, 16, 16), framing=framing_stats.PHOTOGRAPH)
    assert grey[0, 8, 8] == pytest.approx(0.299 + 0.587 * 128 / 255, abs=0.02)


@pytest.mark.parametrize("shape", [(1, 16, 48), (3, 48, 16)])
def test_a_drawing_is_not_cut_to_a_frame_that_is_not_square(shape: tuple[int, int, int]) -> None:
    values = np.zeros((80, 80), np.uint8)
    values[:, :5] = values[:, -5:] = values[:5] = values[-5:] = 255  # along all edges of the pad
    picture = fit_image(OwnImage.of(values, drawn=True), shape, framing=framing_stats.PHOTOGRAPH)[0]
    middle = picture[:, 16:32] if shape[2] == 48 else picture[16:32]
    assert min(middle[0].max(), middle[-1].max(), middle[:, 0].max(), middle[:, -1].max()) > 0.9
    assert middle.sum() == pytest.approx(picture.sum(), rel=0.01)


def test_grey_serves_a_model_of_colours() -> None:
    for like in (MNIST, framing_stats.PHOTOGRAPH):
        picture = fit_image(placed(hook(60), 70, (5, 5)), (3, 28, 28), framing=like)
        assert picture.shape == (3, 28, 28)
        assert (picture[0] == picture[2]).all()


@pytest.mark.parametrize("value", [0, 128, 255])
@pytest.mark.parametrize("side", [1, 100])
def test_an_even_surface_is_one_clear_line(value: int, side: int) -> None:
    with pytest.raises(InputError, match=r"^blank\.png: one even surface arrived"):
        fit_image(OwnImage.of(np.full((side, side), value, np.uint8), name="blank.png"), SHAPE, framing=MNIST)


def test_an_empty_drawing_is_one_clear_line() -> None:
    with pytest.raises(InputError, match="an empty drawing arrived; draw something"):
        fit_image(OwnImage.of(np.zeros((9, 9), np.uint8), drawn=True), SHAPE, framing=MNIST)


@pytest.mark.parametrize("seed", range(20))
def test_any_picture_fits_any_frame(seed: int) -> None:
    draw = np.random.default_rng(seed)
    height, width = draw.integers(1, 60, 2)
    colours = (3,) if seed % 2 else ()
    image = OwnImage.of(draw.integers(0, 256, (height, width, *colours), dtype=np.uint8))
    for like in (MNIST, DIGITS, framing_stats.PHOTOGRAPH, DatasetFraming(1.0)):
        try:
            picture = fit_image(image, (1, 28, 28), framing=like)
        except InputError:
            assert height * width < 4
            continue
        assert picture.shape == SHAPE
        assert np.isfinite(picture).all()
        assert 0 <= picture.min() <= picture.max() <= 1
