"""Only allowed formats are opened, told by their content, and what is too large is refused before it is decoded."""

import io
import os
import struct
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image, ImageFile

from latent_explorer import image_file
from latent_explorer.data import decode_image_files, image_folder
from latent_explorer.errors import InputError
from latent_explorer.user_image import read_image

EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n"
NOISE = np.random.default_rng(0).integers(0, 255, (40, 40, 3), dtype=np.uint8)


def encoded(kind: str, picture: Image.Image | None = None, **options) -> bytes:
    buffer = io.BytesIO()
    (picture or Image.fromarray(NOISE)).save(buffer, kind, **options)
    return buffer.getvalue()


def refusal(path: Path) -> str:
    """What both readers, the folder's and the window's, say about a file."""
    said = decode_image_files.read_picture(path, 16, 3)
    with pytest.raises(InputError) as caught:
        read_image.read(path)
    assert isinstance(said, str)
    assert str(caught.value).endswith(said)
    assert len(str(caught.value).splitlines()) == 1
    return said


def test_no_program_is_started_for_an_image(tmp_path, monkeypatch):
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *_: pytest.fail("Ghostscript was started"))
    (tmp_path / "it.png").write_bytes(EPS)
    assert "no image that can be read" in refusal(tmp_path / "it.png")


@pytest.mark.parametrize("kind", ["DDS", "PCX", "ICO", "ICNS"])
def test_other_formats_are_refused_by_their_content(tmp_path, kind):
    (tmp_path / "it.png").write_bytes(encoded(kind))
    assert "no image that can be read" in refusal(tmp_path / "it.png")


@pytest.mark.parametrize(
    "error", [RuntimeError("odd"), struct.error("short"), IndexError("3"), KeyError("x"), EOFError()]
)
def test_a_decoder_may_fail_in_any_way(tmp_path, monkeypatch, error):
    def load(self):
        raise error

    (tmp_path / "it.png").write_bytes(encoded("PNG"))
    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    assert "the file is damaged" in refusal(tmp_path / "it.png")


@pytest.mark.parametrize("kind", ["AVIF", "WEBP", "JPEG2000", "TIFF", "GIF", "TGA", "BMP", "JPEG", "PPM"])
def test_damaged_files_are_left_out(tmp_path, kind):
    if kind not in Image.registered_extensions().values():
        pytest.skip(f"this Pillow writes no {kind}")
    whole, draw = encoded(kind), np.random.default_rng(1)
    for _ in range(30):
        damaged = bytearray(whole[: draw.integers(8, len(whole))])
        for place in draw.integers(4, len(damaged), 12):
            damaged[place] = draw.integers(256)
        (tmp_path / "it.png").write_bytes(damaged)
        found = decode_image_files.read_picture(tmp_path / "it.png", 16, 3)
        assert isinstance(found, str) or found.shape == (3, 16, 16)


@pytest.mark.parametrize("kind", sorted(image_file.MAX_MEGAPIXELS.keys() - {"MPO"}))
def test_each_format_has_its_limit_before_anything_is_decoded(tmp_path, monkeypatch, kind):
    (tmp_path / "it").write_bytes(encoded(kind))
    assert not isinstance(decode_image_files.read_picture(tmp_path / "it", 16, 3), str)
    monkeypatch.setattr(image_file, "MAX_MEGAPIXELS", {kind: 1e-3})
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: pytest.fail("it was decoded"))
    assert "40 x 40 pixels arrived; at most 0.001 million are allowed" in refusal(tmp_path / "it")


def test_floats_have_a_limit_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(image_file, "MAX_MEGAPIXELS_OF_NUMBERS", 1e-3)
    (tmp_path / "it.tif").write_bytes(encoded("TIFF", Image.fromarray(NOISE[..., 0].astype(np.float32))))
    assert "at most 0.001 million" in refusal(tmp_path / "it.tif")


def test_a_jpeg_in_scans_has_fewer_pixels(tmp_path, monkeypatch):
    monkeypatch.setattr(image_file, "MAX_MEGAPIXELS_IN_SCANS", 1e-2)
    (tmp_path / "plain.jpg").write_bytes(encoded("JPEG"))
    assert not isinstance(decode_image_files.read_picture(tmp_path / "plain.jpg", 16, 3), str)
    (tmp_path / "it.jpg").write_bytes(encoded("JPEG", progressive=True))
    assert "at most 0.001 million" in refusal(tmp_path / "it.jpg")


def test_many_bytes_are_refused(tmp_path):
    with open(tmp_path / "it.png", "wb") as file:
        file.write(encoded("PNG"))
        file.truncate((image_file.MAX_MEGABYTES << 20) + 1)
    assert "at most 256 are allowed" in refusal(tmp_path / "it.png")


@pytest.mark.slow
def test_pages_are_not_counted(tmp_path):
    page = Image.new("1", (1, 1))
    page.save(tmp_path / "it.tif", save_all=True, append_images=[page] * 3000)
    begun = time.perf_counter()
    assert read_image.read(tmp_path / "it.tif").name == "it.tif, the first of several pictures"
    assert time.perf_counter() - begun < 0.5


def test_what_is_no_plain_file_is_named_and_left_out(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "nowhere.png").symlink_to(tmp_path / "missing")
    (tmp_path / "it.png").write_bytes(encoded("PNG"))
    found = image_folder.load(tmp_path, 16, 3)
    assert len(found.images) == 1
    assert [Path(line.split(": ")[0]).name for line in found.skipped] == ["nowhere.png", "pipe.png"]
