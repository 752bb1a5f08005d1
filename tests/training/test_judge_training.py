import numpy as np
import pytest
import torch

from latent_explorer.models.picture_judge import PictureJudge
from latent_explorer.training import judge_training


def disks(count: int, shape: tuple[int, int, int], seed: int = 0) -> torch.Tensor:
    """Pictures (N, C, H, W) of one bright disk each, uint8."""
    random = np.random.default_rng(seed)
    channels, height, width = shape
    y, x = np.mgrid[:height, :width]
    centres, radii = random.uniform(0.35, 0.65, (2, count)), random.uniform(0.15, 0.3, count)
    away = np.hypot(x / width - centres[0][:, None, None], y / height - centres[1][:, None, None])
    images = 255 * (away < radii[:, None, None])
    return torch.from_numpy(np.repeat(images[:, None], channels, axis=1).astype(np.uint8))


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    monkeypatch.setattr(judge_training, "BATCH_SIZE", 16)


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 28, 28), (1, 40, 56)])
def test_it_learns_what_the_pictures_have_in_common(shape):
    images, reports = disks(300, shape), []
    judge, scores = judge_training.fit_judge(images, steps=60, progress=lambda *step: reports.append(step))
    assert (np.diff(scores) >= 0).all()
    assert reports[-1] == (105, 105)
    fresh, noise = disks(100, shape, seed=1) / 255, torch.rand(100, *shape)
    assert judge.score(fresh).mean() > judge.score(noise).mean() + 1


def test_equal_seeds_fit_equal_judges_and_leave_the_generator_alone():
    images = disks(60, (1, 8, 8))
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first, _ = judge_training.fit_judge(images, steps=4, seed=2)
    assert torch.equal(torch.rand(3), expected)
    second, _ = judge_training.fit_judge(images, steps=4, seed=2)
    assert all(torch.equal(one, other) for one, other in zip(first.parameters(), second.parameters(), strict=True))


def test_one_picture_is_enough_not_to_fail():
    judge, scores = judge_training.fit_judge(disks(1, (1, 8, 8)), steps=2)
    assert np.isfinite(scores).all()
    assert isinstance(judge, PictureJudge)
