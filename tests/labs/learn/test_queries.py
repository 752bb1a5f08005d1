from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.checkpoint import timeline
from latent_explorer.checkpoint.library import Library
from latent_explorer.checkpoint.snapshots import Moment, Snapshots
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.learn.queries import LossCurves, MomentPoint, MomentRow, SaveMoment, TimelineSamples
from tests.stage import AWAY


@pytest.fixture
def library(tiny, tmp_path, monkeypatch) -> Library:
    """A film of two moments: random weights that are twice as large, then the trained ones."""
    monkeypatch.chdir(tmp_path)
    rough = {name: value * 2 for name, value in tiny.weights.items()}
    film = Snapshots(
        tiny.config, tiny.class_names, tiny.indices, tiny.labels, 12,
        (Moment(0, tiny.latents * 2, rough), Moment(24, tiny.latents, tiny.weights)),
    )  # fmt: skip
    library = Library((), "cpu")
    library.timelines.put(timeline.from_snapshots("mine", film))
    return library


def test_a_dot_is_decoded_by_the_weights_of_its_moment(library, tiny):
    values = [MomentPoint(f"mine @ {t}", "pca", (0.5, 0.5), 7).answer(QueryContext(library, {})) for t in (0, 1)]
    for t, value in enumerate(values):
        own = library[f"mine @ {t}"]
        np.testing.assert_array_equal(value.latent, own.latents[7])
        np.testing.assert_allclose(value.picture / 255, own.decode(own.latents[[7]])[0, 0], atol=0.5 / 255 + 1e-6)
    assert np.abs(values[0].picture.astype(int) - values[1].picture).max() > 10


def test_between_dots_the_moments_own_map_is_gone_back(library):
    own = library["mine @ 1"].atlas
    value = MomentPoint("mine @ 1", "pca", (0.4, 0.6), None).answer(QueryContext(library, {}))
    np.testing.assert_array_equal(value.latent, own.inverse_transform(np.array([[0.4, 0.6]], np.float32))[0])
    at_dot = MomentPoint("mine @ 1", "pca", tuple(own.xy[3].tolist()), None).answer(QueryContext(library, {}))
    np.testing.assert_allclose(at_dot.latent, own.latents[3], atol=1e-5)


def test_a_row_has_originals_where_they_are(library, digits):
    own = library["mine @ 1"]
    missing = MomentRow("mine @ 1", (3, 5)).answer(QueryContext(library, {}))
    assert missing.originals == ()
    assert missing.note
    found = MomentRow("mine @ 1", (3, 5)).answer(QueryContext(library, {own.data_key: digits}))
    np.testing.assert_array_equal(found.originals[1], digits.get_image(int(own.indices[5])).numpy()[0])
    assert len(found.pictures) == 2


def test_samples_at_every_moment_are_those_of_the_rows_of_each(library):
    moments = ("mine @ 0", "mine @ 1")
    found = TimelineSamples("mine @ 0", moments, (3, 5)).answer(QueryContext(library, {}))
    assert found.moments == moments
    for t, moment in enumerate(moments):
        row = MomentRow(moment, (3, 5)).answer(QueryContext(library, {})).pictures
        for dot in range(2):
            np.testing.assert_array_equal(found.pictures[dot][t], row[dot])


def test_the_loss_of_every_moment_in_its_parts(library, digits):
    key = library["mine @ 0"].data_key
    request = LossCurves("mine @ 0", ("mine @ 0", "mine @ 1"))
    curves = request.answer(QueryContext(library, {key: digits})).curves
    assert set(curves) == {"loss", "reconstruction", "kl", "train loss", "train reconstruction", "train kl"}
    np.testing.assert_allclose(curves["loss"], curves["reconstruction"] + curves["kl"], rtol=1e-5)
    assert curves["loss"][1] < curves["loss"][0]
    without = request.answer(QueryContext(library, {key: AWAY}))
    assert without.curves == {}
    assert without.note == AWAY


def test_a_moment_stands_in_for_the_next_one_of_its_reel_alone():
    one = MomentRow("mine @ 3", (1,))
    assert one.has_same_subject(replace(one, model="mine @ 4"))
    assert not one.has_same_subject(replace(one, model="other @ 3"))
    assert not one.has_same_subject(MomentPoint("mine @ 3", "pca", (0, 0), 1))
    assert one.cost_key != replace(one, model="mine @ 9").cost_key  # whose network is to be built first


def test_one_wish_keeps_one_file_however_often_it_is_asked(library, tmp_path):
    names = {SaveMoment("mine @ 1", 1, "once").answer(QueryContext(library, {})).name for _ in range(3)}
    assert names == {"once"}
    assert [file.name for file in tmp_path.glob("once*")] == ["once.safetensors"]


def test_a_kept_moment_has_the_losses_that_were_known_of_it(library):
    film = library.timelines["mine"]
    live = replace(film, name="live 1", kind="live", moments=())
    for still, loss in zip(film.moments, (9.5, 2.5), strict=True):
        live = live.with_moment(still, {"loss": loss, "train loss": loss - 1, "kl": float("nan")})
    library.timelines.put(live)
    kept = library[SaveMoment("live 1 @ 1", 0, "known").answer(QueryContext(library, {})).name]
    assert kept.metrics == {
        "moment": {"epoch": pytest.approx(film.moments[1].axis_value), "loss": 2.5, "train loss": 1.5}
    }
    unknown = library[SaveMoment("mine @ 1", 1, "unknown").answer(QueryContext(library, {})).name]
    assert unknown.metrics == {}


def test_a_kept_moment_is_a_checkpoint_in_the_menu_and_replaces_none(library, tmp_path):
    for wish, name in enumerate(("live", "live-2")):
        assert SaveMoment("mine @ 1", wish, "live").answer(QueryContext(library, {})).name == name
        assert name in library
        kept = library[name]
        assert kept.path == tmp_path / f"{name}.safetensors"
        assert (kept.decode(kept.latents[:2]) == library["mine @ 1"].decode(kept.latents[:2])).all()
        np.testing.assert_allclose(kept.atlas.xy, library["mine @ 1"].atlas.xy, atol=1e-3)
