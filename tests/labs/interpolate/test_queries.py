"""Ways over stops: pictures, plausibility, the cross-fade of the same ends, and where the map places it all."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.atlas import latent_paths
from latent_explorer.checkpoint import interpolation
from latent_explorer.checkpoint.interpolation import DATA, KINDS
from latent_explorer.engine.decode import decode_pictures
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, MapPosition
from latent_explorer.errors import InputError
from latent_explorer.labs.interpolate import queries
from latent_explorer.labs.interpolate.queries import CrossFade, DataPath, InterpolationPath, ProjectedPath
from latent_explorer.user_image import OwnImage
from tests import stage

STEPS = 9


def asked(kind: str, *stops: queries.Stop) -> InterpolationPath:
    return DataPath("first", stops, STEPS) if kind == DATA else InterpolationPath("first", stops, STEPS, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_way_meets_all_of_its_stops(world, kind):
    dots = 3, 30, 55
    value = asked(kind, *map(Dot, dots)).answer(QueryContext(world, {}))
    assert len(value.pictures) == len(value.z) == len(value.positions) == 2 * STEPS - 1
    decoded = decode_pictures(world["first"], world["first"].latents[list(dots)])
    for stop, (dot, picture) in enumerate(zip(dots, decoded, strict=True)):
        place = stop * (STEPS - 1)
        assert value.positions[place] == pytest.approx(stop / 2)
        assert (value.z[place] == world["first"].latents[dot]).all()
        assert np.abs(value.pictures[place].astype(int) - picture).max() <= 1
        assert value.gaps[place] == pytest.approx(0, abs=1e-3)
        assert value.plausibility[place] == 1


def test_between_stops_the_plausibility_is_that_of_the_distance_to_the_data(world):
    value = asked("linear", Dot(3), Dot(30)).answer(QueryContext(world, {}))
    neighbours = world["first"].neighbours
    away = np.array([neighbours.measure_distance(z) for z in value.z])
    assert value.gaps == pytest.approx(away / neighbours.sample_spacing, abs=1e-3)
    assert value.plausibility == pytest.approx(neighbours.compute_plausibility(away), abs=0.03)
    assert value.mean_plausibility == pytest.approx(value.plausibility.mean())
    assert value.plausibility.min() < 1


def test_lengths_are_in_sample_gaps_and_no_way_is_shorter_than_the_line(world):
    line, arc, data = (asked(kind, Dot(3), Dot(30)).answer(QueryContext(world, {})) for kind in KINDS)
    z = world["first"].latents
    assert line.length == pytest.approx(
        np.linalg.norm(z[3] - z[30]) / world["first"].neighbours.sample_spacing, rel=1e-4
    )
    assert arc.length >= line.length * 0.999
    assert data.length >= line.length * 0.999
    assert line.sample_count == arc.sample_count == 0


def test_the_cross_fade_is_exact_at_the_ends_and_half_of_each_in_the_middle(world):
    value = CrossFade("first", (Dot(3), Dot(30)), STEPS).answer(QueryContext(world, {}))
    first, last = decode_pictures(world["first"], world["first"].latents[[3, 30]])
    assert (value.pictures[0] == first).all()
    assert (value.pictures[-1] == last).all()
    middle = (first.astype(float) + last) / 2
    assert np.abs(value.pictures[STEPS // 2] - middle).max() <= 0.5


def test_a_place_stands_for_the_latent_of_the_exact_inverse_projection(world):
    atlas = world["first"].maps["pca"]
    xy = tuple(map(float, atlas.xy[7] + 0.01))
    value = asked("linear", MapPosition(xy, map_name="pca"), Dot(30)).answer(QueryContext(world, {}))
    assert value.z[0] == pytest.approx(atlas.inverse_transform(np.array([xy], np.float32))[0], abs=1e-6)


def test_an_own_image_is_encoded(world):
    drawn = OwnImage(bytes(255 if 2 <= i % 8 <= 4 else 0 for i in range(64)), (8, 8), 1)
    value = asked("spherical", drawn, Dot(30)).answer(QueryContext(world, {}))
    image, _ = QueryContext(world, {}).find_image("first", drawn)
    assert value.z[0] == pytest.approx(world["first"].encode(image[None])[0], abs=1e-4)


def test_the_route_is_where_the_map_places_the_codes(world, monkeypatch):
    atlas = world["first"].maps["tsne"]
    monkeypatch.setattr(type(atlas), "transform", lambda self, z: z[:, :2] + 1)
    way = asked("linear", Dot(3), Dot(30))
    route = ProjectedPath("first", "tsne", way).answer(QueryContext(world, {}))
    assert route.map_name == "tsne"
    assert route.xy == pytest.approx(way.answer(QueryContext(world, {})).z[:, :2] + 1)
    assert route.stop_positions == pytest.approx(world["first"].latents[[3, 30], :2] + 1)


@pytest.mark.parametrize("kind", KINDS)
def test_stops_on_one_spot_are_a_way_of_no_length(world, kind):
    value = asked(kind, Dot(5), Dot(5)).answer(QueryContext(world, {}))
    assert value.length == pytest.approx(0, abs=1e-5)
    assert all((picture == value.pictures[0]).all() for picture in value.pictures)


@pytest.mark.parametrize("count", [0, 1, 100])
def test_too_few_and_too_many_stops_are_named(world, count):
    with pytest.raises(InputError, match=f"stops: {count} arrived; 2 to 12 are allowed"):
        asked("linear", *[Dot(1)] * count).answer(QueryContext(world, {}))


def test_an_arc_goes_around_the_origin_only_where_a_prior_lies_there(world):
    from dataclasses import replace

    plain = world["first"]
    assert interpolation.find_arc_centre(plain) == pytest.approx(plain.latents.mean(axis=0))
    config = replace(plain.config, objective=replace(plain.config.objective, name="variational"))
    assert (interpolation.find_arc_centre(replace(plain, config=config)) == 0).all()


def test_the_arc_of_a_plain_model_goes_around_the_middle_of_its_latents(world):
    z, middle = world["first"].latents, world["first"].latents.mean(axis=0)
    value = asked("spherical", Dot(3), Dot(30)).answer(QueryContext(world, {}))
    assert value.z == pytest.approx(latent_paths.slerp(z[3], z[30], STEPS, middle), abs=1e-5)
    assert value.z != pytest.approx(latent_paths.slerp(z[3], z[30], STEPS), abs=1e-2)


def test_an_older_answer_may_stand_in_for_the_same_kind_of_way_only():
    line, arc = asked("linear", Dot(1), Dot(2)), asked("spherical", Dot(1), Dot(2))
    assert line.has_same_subject(asked("linear", Dot(3), Dot(4), Dot(5)))
    assert not line.has_same_subject(arc)
    assert ProjectedPath("first", "tsne", line).has_same_subject(
        ProjectedPath("first", "tsne", asked("linear", Dot(3), Dot(4)))
    )
    assert not ProjectedPath("first", "tsne", line).has_same_subject(ProjectedPath("first", "pca", line))
    assert not ProjectedPath("first", "tsne", line).has_same_subject(ProjectedPath("first", "tsne", arc))


def test_a_conditional_model_is_told_both_labels_in_turn():
    model = stage.make_checkpoint("told", seed=7, objective=config.Objective(name="conditional", classes=3))
    first, last = (int(np.flatnonzero(model.labels == label)[0]) for label in (0, 2))
    way = InterpolationPath("told", (Dot(first), Dot(last)), 3).answer(QueryContext({"told": model}, {}))
    shares = np.array([[1, 0, 0], [0.5, 0, 0.5], [0, 0, 1]], np.float32)
    for picture, wanted in zip(way.pictures, decode_pictures(model, way.z, shares), strict=True):
        assert np.abs(picture.astype(int) - wanted).max() <= 1


def test_on_a_chart_the_nearness_of_codes_is_a_running_mean_and_a_judged_plausibility_as_it_is(world):
    value = asked("linear", Dot(3), Dot(30)).answer(QueryContext(world, {}))
    jagged = np.tile(np.float32([0, 1]), 60)
    shown = replace(value, plausibility=jagged).plausibility_percent
    assert shown[6:-6] == pytest.approx(50, abs=4)
    assert (replace(value, plausibility=jagged, judged=True).plausibility_percent == 100 * jagged).all()
    assert queries._compute_running_mean(np.float32([0, 3, 6, 9]), 1) == pytest.approx([1.5, 3, 6, 7.5])
