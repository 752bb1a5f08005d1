"""Animated GIFs, as Pillow reads them back."""

import io

import numpy as np
import pytest
from PIL import Image, ImageSequence

from latent_explorer.ui.capture.gif_encoder import GifEncoder


def read(data: bytes) -> tuple[list[np.ndarray], list[int]]:
    """The pictures (H, W, 3) and how long each stays, in milliseconds."""
    gif = Image.open(io.BytesIO(data))
    frames = [(np.asarray(frame.convert("RGB")), frame.info["duration"]) for frame in ImageSequence.Iterator(gif)]
    return [frame for frame, _ in frames], [duration for _, duration in frames]


def window(x: int) -> np.ndarray:
    """A dark window with a flat panel, in which a bright square stands at `x`."""
    pixels = np.full((60, 80, 3), (21, 23, 28), np.uint8)
    pixels[10:50, 40:] = (30, 33, 41)
    pixels[20:30, x : x + 10] = (255, 111, 181)
    return pixels


def test_what_was_shown_comes_back_in_its_colours_and_times():
    reel = GifEncoder()
    for i, x in enumerate((5, 15, 60)):
        reel.add(window(x), 3.0 + 0.1 * i)
    frames, times = read(reel.encode(4.2))
    assert times == [100, 100, 1000]
    for frame, x in zip(frames, (5, 15, 60), strict=True):
        assert np.abs(frame.astype(int) - window(x)).max() <= 2  # a bin's mean


def test_times_do_not_drift():
    reel = GifEncoder()
    for i in range(30):
        reel.add(window(i), i / 15)
    _, times = read(reel.encode(2.0))
    assert sum(times) == 2000


def test_what_stays_the_same_is_no_new_picture_and_little_data():
    reel = GifEncoder()
    for i in range(50):
        reel.add(window(5), i / 15)
    assert len(reel) == 1
    before = len(reel.encode(5.0))
    for i in range(20):
        reel.add(window(5 + i % 2), 4 + i / 15)
    assert len(reel) == 20  # the first of them is the one that stands there
    assert len(reel.encode(9.0)) < before + 20 * 150


def test_many_colours_become_the_nearest_of_a_palette():
    draw = np.random.default_rng(0)
    y, x = np.mgrid[0:90, 0:120]
    shades = np.stack([x * 2, y * 2, (x + y)], axis=-1).astype(np.uint8)
    shades[:20] = (21, 23, 28)  # a flat surface, among them
    reel = GifEncoder()
    reel.add(shades, 0.0)
    reel.add(draw.permutation(shades, axis=1), 0.1)
    frames, _ = read(reel.encode(1.0))
    apart = np.abs(frames[0].astype(int) - shades)
    assert apart[:20].max() <= 1
    assert apart.mean() < 4
    assert apart.max() < 40


def test_greys_stay_grey():
    ramp = np.repeat(np.tile(np.arange(256, dtype=np.uint8), (20, 1))[..., None], 3, axis=2)
    reel = GifEncoder()
    reel.add(ramp, 0.0)
    (frame,), _ = read(reel.encode(1.0))
    assert np.abs(frame.astype(int) - ramp).max() <= 4
    assert (frame.max(axis=2) - frame.min(axis=2)).max() <= 1


def test_a_picture_of_another_size_and_no_picture_are_refused():
    reel = GifEncoder()
    with pytest.raises(ValueError, match="no picture"):
        reel.encode(1.0)
    reel.add(window(5), 0.0)
    with pytest.raises(ValueError, match=r"\(30, 80, 3\) arrived"):
        reel.add(window(5)[:30], 0.1)
