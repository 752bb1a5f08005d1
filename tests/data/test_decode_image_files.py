"""Encoded pictures of any size and mode become one tensor."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latent_explorer.data import decode_image_files
from latent_explorer.errors import InputError


def encode(value: int, size: tuple[int, int] = (6, 4)) -> bytes:
    file = io.BytesIO()
    Image.new("L", size, value).save(file, "PNG")
    return file.getvalue()


def solid(path: Path, colour, size=(20, 10), mode="RGB", **options) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path, **options)
    return path


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("L", 200, (200, 200, 200)),
        ("1", 1, (255, 255, 255)),
        ("P", 0, None),
        ("RGBA", (10, 20, 30, 255), (10, 20, 30)),
        ("RGBA", (10, 20, 30, 0), (255, 255, 255)),
        ("LA", (40, 0), (255, 255, 255)),
        ("I;16", 32768, (127, 127, 127)),
        ("I;16", 255, (255, 255, 255)),  # bytes in a wider type
        ("CMYK", (0, 255, 255, 0), (255, 0, 0)),
    ],
)
def test_every_mode_becomes_grey_or_colour(tmp_path, mode, colour, expected):
    solid(tmp_path / f"a.{'tif' if mode == 'CMYK' else 'png'}", colour, mode=mode)
    (path,) = tmp_path.iterdir()
    found = decode_image_files.read_picture(path, 8, 3)[:, 4, 4].astype(int)
    if expected is not None:
        assert np.abs(found - expected).max() <= 1
    assert decode_image_files.read_picture(path, 8, 1).shape == (1, 8, 8)


def test_exif_turns_a_picture_and_its_middle_is_kept(tmp_path):
    picture = Image.new("RGB", (40, 20), "black")
    picture.paste("white", (0, 0, 20, 20))  # the left half; turned by a quarter it is on top
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(tmp_path / "turned.png", exif=exif)
    found = decode_image_files.read_picture(tmp_path / "turned.png", 10, 1)[0]
    assert found[1].min() > 200
    assert found[8].max() < 50


def test_when_none_of_the_first_files_can_be_read_the_others_are_not_tried(monkeypatch):
    monkeypatch.setattr(decode_image_files, "HOPELESS", 20)
    tried = []

    def give():
        for k in range(500):
            tried.append(k)
            yield k, f"{k}.png", b"no picture"

    with pytest.raises(InputError, match="20 of 500"):
        decode_image_files.decode(give(), 500, 8, 1)
    assert len(tried) < 500


def test_pictures_stand_in_their_own_places_whatever_the_order_they_come_in():
    given = [(k, f"{k}.png", encode(10 * k) if k != 3 else b"no picture") for k in (4, 0, 3, 2, 1)]
    found = decode_image_files.decode(given, 5, None, None)
    assert found.good.tolist() == [True, True, True, False, True]
    assert found.images[:, 0, 0, 0].tolist() == [0, 10, 20, 40]
    assert found.images.shape == (4, 1, 4, 6)  # as they came, since no size was asked for
    assert [line.split(":")[0] for line in found.left_out] == ["3.png"]


def test_pictures_of_several_sizes_need_one(tmp_path):
    given = [(0, "a.png", encode(0)), (1, "b.png", encode(0, (5, 4)))]
    with pytest.raises(InputError, match=r"^data\.size: .*4x6 .*4x5"):
        decode_image_files.decode(given, 2, None, None)
    assert decode_image_files.decode(given, 2, 4, 1).images.shape == (2, 1, 4, 4)


def test_what_is_no_plain_file_is_not_opened(tmp_path):
    assert isinstance(decode_image_files.read_picture(tmp_path, 8, 1), str)
    assert isinstance(decode_image_files.read_picture(Path("/dev/zero"), 8, 1), str)
    assert decode_image_files.read_picture("there was none", 8, 1) == "there was none"
