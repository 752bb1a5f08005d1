"""The autoencoders that copy pictures for the judge."""

import pytest
import torch

from latent_explorer.training import judge_copiers
from latent_explorer.training.judge_copiers import Copier, make_copiers
from tests.training.test_judge_training import disks

DESIGNS = sorted({design for design, _ in judge_copiers.DESIGNS}, key=lambda design: design.__name__)


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 7, 10)])
@torch.no_grad()
def test_copies_are_pictures_of_the_size_of_the_data(shape):
    x = disks(3, shape) / 255
    for copier in make_copiers(shape, 4):
        copier.keep_codes(x)
        for made in (copier.copy(x), copier.blend(x, x.flip(0), torch.rand(3, 1)), copier.invent(3)):
            assert made.shape == x.shape
            assert float(made.min()) >= 0
            assert float(made.max()) <= 1


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("kl_weight", [0.0, 0.65])
def test_a_copier_learns_to_copy(design, kl_weight):
    x = disks(32, (1, 16, 16)).float() / 255
    copier = Copier((1, 16, 16), design, kl_weight, steps=15)
    before = (copier.copy(x) - x).square().mean()
    for _ in range(15):
        copier.learn(x)
    assert float(((copier.copy(x) - x).square().mean() / before).detach()) < 0.8


@torch.no_grad()
def test_what_is_invented_lies_where_the_codes_of_pictures_do():
    x = disks(64, (1, 16, 16)).float() / 255
    copier = Copier((1, 16, 16), judge_copiers.make_dense, 0.0, steps=1)
    copier.keep_codes(x)
    codes = copier.encode(x)
    torch.testing.assert_close(copier.codes, codes)
    copier.decoder = torch.nn.Sequential()  # then each is its code
    invented = copier.invent(20_000)
    torch.testing.assert_close(invented.mean(dim=0), codes.mean(dim=0), atol=0.02, rtol=0)
    spread = invented.std(dim=0) / codes.std(dim=0, correction=0)
    assert 1.0 < float(spread.min()) < float(spread.max()) < 1.3


@torch.no_grad()
def test_what_copies_lose_is_a_share_of_the_variance_of_the_pictures():
    x = disks(64, (1, 8, 8)).float() / 255
    copier = Copier((1, 8, 8), judge_copiers.make_dense, 0.0, steps=1)
    copier.encoder = torch.nn.Flatten()
    for kept, lost in ((1.0, 0.0), (0.5, 0.25), (0.0, 1.0)):
        copier.decode = lambda z, kept=kept: torch.lerp(x.mean(dim=0), x, kept)
        copier.keep_codes(x)
        assert copier.lost == pytest.approx(lost, abs=1e-5)
