"""The network of the judge of pictures."""

import pytest
import torch

from latent_explorer.models.picture_judge import (
    SIDES,
    PictureJudge,
    choose_earlier_side,
    choose_side,
    fold_normalisation,
    make_decoder,
    make_deep_body,
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
def test_without_its_batch_normalisation_a_network_does_the_same():
    torch.manual_seed(0)
    body, x = make_deep_body(1, 16, normalised=True), torch.rand(20, 1, 16, 16)
    for _ in range(30):
        body(x + torch.rand_like(x))
    expected = body.eval()(x)
    folded = fold_normalisation(body)
    torch.testing.assert_close(folded(x), expected, atol=1e-5, rtol=1e-4)
    assert folded.state_dict().keys() == PictureJudge((1, 16, 16)).body.state_dict().keys()
