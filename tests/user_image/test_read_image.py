"""Pictures of every kind become small ones; what is none becomes one clear line."""

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from latent_explorer import image_file
from latent_explorer.errors import InputError
from latent_explorer.user_image import MAX_SIDE, OwnImage, read_image


def bright_corner(width: int = 40, height: int = 20) -> np.ndarray:
    """Grey 40, but the upper left quarter 200."""
    values = np.full((height, width), 40, np.uint8)
    values[: height // 2, : width // 2] = 200
    return values


def saved(path: Path, image: Image.Image, **options: Any) -> OwnImage:
    image.save(path, **options)
    return read_image.read(path)


def corner(image: OwnImage) -> tuple[float, float]:
    """Grey values well inside the upper left quarter and the lower right one."""
    grey = image.picture.astype(float)
    grey = grey if grey.ndim == 2 else grey.mean(axis=2)
    height, width = grey.shape
    return float(grey[height // 8 : height // 3, width // 8 : width // 3].mean()), float(
        grey[2 * height // 3 :, 2 * width // 3 :].mean()
    )


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "bmp", "gif", "tiff"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_it_reads_the_usual_formats(tmp_path: Path, suffix: str, mode: str) -> None:
    image = saved(tmp_path / f"one.{suffix}", Image.fromarray(bright_corner()).convert(mode))
    bright, dark = corner(image)
    assert image.size == (40, 20)
    assert (bright, dark) == (pytest.approx(200, abs=8), pytest.approx(40, abs=8))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
def test_it_reads_every_mode(tmp_path: Path, mode: str) -> None:
    grey = bright_corner()
    if mode == "I;16":
        image = Image.fromarray(grey.astype(np.uint16) * 100)
    elif mode in ("I", "F"):
        image = Image.fromarray(grey.astype(np.int32 if mode == "I" else np.float32) * 70_000)
    else:
        image = Image.fromarray(grey).convert(mode)
    bright, dark = corner(saved(tmp_path / "one.tiff", image))
    assert bright > dark + 100


def test_16_bit_values_run_from_the_least_to_the_greatest(tmp_path: Path) -> None:
    faint = (bright_corner().astype(np.uint16) + 1000).astype(np.uint16)
    image = saved(tmp_path / "scan.png", Image.fromarray(faint))
    assert corner(image) == (255, 0)


def test_values_that_are_no_numbers_do_no_harm(tmp_path: Path) -> None:
    values = bright_corner().astype(np.float32)
    values[0, 0], values[0, 1] = np.nan, np.inf
    assert corner(saved(tmp_path / "odd.tiff", Image.fromarray(values))) == (255, 0)


def test_it_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: the upper left corner belongs to the upper right
    image = saved(tmp_path / "turned.jpg", Image.fromarray(bright_corner()), exif=exif)
    assert image.size == (20, 40)
    assert image.picture[:15, 12:].mean() > 150 > image.picture[:15, :8].mean()


@pytest.mark.parametrize(("ink", "ground"), [(0, 255), (255, 0)])
def test_what_is_transparent_lets_the_picture_stand_out(tmp_path: Path, ink: int, ground: int) -> None:
    values = np.zeros((20, 20, 4), np.uint8)
    values[5:15, 5:15] = (ink, ink, ink, 255)
    image = saved(tmp_path / "stamp.png", Image.fromarray(values))
    assert image.picture[10, 10] == ink
    assert image.picture[0, 0] == ground


def test_a_transparent_palette_counts_too(tmp_path: Path) -> None:
    image = Image.new("P", (10, 10), 0)
    image.putpalette([0, 0, 0, 10, 10, 10])
    image.paste(1, (3, 3, 6, 6))
    assert saved(tmp_path / "palette.png", image, transparency=0).picture[0, 0] == 255


def test_of_an_animation_it_takes_the_first_picture_and_says_so(tmp_path: Path) -> None:
    frames = [Image.new("L", (8, 8), value) for value in (200, 100, 0)]
    image = saved(tmp_path / "film.gif", frames[0], save_all=True, append_images=frames[1:])
    assert image.picture.mean() == pytest.approx(200, abs=3)
    assert image.name.startswith("film.gif, ")
    assert "the first of several" in image.name


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (2000, 1000), (300, 300)])
@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_it_is_small_afterwards_and_keeps_its_proportions(tmp_path: Path, size: tuple[int, int], suffix: str) -> None:
    image = saved(tmp_path / f"large.{suffix}", Image.new("RGB", size, (10, 200, 30)))
    assert max(image.size) == min(MAX_SIDE, max(size))
    assert image.size[0] / image.size[1] == pytest.approx(size[0] / size[1], rel=0.02) or min(image.size) == 1


def test_grey_in_colour_is_grey(tmp_path: Path) -> None:
    assert saved(tmp_path / "grey.png", Image.fromarray(bright_corner()).convert("RGB")).channels == 1
    assert saved(tmp_path / "red.png", Image.new("RGB", (4, 4), "red")).channels == 3


def test_too_many_pixels_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(image_file, "MAX_MEGAPIXELS", {"PNG": 1e-4})
    with pytest.raises(InputError, match=r"^wide\.png: 40 x 20 pixels arrived; at most"):
        saved(tmp_path / "wide.png", Image.fromarray(bright_corner()))


def test_a_photo_of_many_pixels_brings_no_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500)  # Pillow warns from there on, and raises from twice as many
    Image.fromarray(bright_corner()).save(tmp_path / "photo.png")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_image.read(tmp_path / "photo.png").size == (40, 20)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 300)
    with pytest.raises(InputError, match=r"^photo\.png: more pixels arrived; at most"):
        read_image.read(tmp_path / "photo.png")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no such file"),
        (b"", "an empty file arrived"),
        (b"Dear all,\n", "no image that can be read"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "no image that can be read"),
    ],
)
def test_what_is_no_image_is_one_clear_line(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "odd\nname.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=rf"^odd\?name\.png: .*{said}") as caught:
        read_image.read(path)
    assert "\n" not in str(caught.value)


def test_a_folder_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a folder arrived; one image file is allowed"):
        read_image.read(tmp_path)


@pytest.mark.parametrize("suffix", ["png", "jpeg", "webp", "gif", "bmp", "tiff"])
def test_a_damaged_file_is_one_clear_line(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / "broken"
    buffer = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (60, 60, 3), dtype=np.uint8)
    Image.fromarray(noise).save(buffer, suffix)
    whole, draw = buffer.getvalue(), np.random.default_rng(1)
    for _ in range(60):
        damaged = bytearray(whole[: draw.integers(8, len(whole))])
        for place in draw.integers(4, len(damaged), 12):
            damaged[place] = draw.integers(256)
        path.write_bytes(damaged)
        said = ""
        try:
            assert max(read_image.read(path).size) <= MAX_SIDE
        except InputError as error:
            said = str(error)
        assert "\n" not in said
        assert said.startswith("broken: ") or not said
