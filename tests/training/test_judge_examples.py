"""Pictures like and unlike those of a data set, for the judge to learn from."""

import pytest
import torch

from latent_explorer.models.picture_judge import SIDES
from latent_explorer.training import judge_examples
from latent_explorer.training.judge_examples import ExampleMaker
from tests.training.test_judge_training import disks


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


@pytest.mark.parametrize("count", [5, 64])
@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 40, 56)])
@torch.no_grad()
def test_there_are_as_many_as_were_asked_for_and_all_are_pictures(shape, count):
    maker = ExampleMaker(disks(20, shape), copier_steps=4)
    for made in (maker.draw(count), maker.make_likely(count), maker.make_unlike(count)):
        assert made.shape == (count, shape[0], *([8, 8] if shape[1] == 8 else [32, 32]))
        assert float(made.min()) >= 0
        assert float(made.max()) <= 1
    assert maker.side == SIDES[shape[1] > 16]


def test_many_images_are_drawn_as_they_are_and_half_of_few_a_little_varied(monkeypatch):
    images = disks(40, (1, 16, 16))
    known = {tuple(one.flatten().tolist()) for one in images.float() / 255}

    def count_known() -> int:
        return sum(tuple(one.flatten().tolist()) in known for one in ExampleMaker(images, copier_steps=4).draw(60))

    assert 10 < count_known() < 50
    monkeypatch.setattr(judge_examples, "ENOUGH", 40)
    assert count_known() == 60


@pytest.mark.parametrize("ground", [0, 255])
@torch.no_grad()
def test_what_is_unlike_pictures_is_not_told_by_its_brightness_alone(ground, monkeypatch):
    """On a light ground too, where the brighter of two pixels would be nothing but ground."""
    disk = disks(60, (1, 16, 16))
    maker = ExampleMaker(disk if ground == 0 else 255 - disk, copier_steps=4)
    monkeypatch.setattr(judge_examples, "BLENDS", (0,) * len(maker.copiers))  # which have not learnt yet
    assert maker.has_light_ground == (ground == 255)
    real = maker.draw(400).flatten(1).mean(dim=1)
    unlike = maker.make_unlike(400).flatten(1).mean(dim=1)
    low, high = unlike.quantile(0.05), unlike.quantile(0.95)
    assert ((real > low) & (real < high)).float().mean() > 0.8


@torch.no_grad()
def test_copies_that_lose_much_of_the_pictures_are_not_taken_for_pictures_like_the_data():
    maker = ExampleMaker(disks(20, (1, 8, 8)), copier_steps=4)
    for number, copier in enumerate(maker.copiers):
        copier.copy = lambda x, number=number: torch.full_like(x, 2.0 + number)
        copier.lost = 0.9 if number % 2 else 0.1
    likely = maker.make_likely(100).flatten(1).amax(dim=1)
    assert set(likely[likely >= 2].tolist()) == {2.0, 4.0, 6.0}
    assert (likely >= 2).sum() == 60
    for copier in maker.copiers:
        copier.lost = 0.9
    assert maker.make_likely(100).shape == (100, 1, 8, 8)
    assert float(maker.make_likely(100).max()) <= 1
