"""The labs with a table: what makes no sense for the rows of one is not offered, and columns are named."""

import numpy as np
import pytest

from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.data import datasets
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.labs import LABS
from latent_explorer.labs.anomaly import out_of_distribution, queries
from latent_explorer.labs.anomaly.out_of_distribution import Outlier
from latent_explorer.labs.arithmetic import examples
from latent_explorer.labs.compress.queries import CodecRateDistortion, CodecReconstructions
from latent_explorer.labs.denoise.queries import measure_quality
from latent_explorer.scene.events import ImageLoaded
from latent_explorer.scene.items import Image
from latent_explorer.scene.lab import Lab
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.stage import begin, of_kind, play

NAME = "wine-vae"


@pytest.fixture(scope="module")
def world():
    return stage.World({NAME: checkpoint_file.load(NAME, "cpu")})


@pytest.fixture(scope="module")
def context(world):
    checkpoint = world[NAME]
    seed = checkpoint.config.training.seed
    return QueryContext(world, {checkpoint.data_key: datasets.load(checkpoint.config.data, seed=seed)})


def answered(state, context):
    return stage.answered(state, lambda query: query.answer(context))


@pytest.mark.parametrize("lab", [name for name in LABS if name != "learn"])
def test_every_lab_draws_rows(world, context, lab):
    state = begin(world, lab, (1366, 768), models=(NAME, NAME))
    results = answered(state, context)
    assert not [name for name, query in LABS[lab].ask(state).items() if results.get_failure(name) is not None]
    assert of_kind(LABS[lab].make_view(state, results), Image) or lab in ("factors", "cluster", "compare")


def names(lab: Lab, state) -> set[str]:
    return {one.name for one in lab.make_controls(state)}


def test_nothing_is_drawn_by_hand(world):
    state = begin(world, "interpolate", (1366, 768), models=(NAME,))
    assert "mine" not in names(LABS["interpolate"], state)
    after = play(state, ImageLoaded(OwnImage(bytes(64), (8, 8), 1), ""))
    assert after.drawing.image is None
    assert not after.drawing.pad.open
    assert after.status.message


def test_pictures_codecs_and_structure_are_left_to_pictures(world):
    state = begin(world, "compress", (1366, 768), models=(NAME,))
    assert not {CodecRateDistortion, CodecReconstructions} & {type(one) for one in LABS["compress"].ask(state).values()}
    assert "measure" not in names(LABS["compress"], state)
    assert not {"JPEG", "WebP", "PNG"} & LABS["compress"].get_layout(state).parts.keys()
    row = np.zeros((1, 1, 13), np.float32)
    assert measure_quality(row, row, world[NAME].sample_kind).ssim is None
    assert not any(name.trait for one in examples.find_examples(world[NAME]) for name in one.names)


def test_outliers_are_rows_whose_columns_do_not_go_together(world, context):
    checkpoint = world[NAME]
    kinds = out_of_distribution.list_outliers(checkpoint)
    assert "photo" not in kinds
    low, high = checkpoint.sample_kind.find_ends(checkpoint.image_shape)
    sample, _ = context.find_image(NAME, Dot(0))
    made = {kind: out_of_distribution.get_image(Outlier(kind, Dot(0)), NAME, context)[0] for kind in kinds}
    for kind in ("mixed", "flipped", "halfway"):
        assert (made[kind] >= low - 1e-5).all()
        assert (made[kind] <= high + 1e-5).all()
    assert (made["flipped"] != sample).sum() == 1


def test_the_value_that_is_off_could_go_farthest_of_all_in_its_own_range(world, context):
    checkpoint = world[NAME]
    low, high = checkpoint.sample_kind.find_ends(checkpoint.image_shape)
    for dot in range(0, 60, 13):
        row, _ = context.find_image(NAME, Dot(dot))
        made, _ = out_of_distribution.get_image(Outlier("flipped", Dot(dot)), NAME, context)
        reach = (np.maximum(row - low, high - row) / (high - low)).ravel()
        ((k,),) = np.nonzero((made != row).ravel())
        assert reach[k] == reach.max()
        assert made.ravel()[k] in (low.ravel()[k], high.ravel()[k])


def test_between_classes_lies_the_mean_of_two_rows_of_different_classes(world, context):
    checkpoint, row = world[NAME], context.find_image(NAME, Dot(0))[0]
    made, _ = out_of_distribution.get_image(Outlier("halfway", Dot(0)), NAME, context)
    others = np.flatnonzero(checkpoint.labels != checkpoint.labels[0])
    away = [np.abs(2 * made - row - context.find_image(NAME, Dot(int(dot)))[0]).max() for dot in others]
    assert min(away) < 1e-5


def test_the_columns_that_are_off_are_named_in_standard_deviations(context):
    checkpoint = context.get_checkpoint(NAME)
    score = queries.Score(NAME, Outlier("flipped", Dot(0))).answer(context)
    columns = checkpoint.sample_kind.value_names
    named = [part.rsplit(" ", 2)[0] for part in score.off.split(", ")]
    assert 1 <= len(named) <= 3
    assert set(named) <= set(columns)
    assert score.off.count("σ") == len(named)


def test_columns_colour_the_dots(world):
    assert len(world[NAME].attributes) == 13
    proline = world[NAME].attributes["proline"].values
    assert (proline.min(), proline.max()) == (278, 1680)
    assert set(world[NAME].metrics["r2"]) == set(world[NAME].sample_kind.value_names)


def test_a_model_of_rows_is_not_replaced_by_one_of_digits(world):
    library = stage.World({NAME: world[NAME], "digits-anomaly": checkpoint_file.load("digits-anomaly", "cpu")})
    assert LABS["anomaly"].choose_models((NAME,), library) == (NAME,)
