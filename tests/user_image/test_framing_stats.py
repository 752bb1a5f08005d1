"""How pictures stand in their frame is found out by looking at them."""

import numpy as np

from latent_explorer.user_image import framing_stats


def blobs(ground: float, extent: int, side: int = 20) -> np.ndarray:
    """(30, 1, side, side): squares of `extent` pixels in the middle."""
    pictures = np.full((30, 1, side, side), ground, np.float32)
    low = (side - extent) // 2
    pictures[:, :, low : low + extent, low : low + extent] = 1 - ground
    return pictures


def test_a_published_box_is_a_share_of_the_frame() -> None:
    assert framing_stats.PUBLISHED["mnist"].centre_by_mass
    assert framing_stats.PUBLISHED["mnist"].box == (20 / 28, 20 / 28)


def test_light_on_dark_and_dark_on_light_are_told_apart() -> None:
    for ground in (0.0, 1.0):
        found = framing_stats.measure_framing(blobs(ground, 10))
        assert found.background == ground
        assert found.box == (0.5, 0.5)


def test_pictures_that_fill_their_frame_are_photographs() -> None:
    noise = np.random.default_rng(0).random((30, 3, 20, 20)).astype(np.float32)
    assert framing_stats.measure_framing(noise) == framing_stats.PHOTOGRAPH
    assert framing_stats.measure_framing(np.full((30, 1, 20, 20), 0.5)) == framing_stats.PHOTOGRAPH


def test_empty_pictures_make_a_frame_that_can_be_used() -> None:
    found = framing_stats.measure_framing(np.zeros((30, 1, 20, 20)))
    assert found.background == 0
    assert min(found.box) > 0
