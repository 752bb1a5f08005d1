"""The numbers under each model: they mean what they are called."""

import numpy as np
import pytest
import torch

from latent_explorer.cache import forget
from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.labs.compare import queries
from latent_explorer.labs.compare.queries import (
    ComparisonStrip,
    InventedShares,
    JudgedStripValue,
    ReconstructionMetrics,
)
from latent_explorer.models.variational import compute_kl
from latent_explorer.user_image import OwnImage
from tests import stage


@pytest.fixture
def shelf(tiny):
    return {"tiny": tiny}


@pytest.fixture
def here(tiny, digits):
    """The data set is on this machine."""
    return {tiny.data_key: digits}


def own(images: np.ndarray) -> OwnImage:
    levels = np.round(255 * images[0]).astype(np.uint8)
    return OwnImage(levels.tobytes(), (levels.shape[1], levels.shape[0]), 1)


def test_the_error_is_that_of_the_reconstruction(tiny, shelf, here, digits):
    value = ReconstructionMetrics("tiny", Dot(5)).answer(QueryContext(shelf, here))
    x = digits.get_image(int(tiny.indices[5])).numpy()[None] / np.float32(255)
    assert value.error == pytest.approx(np.square(tiny.decode(tiny.latents[[5]]) - x).mean(), rel=1e-5)
    assert value.note == ""


def test_the_divergence_is_that_of_the_training(tiny, shelf, here, digits):
    value = ReconstructionMetrics("tiny", Dot(5)).answer(QueryContext(shelf, here))
    x = digits.get_image(int(tiny.indices[5])).float()[None] / 255
    with torch.inference_mode():
        expected = compute_kl(*tiny.model.posterior(x))
    assert value.kl == pytest.approx(float(expected[0]), rel=1e-4)


def test_without_the_image_there_is_no_error_and_it_is_said(shelf):
    value = ReconstructionMetrics("tiny", Dot(5)).answer(QueryContext(shelf, {}))
    assert value.error is None
    assert "stands in" in value.note
    assert value.kl is not None


def test_a_plain_model_has_no_divergence(world):
    assert ReconstructionMetrics("first", Dot(5)).answer(QueryContext(world, {})).kl is None


def test_the_cycle_is_how_far_the_code_comes_back(tiny, shelf, here):
    value = ReconstructionMetrics("tiny", Dot(9)).answer(QueryContext(shelf, here))
    z = tiny.latents[[9]]
    back = tiny.encode(tiny.decode(z))
    assert value.cycle_error == pytest.approx(np.linalg.norm(back - z) / tiny.neighbours.sample_spacing, rel=1e-4)
    assert value.cycle_error > 0


def test_an_own_image_is_accounted_for_as_the_model_sees_it(tiny, shelf, digits):
    image = own(digits.get_image(int(tiny.indices[5])).numpy() / np.float32(255))
    value = ReconstructionMetrics("tiny", image).answer(QueryContext(shelf, {}))
    x = QueryContext(shelf, {}).find_image("tiny", image)[0][None]
    assert value.error == pytest.approx(np.square(tiny.decode(tiny.encode(x)) - x).mean(), rel=1e-4)
    with torch.inference_mode():
        expected = compute_kl(*tiny.model.posterior(torch.from_numpy(x)))
    assert value.kl == pytest.approx(float(expected[0]), rel=1e-4)
    assert value.note == ""


def test_along_the_way_each_picture_is_judged_and_the_ends_do_not_count(world):
    context = QueryContext(stage.with_judge(world), {})
    strip = ComparisonStrip("first", 3, 50, 5).answer(context)
    assert strip.plausibility == pytest.approx([picture.mean() / 255 for picture in strip.pictures], abs=1e-6)
    assert JudgedStripValue((), np.array([0, 0.1, 0.07, 0.08, 0], np.float32)).usual_count == (2, 3)
    assert ComparisonStrip("first", 3, 50, 5).answer(QueryContext(world, {})).usual_count is None


def test_shares_are_of_pictures_that_pass(world):
    judged = stage.with_judge(world)
    first, shares = judged["first"], InventedShares("first").answer(QueryContext(judged, {}))
    random = np.random.default_rng(3)
    drawn = first.decode(random.standard_normal((4000, first.latent_dim)).astype(np.float32))
    assert shares.drawn == pytest.approx(float((drawn.mean(axis=(1, 2, 3)) >= USUAL_SHARE).mean()), abs=0.1)
    assert 0 <= min(shares.near, shares.apart) <= 1


def test_shares_are_the_same_however_many_pictures_are_decoded_at_once(world, monkeypatch):
    judged, sizes = stage.with_judge(world), []
    first, decode = judged["first"], type(judged["first"]).decode
    monkeypatch.setattr(type(first), "decode", lambda self, z, labels: sizes.append(len(z)) or decode(self, z, labels))
    shares = []
    for size in (7, 100_000):
        monkeypatch.setattr(queries, "CHUNK_SIZE", size)
        forget()
        shares.append(InventedShares("first").answer(QueryContext(judged, {})))
    assert shares[0] == shares[1]
    assert sizes[0] == 7
    assert sum(sizes) % 2 == 0
    count = len(sizes)
    assert InventedShares("first").answer(QueryContext(judged, {})) is shares[1]
    assert len(sizes) == count  # not again where an original or a map has changed


def test_large_pictures_are_compared_by_the_means_of_their_squares(world, monkeypatch):
    judged = stage.with_judge(world)
    usual = InventedShares("first").answer(QueryContext(judged, {}))
    first, decode = judged["first"], type(judged["first"]).decode

    def enlarge(self, z, labels):
        return decode(self, z, labels).repeat(9, axis=2).repeat(9, axis=3)  # each pixel becomes a square

    monkeypatch.setattr(type(first), "decode", enlarge)
    monkeypatch.setattr(queries, "SEEN_SIDE", first.image_shape[1])
    forget()
    assert InventedShares("first").answer(QueryContext(judged, {})) == usual


def test_without_a_judge_the_lab_asks_for_no_share(world):
    assert not any(
        isinstance(one, InventedShares) for one in LABS["compare"].make_queries(stage.begin(world, "compare")).values()
    )
    with pytest.raises(InputError, match="no judge"):
        InventedShares("first").answer(QueryContext(world, {}))


def test_a_posterior_that_is_the_prior_costs_nothing(tiny):
    class Prior:
        variational = True

        def posterior(self, x, labels):
            return np.zeros((1, 4), np.float32), np.ones((1, 4), np.float32)

    assert queries.measure_kl(Prior(), np.zeros((1, 1, 8, 8), np.float32)) == 0
