"""Maps made in the background; the slow fits are played by functions, but for one that is done in a process."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from latent_explorer.atlas import PROJECTIONS, Atlas, projection
from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.checkpoint import map_cache
from latent_explorer.engine.background import worker_process
from latent_explorer.engine.map_making.map_events import MapFailed, MapFinished, MapProgress, MapUpdate
from latent_explorer.engine.map_making.map_maker import MapMaker
from latent_explorer.errors import InputError, WorkError
from tests import stage

PATIENCE = 20.0
TSNE = MapSpec("tsne", perplexity=7.0)


@pytest.fixture
def shelf() -> stage.World:
    return stage.make_world()


@pytest.fixture
def makers() -> Iterator:
    """`makers(run)`: a `Maps` whose slow fits `run` does; closed at the end."""
    every: list[MapMaker] = []

    def make(run=None, **options) -> MapMaker:
        every.append(MapMaker(run=run or quick, **options))
        return every[-1]

    yield make
    for one in every:
        one.close()


def quick(job, tell, stop):
    """As if a process had fitted it."""
    tell(0.5, "half")
    if isinstance(job, worker_process.FitInverse):
        raise AssertionError("so few dots have no smooth part")
    latents = job.latents
    parameters = {"centre": [0, 0], "scale": 1.0, "perplexity": job.spec.perplexity, "metric": "euclidean", "seed": 0}
    xy = projection.fit("pca", latents).xy
    return PROJECTIONS["tsne"].restore(parameters, {"xy": xy}, latents)


def made_by(maps: MapMaker, shelf, models=("first",), spec=TSNE) -> list:
    for model in models:
        maps.open(model, shelf[model])
    maps.request_map(models, spec)
    assert maps.finish(PATIENCE)
    return maps.take_events(shelf)


def test_a_wanted_map_is_made_and_put_among_the_others(makers, shelf):
    news = made_by(makers(), shelf)
    assert MapFinished("first", TSNE, "tsne-7") in news
    assert list(shelf["first"].maps) == ["tsne", "pca", "tsne-7"]
    assert MapSpec.of(shelf["first"].maps["tsne-7"].projection) == TSNE


def test_only_the_newest_progress_is_told(makers, shelf):
    def chatty(job, tell, stop):
        for i in range(100):
            tell(i / 100, f"KL {i}")
        return quick(job, lambda share, said: None, stop)

    progress = [one for one in made_by(makers(chatty), shelf) if isinstance(one, MapProgress)]
    assert progress == [MapProgress(TSNE, 0.99, "KL 99")]


def test_progress_of_a_long_fit_says_what_is_left(makers, shelf):
    times = iter(range(0, 1000, 5))

    def slow(job, tell, stop):
        for share in (0.0, 0.25, 0.5):
            tell(share, "KL 2")
        return quick(job, lambda share, said: None, stop)

    (last,) = [one for one in made_by(makers(slow, clock=lambda: next(times)), shelf) if isinstance(one, MapProgress)]
    assert "about 10 s" in last.message


def test_both_models_get_it_one_after_the_other(makers, shelf):
    news = made_by(makers(), shelf, ("first", "second"))
    assert [one.model for one in news if isinstance(one, MapFinished)] == ["first", "second"]


def test_every_map_is_measured_once(makers, shelf):
    maps = makers()
    made_by(maps, shelf)
    assert all(one.quality is not None for one in shelf["first"].maps.values())
    before = {name: one.quality for name, one in shelf["first"].maps.items()}
    assert made_by(maps, shelf) == []  # nothing is left to do
    assert {name: one.quality for name, one in shelf["first"].maps.items()} == before


def test_planes_need_no_process(makers, shelf):
    def never(*arguments):
        raise AssertionError("asked for a process")

    for spec in (MapSpec("pca", axes=(1, 3)), MapSpec("latent", axes=(4, 2))):
        news = made_by(makers(never), shelf, spec=spec)
        assert MapFinished("first", spec, spec.map_name) in news


@pytest.mark.parametrize("error", [WorkError("no memory"), RuntimeError("odd\nlines"), MemoryError()])
def test_what_goes_wrong_is_one_line_and_the_next_map_is_made(makers, shelf, error):
    failing = [True]

    def broken(job, tell, stop):
        if failing:
            raise error
        return quick(job, tell, stop)

    maps = makers(broken)
    (failed,) = [one for one in made_by(maps, shelf) if isinstance(one, MapFailed)]
    assert failed.spec == TSNE
    assert failed.message.startswith("t-SNE 7: ")
    assert "\n" not in failed.message
    maps.request_map((), None)
    failing.clear()
    assert any(isinstance(one, MapFinished) for one in made_by(maps, shelf))


class Gate:
    """A fit that waits until it is stopped."""

    def __init__(self) -> None:
        self.begun, self.ended = threading.Event(), threading.Event()

    def __call__(self, job, tell, stop):
        if job.spec.perplexity != 7:
            return quick(job, tell, stop)
        self.begun.set()
        assert stop.wait(PATIENCE)
        self.ended.set()
        raise worker_process.StoppedError


def test_a_map_that_is_no_longer_wanted_is_not_made(makers, shelf):
    gate = Gate()
    maps = makers(gate)
    maps.open("first", shelf["first"])
    maps.request_map(("first",), TSNE)
    assert gate.begun.wait(PATIENCE)
    maps.request_map(("first",), TSNE)  # the same wish changes nothing
    assert not gate.ended.is_set()
    maps.request_map((), None)
    assert gate.ended.wait(PATIENCE)
    assert maps.finish(PATIENCE)
    maps.take_events(shelf)
    assert list(shelf["first"].maps) == ["tsne", "pca"]


def test_another_wish_ends_the_first(makers, shelf):
    gate = Gate()
    maps = makers(gate)
    maps.open("first", shelf["first"])
    maps.request_map(("first",), TSNE)
    assert gate.begun.wait(PATIENCE)
    maps.request_map(("first",), MapSpec("tsne", perplexity=9.0))
    assert gate.ended.wait(PATIENCE)
    assert maps.finish(PATIENCE)
    assert [one.name for one in maps.take_events(shelf) if isinstance(one, MapFinished)] == ["tsne-9"]


def test_closing_ends_what_is_running(makers, shelf):
    gate = Gate()
    maps = makers(gate)
    maps.open("first", shelf["first"])
    maps.request_map(("first",), TSNE)
    assert gate.begun.wait(PATIENCE)
    maps.close()
    assert gate.ended.is_set()


def test_a_kept_map_is_there_at_once(makers, tiny):
    made_by(makers(), {"tiny": tiny}, ("tiny",), MapSpec("pca", axes=(1, 3)))
    tiny.maps.pop("pca-1-3")
    again = makers(lambda *arguments: pytest.fail("made a second time"))
    again.open("tiny", tiny)
    assert again.finish(PATIENCE)
    again.take_events({"tiny": tiny})
    assert tiny.maps["pca-1-3"].quality is not None


def test_a_damaged_file_of_kept_maps_is_said_and_left_alone(makers, tiny):
    made_by(makers(), {"tiny": tiny}, ("tiny",), MapSpec("pca", axes=(1, 3)))
    (path,) = [path for path in map_cache.list_locations(tiny) if path.is_file()]
    path.write_bytes(path.read_bytes()[:-40])
    again = makers()
    again.open("tiny", tiny)
    assert again.finish(PATIENCE)
    said = [one.error for one in again.take_events({"tiny": tiny}) if isinstance(one, MapUpdate) and one.error]
    assert said == [map_cache.read(tiny).unused_reason]
    path.unlink()


def test_a_map_gets_a_smooth_way_back_after_it_is_there(makers, shelf, monkeypatch):
    from latent_explorer.atlas import fit_smooth_network

    monkeypatch.setattr("latent_explorer.atlas.MIN_DOTS_TO_FIT", 10)
    first = shelf["first"]
    smooth = fit_smooth_network._TorchSmoothNetwork(
        first.latents, fit_smooth_network.LINEAR_MAP, 1.0, fit_smooth_network.torch.Generator().manual_seed(0)
    ).to_numpy().quantise()  # fmt: skip
    there = []

    def run(job, tell, stop):
        if isinstance(job, worker_process.FitInverse):
            there.append("tsne-7" in maps._maps["first"])
            assert list(job.checkpoint.maps) == ["tsne"]  # one map alone, by its projection's name
            return smooth
        return quick(job, tell, stop)

    maps = makers(run)
    news = made_by(maps, shelf)
    assert there == [True]
    assert MapUpdate("first", inverse_changed=True) in news
    one = first.maps["tsne-7"]
    assert one.smooth_network is smooth
    np.testing.assert_allclose(one.inverse_transform(one.xy), one.latents, atol=1e-3)


def test_a_decoder_that_cannot_be_fitted_to_is_no_error(makers, shelf, monkeypatch):
    monkeypatch.setattr("latent_explorer.atlas.MIN_DOTS_TO_FIT", 10)

    def run(job, tell, stop):
        if isinstance(job, worker_process.FitInverse):
            raise InputError("too slow")
        return quick(job, tell, stop)

    updates = [one for one in made_by(makers(run), shelf) if isinstance(one, MapUpdate)]
    assert not [one.error for one in updates if one.error]
    assert [one.remark.endswith(": too slow") for one in updates if one.remark] == [True]


def test_without_a_decoder_there_is_no_way_back_to_fit(makers, monkeypatch):
    monkeypatch.setattr("latent_explorer.atlas.MIN_DOTS_TO_FIT", 10)
    shelf = stage.World(words=stage.make_word_vectors())
    maps = makers()  # whose `quick` refuses to fit one
    news = made_by(maps, shelf, ("words",))
    maps.ensure_inverse("words", "tsne")
    assert maps.finish(PATIENCE)
    assert not [one for one in (*news, *maps.take_events(shelf)) if isinstance(one, MapUpdate) and one.error]
    assert "tsne-7" in shelf["words"].maps


# -- the process --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_process_fits_the_same_map(cloud):
    latents = cloud(60)[0]
    spec = MapSpec("tsne", perplexity=5)
    told = []
    found = worker_process.run(
        worker_process.FitMap(spec, latents), lambda share, said: told.append(share), threading.Event()
    )
    np.testing.assert_array_equal(found.xy, projection.fit("tsne", latents, perplexity=5).xy)
    assert told[-1] == pytest.approx(1)


@pytest.mark.slow
def test_a_process_says_what_is_wrong_and_can_be_ended(cloud):
    latents = cloud(60)[0]
    with pytest.raises(ValueError, match="perplexity: 90 arrived for 60 points"):
        worker_process.run(
            worker_process.FitMap(MapSpec("tsne", perplexity=90), latents), lambda *said: None, threading.Event()
        )
    stop = threading.Event()
    stop.set()
    with pytest.raises(worker_process.StoppedError):
        worker_process.run(worker_process.FitMap(MapSpec("tsne", perplexity=5), latents), lambda *said: None, stop)


def test_what_a_process_is_given_is_light(shelf):
    first = shelf["first"]
    _ = first.model
    light = worker_process.copy_with_one_map(
        first, Atlas(projection.fit("pca", first.latents), first.latents, first.labels)
    )
    assert list(light.maps) == ["pca"]
    assert "model" not in vars(light)


def test_a_kept_map_without_its_way_back_gets_it_when_it_is_shown(makers, shelf, monkeypatch):
    monkeypatch.setattr("latent_explorer.atlas.MIN_DOTS_TO_FIT", 10)
    first, asked = shelf["first"], []
    first.maps["pca-1-3"] = Atlas(projection.fit("pca", first.latents, axes=(1, 3)), first.latents, first.labels)

    def run(job, tell, stop):
        asked.append(job.checkpoint.atlas.method)
        raise WorkError("not today")

    maps = makers(run)
    maps.open("first", first)
    assert maps.finish(PATIENCE)
    assert asked == []
    for which in ("tsne", "pca-1-3", "pca-1-3"):
        maps.ensure_inverse("first", which)
    assert maps.finish(PATIENCE)
    assert asked == ["pca"]  # once, and not for the checkpoint's own


def test_a_map_that_cannot_be_kept_is_there_and_it_is_said(makers, shelf, monkeypatch):
    def refuse(*_):
        raise WorkError("the disk is full")

    monkeypatch.setattr(map_cache, "save", refuse)
    news = made_by(makers(), shelf)
    assert MapFinished("first", TSNE, "tsne-7") in news
    remarks = [one.remark for one in news if isinstance(one, MapUpdate) and one.remark]
    assert remarks == ["t-SNE is not kept for the next start. the disk is full"]
