"""What a dimension does: how much it changes the picture, and which do nothing."""

from types import SimpleNamespace

import numpy as np
import pytest

from latent_explorer.atlas import Atlas, LatentNeighbours, projection
from latent_explorer.engine import answers, dimensions
from latent_explorer.engine.desk import Desk
from latent_explorer.engine.dimensions import STEPS, Effects, Films
from latent_explorer.engine.moved import Code

PLACE = (0.4, 0.6)


def glass(spread: tuple[float, ...], *, variational: bool = False, count: int = 80) -> Desk:
    """A model that shows its latent: pixel j is dimension j, a grey level a tenth of a standard normal's unit."""
    d = len(spread)
    latents = (np.random.default_rng(0).normal(size=(count, d)) * spread + 0.25).astype(np.float32)
    labels = np.zeros(count, np.int64)
    atlas = Atlas(projection.fit("pca", latents), latents, labels)

    def decode(z, labels=None):
        return (z.reshape(len(z), 1, 1, d) / 10 + 0.5).astype(np.float32)

    model = SimpleNamespace(
        maps={"pca": atlas}, labels=labels, conditional=False, neighbours=LatentNeighbours(latents),
        variational=variational, decode=decode, name="glass",
    )  # fmt: skip
    return Desk({"glass": model}, {})


def effects(desk: Desk, code: Code | None = None):
    return dimensions.answer_effects(Effects("glass", code or Code("pca", PLACE)), desk)


def test_what_changes_the_picture_most_comes_first():
    value = effects(glass((1.0, 0.2, 3.0, 0.5)))
    assert value.order.tolist() == [2, 0, 3, 1]
    assert (np.diff(value.levels[value.order]) <= 0).all()


def test_the_figure_is_the_mean_change_of_a_pixel_in_grey_levels():
    desk = glass((2.0, 1.0))
    known = desk.checkpoint("glass").neighbours
    code = Code("pca", PLACE).changed(0, float(known.mean[0]))  # so that the picture is that of the middle
    deviation = float(np.sqrt(known.variance[0]))
    run = np.abs(np.linspace(-3, 3, STEPS))
    expected = 255 * (run * deviation / 10).mean() / 2  # one of two pixels changes
    assert effects(desk, code).levels[0] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("variational", [False, True])
def test_dimensions_that_do_nothing_are_told_and_why(variational):
    value = effects(glass((1.0, 1e-4, 1.0, 1e-4), variational=variational))
    assert value.silent == (1, 3)
    assert value.switched_off == ((1, 3) if variational else ())


def test_a_dimension_that_is_used_is_not_called_switched_off():
    desk = glass((1.0, 0.2), variational=True)
    model = desk.checkpoint("glass")
    model.decode = lambda z, labels=None: np.repeat(z[:, :1], 4, axis=1).reshape(len(z), 1, 2, 2) / 10
    value = effects(desk)
    assert value.silent == (1,)
    assert value.switched_off == ()


def test_many_dimensions_are_ranked_with_few_pictures():
    desk = glass(tuple(np.linspace(2, 0.1, 512)), count=600)
    decoded = []
    model = desk.checkpoint("glass")
    decode = model.decode
    model.decode = lambda z, labels=None: decoded.append(len(z)) or decode(z)
    value = effects(desk)
    assert len(value.order) == 512
    assert sum(decoded) <= dimensions.RANKED + 1
    assert max(decoded) <= dimensions.BLOCK
    assert value.order[0] < 100 < value.order[-1]


def test_in_a_film_one_dimension_runs_and_the_others_are_held(tiny):
    code = Code("pca", PLACE)
    z, _ = dimensions.latent(tiny, code)
    codes = dimensions.traversals(tiny, z, np.array([3, 1]), STEPS)
    assert codes.shape == (2, STEPS, 4)
    for row, one in enumerate((3, 1)):
        assert (np.delete(codes[row], one, axis=1) == np.delete(z, one)).all()
        away = (codes[row, :, one] - tiny.latents[:, one].mean()) / tiny.latents[:, one].std()
        assert away == pytest.approx([-3, -2, -1, 0, 1, 2, 3], abs=1e-4)


def test_films_are_decoded_in_the_order_asked_for(tiny):
    world = {"tiny": tiny}
    value = answers.answer(Films("tiny", Code("pca", PLACE), (2, 0)), world, {})
    alone = answers.answer(Films("tiny", Code("pca", PLACE), (0,)), world, {})
    assert value.dimensions == (2, 0)
    assert [len(row) for row in value.pictures] == [STEPS, STEPS]
    for one, other in zip(value.pictures[1], alone.pictures[0], strict=True):
        assert np.abs(one.astype(int) - other).max() <= 1
    assert (value.pictures[0][0] != value.pictures[0][-1]).any()


def test_a_film_says_where_the_code_itself_stands(tiny):
    mean, deviation = tiny.latents[:, 2].mean(), tiny.latents[:, 2].std()
    code = Code("pca", PLACE).changed(2, float(mean + 1.5 * deviation))
    value = answers.answer(Films("tiny", code, (2,)), {"tiny": tiny}, {})
    assert value.now == pytest.approx((1.5,), abs=1e-4)


def test_no_dimensions_no_films(tiny):
    assert answers.answer(Films("tiny", Code("pca", PLACE), ()), {"tiny": tiny}, {}).pictures == ()


def test_a_conditional_model_is_told_the_label_of_the_place(world):
    asked = []
    model = world["first"]
    stand_in = SimpleNamespace(
        maps=model.maps, labels=model.labels, conditional=True, neighbours=model.neighbours, variational=False,
        decode=lambda z, labels: asked.append(set(labels.tolist())) or model.decode(z),
    )  # fmt: skip
    x, y = model.atlas.xy[11]
    dimensions.answer_effects(Effects("m", Code("tsne", (float(x), float(y)))), Desk({"m": stand_in}, {}))
    assert asked
    assert all(one == {int(model.labels[11])} for one in asked)
