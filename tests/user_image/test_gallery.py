"""A gallery holds each picture once, at most so many, and small."""

import numpy as np

from latent_explorer.user_image import OwnImage, gallery
from latent_explorer.user_image.gallery import MAX_PICTURES, MAX_SIDE, Gallery, GalleryPicture


def make_pictures(count: int) -> list[GalleryPicture]:
    return [GalleryPicture(OwnImage(k.to_bytes(2, "big"), (2, 1), 1), str(k % 10)) for k in range(count)]


def test_a_picture_is_held_once_and_the_gallery_is_full_at_last() -> None:
    some = make_pictures(3)
    assert Gallery().add(some).add(some[1:]).pictures == tuple(some)
    full = Gallery().add(make_pictures(MAX_PICTURES + 5))
    assert len(full.pictures) == MAX_PICTURES
    assert full.is_full
    assert not Gallery().add(some).is_full


def test_pictures_are_removed_and_labelled_by_their_number() -> None:
    some = Gallery(tuple(make_pictures(3)))
    assert some.remove(1).pictures == (some.pictures[0], some.pictures[2])
    assert [one.label for one in some.relabel(2, "9").pictures] == ["0", "1", "9"]


def test_one_even_surface_shows_nothing_whatever_its_colour() -> None:
    grey = np.full((4, 4, 3), (200, 10, 90), np.uint8)
    assert not gallery.shows_something(OwnImage.of(grey))
    grey[0, 0] = (200, 60, 90)
    assert gallery.shows_something(OwnImage.of(grey))


def test_a_large_picture_is_kept_small_in_its_proportions() -> None:
    large = OwnImage.of(np.arange(192 * 96, dtype=np.uint8).reshape(96, 192), drawn=True, name="mine")
    small = gallery.shrink(large)
    assert (small.size, small.drawn, small.name) == ((MAX_SIDE, MAX_SIDE // 2), True, "mine")
    assert gallery.shrink(small) is small
