"""The network of the judge of pictures."""

import pytest
import torch

from latent_explorer.models.inference import simplify
from latent_explorer.models.picture_judge import (
    SIDES,
    PictureJudge,
    choose_earlier_side,
    choose_side,
    make_decoder,
    make_encoder,
    scale_pictures,
)  # fmt: skip


def test_pictures_of_any_shape_are_scaled_to_squares():
    assert scale_pictures(torch.rand(2, 3, 40, 56), 64).shape == (2, 3, 64, 64)
    x = torch.rand(1, 1, 32, 32)
    assert scale_pictures(x, 32) is x


def test_pictures_go_to_the_least_side_that_loses_nothing_of_them():
    sides = {side: choose_side((1, side, 5)) for side in (8, 16, 17, 32, 33, 100)}
    assert sides == {8: 16, 16: 16, 17: 32, 32: 32, 33: 32, 100: 32}  # the longer side of either decides
    assert choose_side((1, 5, 17)) == 32


@pytest.mark.parametrize(("deep", "sides"), [(True, [16, 32, 64]), (False, [32, 32, 64])])
def test_judges_of_earlier_files_keep_the_side_that_they_were_fitted_at(deep, sides):
    assert [choose_earlier_side((1, side, side), deep=deep) for side in (8, 28, 64)] == sides


@pytest.mark.parametrize("side", SIDES)
def test_the_decoder_goes_the_encoders_way_back(side):
    x = torch.rand(2, 3, side, side)
    encoder = make_encoder(3, side, 5)
    copies = make_decoder(3, side, 5)(encoder(x)).detach()
    assert copies.shape == x.shape
    assert 0 < float(copies.min()) <= float(copies.max()) < 1
    assert encoder[:-2](x).shape[2:] == (4, 4)


@pytest.mark.parametrize("deep", [True, False])
def test_many_pictures_are_scored_as_one_by_one(deep):
    torch.manual_seed(0)
    judge, x = PictureJudge((1, 8, 12), deep=deep).eval(), torch.rand(7, 1, 8, 12)
    scores = judge.score(x, block=3)
    assert scores.shape == (7,)
    torch.testing.assert_close(scores, torch.cat([judge.score(one[None]) for one in x]))
    assert scores.std() > 0


@torch.no_grad()
@pytest.mark.parametrize("side", SIDES)
def test_without_its_batch_normalisation_a_network_does_the_same(side):
    torch.manual_seed(0)
    judge, x = PictureJudge((1, side, side)), torch.rand(20, 1, side, side)
    body = judge.make_body(1, normalised=True)
    for _ in range(30):
        body(x + torch.rand_like(x))
    expected = body.eval()(x)
    folded = simplify(body)
    torch.testing.assert_close(folded(x), expected, atol=1e-5, rtol=1e-4)
    assert folded.state_dict().keys() == judge.body.state_dict().keys()


@pytest.mark.parametrize("side", SIDES)
def test_a_place_sees_a_large_part_of_the_picture(side):
    body = PictureJudge((1, side, side)).body
    x = torch.zeros(1, 1, side, side, requires_grad=True)
    body[:-2](x)[0, :, 1, 1].sum().backward()  # convolutions alone, at one of the four places in the middle
    reached = (x.grad != 0)[0, 0].nonzero()
    assert len(reached.unique(dim=0)) >= 0.45 * side**2
