"""The images and labels of one part of a data set."""

import pytest
import torch

from latent_explorer.data.split import Split

IMAGES = torch.arange(5 * 2 * 3 * 4).reshape(5, 2, 3, 4)
SPLIT = Split(IMAGES, torch.arange(5) * 10)


@pytest.mark.parametrize(
    ("chosen", "rows"),
    [
        (torch.tensor([True, False, False, True, False]), [0, 3]),
        (torch.tensor([4, 1, 1]), [4, 1, 1]),
        (slice(3, None), [3, 4]),
    ],
)
def test_images_keep_their_labels_however_they_are_chosen(chosen, rows):
    some = SPLIT.select(chosen)
    assert torch.equal(some.images, IMAGES[rows])
    assert some.labels.tolist() == [10 * row for row in rows]
    assert (len(some), some.image_shape) == (len(rows), (2, 3, 4))


def test_two_parts_follow_each_other():
    both = SPLIT.select(slice(0, 2)) + SPLIT.select(slice(4, 5))
    assert both.labels.tolist() == [0, 10, 40]
    assert torch.equal(both.get_image(2), IMAGES[4])
    assert torch.equal(both.get_images(torch.tensor([2, 0])), IMAGES[[4, 0]])
