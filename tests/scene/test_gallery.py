"""The gallery's layout shows every picture on some page, and its figures count what is known."""

import pytest

from latent_explorer.engine.queries.gallery import PlacedPicture
from latent_explorer.scene import gallery
from latent_explorer.scene.gallery import Agreement, GalleryNeeds
from latent_explorer.scene.rect import Rect
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.gallery import GalleryPicture
from tests import stage

ROOM = Rect(1000, 400, 300, 300)


@pytest.mark.parametrize("count", [0, 3, 60, 200])
def test_every_picture_is_on_one_page_inside_the_room(count: int) -> None:
    first = gallery.make_layout(ROOM, 1.0, GalleryNeeds(count, 0, 3, 4))
    pages = [gallery.make_layout(ROOM, 1.0, GalleryNeeds(count, page, 3, 4)) for page in range(first.page_count)]
    assert [number for page in pages for number in page.cells] == list(range(count))
    assert (first.pages is None) == (first.page_count == 1)
    for picture, label in (cell for page in pages for cell in page.cells.values()):
        assert ROOM.x <= picture.x
        assert picture.right <= ROOM.right
        assert picture.bottom <= label.y < label.bottom <= first.verdict.y


def test_a_page_that_is_gone_is_the_last_one() -> None:
    assert gallery.make_layout(ROOM, 1.0, GalleryNeeds(3, 7, 3)).page == 0
    many = gallery.make_layout(ROOM, 1.0, GalleryNeeds(200, 999, 3))
    assert many.page == many.page_count - 1
    assert 199 in many.cells


def test_labels_are_compared_with_the_classes_of_the_nearest_samples() -> None:
    checkpoint = stage.make_world()["first"]
    names, labels = checkpoint.class_names, checkpoint.labels.tolist()
    images = [OwnImage(bytes([k]), (1, 1), 1) for k in range(5)]
    dots = {name: labels.index(k) for k, name in enumerate(names)}
    pictures = [
        GalleryPicture(images[0], names[0]), GalleryPicture(images[1], names[0]), GalleryPicture(images[2]),
        GalleryPicture(images[3], "no class"), GalleryPicture(images[4], names[1]),
    ]  # fmt: skip
    places = {image: PlacedPicture(nearest=(dots[names[0]],)) for image in (images[0], *images[2:4])}
    places |= {images[1]: PlacedPicture(nearest=(dots[names[1]],)), images[4]: PlacedPicture(refusal="nothing")}
    found = gallery.compare_labels(checkpoint, pictures, places)
    assert (found.right, found.labelled, found.foreign) == (1, 2, 1)
    assert found.chance == pytest.approx(labels.count(0) / len(labels))
    assert "1 of 2 (50%)" in found.text
    assert [Agreement(0, 0, 0.0, count).text.split()[:2] for count in (2, 1)] == [["2", "labels"], ["1", "label"]]
