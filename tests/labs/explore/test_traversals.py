"""What a dimension does: how much it changes the picture, and which do nothing."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from latent_explorer.atlas import Atlas, LatentNeighbours, projection
from latent_explorer.engine.queries.latent_edit import LatentRef, compute_latent
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.explore import latent_bars, traversals
from latent_explorer.labs.explore.traversals import STEPS, Traversals

PLACE = (0.4, 0.6)


def glass(spread: tuple[float, ...], *, variational: bool = False, count: int = 80) -> QueryContext:
    """A model that shows its latent: pixel j is dimension j, a grey level a tenth of a standard normal's unit."""
    d = len(spread)
    latents = (np.random.default_rng(0).normal(size=(count, d)) * spread + 0.25).astype(np.float32)
    labels = np.zeros(count, np.int64)
    atlas = Atlas(projection.fit("pca", latents), latents, labels)

    def decode(z, labels=None):
        return (z.reshape(len(z), 1, 1, d) / 10 + 0.5).astype(np.float32)

    model = SimpleNamespace(
        maps={"pca": atlas}, labels=labels, conditional=False, is_foreign=False, neighbours=LatentNeighbours(latents),
        variational=variational, decode=decode, name="glass",
    )  # fmt: skip
    return QueryContext({"glass": model}, {})


def effects(desk: QueryContext, code: LatentRef | None = None):
    model = desk.get_checkpoint("glass")
    return traversals.compute_effects(model, *compute_latent(model, code or LatentRef("pca", PLACE)))


def test_what_changes_the_picture_most_comes_first():
    value = effects(glass((1.0, 0.2, 3.0, 0.5)))
    assert value.order.tolist() == [2, 0, 3, 1]
    assert (np.diff(value.grey_levels[value.order]) <= 0).all()


def test_the_figure_is_the_mean_change_of_a_pixel_in_grey_levels():
    desk = glass((2.0, 1.0))
    known = desk.get_checkpoint("glass").neighbours
    code = LatentRef("pca", PLACE).with_change(0, float(known.mean[0]))  # so that the picture is that of the middle
    deviation = float(np.sqrt(known.variance[0]))
    run = np.abs(np.linspace(-3, 3, STEPS))
    expected = 255 * (run * deviation / 10).mean() / 2  # one of two pixels changes
    assert effects(desk, code).grey_levels[0] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("variational", [False, True])
def test_dimensions_that_do_nothing_are_told_and_why(variational):
    value = effects(glass((1.0, 1e-4, 1.0, 1e-4), variational=variational))
    assert value.silent == (1, 3)
    assert value.inactive == ((1, 3) if variational else ())


def test_a_dimension_that_is_used_is_not_called_switched_off():
    desk = glass((1.0, 0.2), variational=True)
    model = desk.get_checkpoint("glass")
    model.decode = lambda z, labels=None: np.repeat(z[:, :1], 4, axis=1).reshape(len(z), 1, 2, 2) / 10
    value = effects(desk)
    assert value.silent == (1,)
    assert value.inactive == ()


def test_many_dimensions_are_ranked_with_few_pictures():
    desk = glass(tuple(np.linspace(2, 0.1, 512)), count=600)
    decoded = []
    model = desk.get_checkpoint("glass")
    decode = model.decode
    model.decode = lambda z, labels=None: decoded.append(len(z)) or decode(z)
    value = effects(desk)
    assert len(value.order) == 512
    assert sum(decoded) <= traversals.MAX_RANKING_PICTURES + 1
    assert max(decoded) <= traversals.BLOCK_SIZE
    assert value.order[0] < 100 < value.order[-1]


def test_in_a_film_one_dimension_runs_and_the_others_are_held(tiny):
    code = LatentRef("pca", PLACE)
    z, _ = compute_latent(tiny, code)
    codes = traversals.make_traversals(tiny, z, np.array([3, 1]), STEPS)
    assert codes.shape == (2, STEPS, 4)
    for row, one in enumerate((3, 1)):
        assert (np.delete(codes[row], one, axis=1) == np.delete(z, one)).all()
        away = (codes[row, :, one] - tiny.latents[:, one].mean()) / tiny.latents[:, one].std()
        assert away == pytest.approx([-3, -2, -1, 0, 1, 2, 3], abs=1e-4)


def test_what_a_rectified_encoder_cannot_give_is_not_offered(tiny):
    rectified = SimpleNamespace(neighbours=LatentNeighbours(np.maximum(tiny.latents, 0)), bar_scale=2.0)
    every = np.arange(4)
    codes = traversals.make_traversals(rectified, rectified.neighbours.latents[0], every, STEPS)
    assert codes.min() == 0
    for one, first in zip(every, traversals.find_first_steps(rectified, every), strict=True):
        values = rectified.neighbours.mean[one] + np.arange(-3, 4) * np.sqrt(rectified.neighbours.variance[one])
        assert (values[first:] >= 0).all()
        assert (values[:first] < 0).all()
    assert traversals.find_first_steps(tiny, every).tolist() == [0, 0, 0, 0]
    assert [latent_bars.compute_value_at((0.5, y), rectified) for y in (0.0, 0.5, 0.9)] == [2, 0, 0]
    assert latent_bars.compute_value_at((0.5, 1.0), tiny) < 0


def films(tiny, code: LatentRef, **how):
    return Traversals("tiny", code, how.pop("ranked", code), how.pop("rows", 3), **how).answer(
        QueryContext({"tiny": tiny}, {})
    )


def test_films_come_page_by_page_in_the_order_of_their_effects(tiny):
    code = LatentRef("pca", PLACE)
    order = traversals.compute_effects(tiny, *compute_latent(tiny, code)).order.tolist()
    first, second = films(tiny, code), films(tiny, code, page=1)
    assert (first.dimensions, second.dimensions) == (tuple(order[:3]), tuple(order[3:]))
    assert (first.pages, second.page) == (2, 1)
    assert films(tiny, code, page=2).dimensions == first.dimensions
    assert [len(row) for row in first.pictures] == [STEPS] * 3
    alone = films(tiny, code, rows=1)
    for one, other in zip(first.pictures[0], alone.pictures[0], strict=True):
        assert np.abs(one.astype(int) - other).max() <= 1
    assert (alone.pictures[0][0] != alone.pictures[0][-1]).any()


def test_a_chosen_dimension_s_page_is_shown(tiny):
    code = LatentRef("pca", PLACE)
    last = int(traversals.compute_effects(tiny, *compute_latent(tiny, code)).order[-1])
    assert films(tiny, code, chosen=last).dimensions == (last,)
    assert last not in films(tiny, code, chosen=last, page=1).dimensions


def test_the_order_stays_while_the_code_moves(tiny):
    rest = LatentRef("pca", PLACE)
    moved = rest.with_change(0, 4.0).with_change(1, -4.0)
    still = films(tiny, moved, ranked=rest, rows=4)
    assert still.dimensions == films(tiny, rest, rows=4).dimensions
    assert any(
        (one[0] != other[0]).any()
        for one, other in zip(still.pictures, films(tiny, rest, rows=4).pictures, strict=True)
    )


def test_the_order_is_found_out_once(tiny, monkeypatch):
    calls = []
    original = traversals.compute_effects
    monkeypatch.setattr(traversals, "compute_effects", lambda *a: calls.append(1) or original(*a))
    rest = LatentRef("pca", (0.31, 0.77))
    for value in (0.5, 1.0, 1.5):
        films(tiny, rest.with_change(0, value), ranked=rest)
    assert len(calls) == 1
    films(tiny, LatentRef("pca", (0.32, 0.77)))
    assert len(calls) == 2


def test_a_film_says_where_the_code_itself_stands(tiny):
    mean, deviation = tiny.latents[:, 2].mean(), tiny.latents[:, 2].std()
    code = LatentRef("pca", PLACE).with_change(2, float(mean + 1.5 * deviation))
    value = films(tiny, code, rows=4)
    assert value.deviations[value.dimensions.index(2)] == pytest.approx(1.5, abs=1e-4)


def test_a_conditional_model_is_told_the_label_of_the_place(world):
    asked = []
    model = world["first"]
    stand_in = SimpleNamespace(
        maps=model.maps, labels=model.labels, conditional=True, neighbours=model.neighbours, variational=False,
        decode=lambda z, labels: asked.append(set(labels.tolist())) or model.decode(z),
    )  # fmt: skip
    x, y = model.atlas.xy[11]
    traversals.compute_effects(stand_in, *compute_latent(stand_in, LatentRef("tsne", (float(x), float(y)))))
    assert asked
    assert all(one == {int(model.labels[11])} for one in asked)


def test_films_of_an_earlier_code_stand_in_for_the_next_ones_of_as_many_rows():
    one = Traversals("tiny", LatentRef("pca", PLACE), LatentRef("pca", PLACE), 3)
    assert one.has_same_subject(replace(one, code=one.code.with_change(0, 4.0), page=1, chosen=2))
    assert not one.has_same_subject(replace(one, rows=4))
    assert not one.has_same_subject(replace(one, model="other"))
