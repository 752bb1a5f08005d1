"""Codes drawn from the posterior of an image, and one number of it turned."""

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.engine.decode import decode_pictures
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.explore.posterior_queries import Draws, TurnedCode, encode_posterior
from latent_explorer.user_image import OwnImage
from tests import stage


def test_the_draws_have_the_mean_and_deviation_of_the_posterior(planes):
    context = QueryContext(planes, {})
    mean, sigma, _, _ = encode_posterior(context, "plane", Dot(7))
    plane, many = planes["plane"].atlas.projection, []
    for turn in range(60):
        value = Draws("plane", "latent", Dot(7), turn).answer(context)
        many += plane.frame.to_raw(np.array(value.places)).tolist()
    assert np.mean(many, axis=0) == pytest.approx(mean, abs=0.2 * float(sigma.max()))
    assert np.std(many, axis=0) == pytest.approx(sigma, rel=0.15)


def test_a_turn_draws_the_same_again_and_another_turn_or_sample_others(planes):
    context = QueryContext(planes, {})
    first, again, later, other = (
        Draws("plane", "latent", Dot(dot), turn).answer(context) for dot, turn in ((7, 0), (7, 0), (7, 1), (8, 0))
    )
    assert first.places == again.places != later.places
    off = [np.array(one.places) - np.mean(one.places, axis=0) for one in (first, other)]
    assert not np.allclose(off[0], off[1], atol=1e-3), "not one cloud at two places"


def test_on_a_map_that_bends_the_draws_have_no_places():
    model = stage.make_checkpoint("bent", seed=2, objective=config.Objective(name="variational"))
    value = Draws("bent", "tsne", Dot(3)).answer(QueryContext({"bent": model}, {}))
    assert value.places == ()
    assert len(value.pictures) > 0


def test_one_number_is_moved_by_so_many_of_its_own_deviations(planes):
    context = QueryContext(planes, {})
    mean, sigma, _, _ = encode_posterior(context, "plane", Dot(3))
    turned = TurnedCode("plane", Dot(3), 1, -2.0).answer(context)
    assert turned.z == pytest.approx(mean[1] - 2 * sigma[1], rel=1e-5)
    z = np.array([[mean[0], turned.z]], np.float32)
    assert np.abs(turned.picture.astype(int) - decode_pictures(planes["plane"], z)[0]).max() <= 1


def test_a_conditional_model_is_told_the_class_of_the_sample_or_of_the_one_nearest_to_a_picture_of_ones_own():
    model = stage.make_checkpoint("told", seed=7, objective=config.Objective(name="conditional", classes=3))
    context = QueryContext({"told": model}, {})
    for dot in (3, 8, 11):
        mean, _, label, _ = encode_posterior(context, "told", Dot(dot))
        assert label.tolist() == np.eye(3)[[model.labels[dot]]].tolist()
        drawn = Draws("told", "tsne", Dot(dot)).answer(context)
        assert drawn.mean == pytest.approx(mean)
        assert drawn.subject == Dot(dot)
    image = OwnImage(bytes(64 * i % 199 for i in range(64)), (8, 8), 1)
    mean, _, label, _ = encode_posterior(context, "told", image)
    nearest = np.linalg.norm(model.latents - mean, axis=1).argmin()
    assert label[0, model.labels[nearest]] == label.sum() == 1
