"""The copy of one's own images in the user's cache: a damaged one is none."""

from dataclasses import replace

import pytest
import torch

from latent_explorer.data import loaded_images
from latent_explorer.data.loaded_images import LoadedImages, load_cached, save_to_cache

IMAGES = torch.zeros((3, 1, 2, 2), dtype=torch.uint8)
SOUND = LoadedImages(
    IMAGES, torch.tensor([0, 1, -1]), ("a", "b"), "digest", names=("x.png", "y.png", "z.png"), held_out=1
)


@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize(
    "damage",
    [
        {"images": IMAGES[0]}, {"images": IMAGES.long()}, {"labels": torch.tensor([0, 1])},
        {"labels": torch.tensor([0, 1, 2])}, {"labels": torch.zeros(3)}, {"names": ("x.png",)}, {"held_out": 4},
        {"class_names": ("a", 7)},
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_not_there(damage):
    save_to_cache(SOUND)
    assert load_cached("digest").names == SOUND.names
    save_to_cache(replace(SOUND, **damage))
    assert load_cached("digest") is None


def test_a_digest_that_is_no_name_is_not_looked_for(monkeypatch):
    monkeypatch.setattr(loaded_images, "make_path", lambda digest: pytest.fail("it was looked for"))
    assert load_cached("../secret") is None
