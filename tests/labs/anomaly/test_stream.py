"""A long signal that runs through a model: of which samples it is, what is shown up to its head, what is counted."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.config import Config, Data, Model
from latent_explorer.data.attributes import Attribute
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.anomaly import stream
from latent_explorer.labs.anomaly.stream import PAGE, StreamPage, StreamPageValue
from latent_explorer.samples import Curves
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Key, Set, TimePassed
from tests import stage
from tests.labs.anomaly.on_screen import LAB
from tests.stage import begin, change, of_kind, play

POINTS = 6


def signals(**data: object):
    """A checkpoint whose samples are curves."""
    plain = stage.make_plane_model("signals")
    settings = Data(name="signal", shape=(1, 1, POINTS), curves=Curves((0.0,), (2.0,), (), "mV"), **data)
    return replace(
        plain, config=Config(data=settings, model=Model(latent_dim=plain.latent_dim)), image_shape=(1, 1, POINTS)
    )  # fmt: skip


@pytest.fixture
def start():
    one = signals()
    state = begin({"signals": one}, "anomaly", (1366, 768), models=("signals",))
    return play(state, Set("stream", True))


def page(state, number: int = 0, errors=None, unusual=None) -> Results:
    """The results with a page of the stream."""
    x = number * PAGE + (np.arange(PAGE * POINTS, dtype=np.float32) + 0.5) / POINTS
    errors = np.full(PAGE, 0.01, np.float32) if errors is None else errors
    unusual = np.zeros(PAGE, bool) if unusual is None else unusual
    value = StreamPageValue(number, x, (np.sin(x),), errors, unusual, "")
    results = Results()
    results.put("stream", value)
    return results


def head(state) -> float:
    return LAB.get_own(state).passing.head


def test_pictures_have_no_stream():
    state = begin({"plane": stage.make_plane_model()}, "anomaly", (1366, 768), models=("plane",))
    assert "stream" not in {one.name for one in LAB.make_controls(state)}
    assert "stream" not in LAB.get_layout(play(state, Set("stream", True))).parts


def test_it_runs_with_the_time_and_stops_at_a_key(start):
    assert LAB.is_playing(start)
    later = play(start, TimePassed(2 * stream.SECONDS))
    assert head(later) == pytest.approx(2)
    paused = play(later, Set("play", False))
    assert not LAB.is_playing(paused)
    assert head(play(paused, Key("."))) == 3
    assert head(play(paused, Key(","))) == 1
    assert head(play(paused, Key(","), Key(","), Key(","))) == 0


def test_the_sample_that_ran_through_last_is_scored(start):
    dots = stream.list_dots(start.library["signals"])
    for count in (1, 2, 5):
        state = play(start, TimePassed((count + 0.5) * stream.SECONDS))
        assert LAB.choose_subject(state) == Dot(int(dots[count - 1]))


def test_the_page_of_the_head_is_asked_for_and_none_twice_at_its_end(start):
    assert LAB.make_queries(start)["stream"] == StreamPage("signals", 0)
    dots = stream.list_dots(start.library["signals"])
    if len(dots) > PAGE:
        assert LAB.make_queries(play(start, TimePassed((PAGE + 0.1) * stream.SECONDS)))["stream"].page == 1
    again = play(start, TimePassed((len(dots) + 0.1) * stream.SECONDS))
    assert LAB.make_queries(again)["stream"].page == 0


def test_nothing_beyond_the_head_is_shown(start):
    state = play(start, TimePassed(3.5 * stream.SECONDS))
    signal, errors, *_ = of_kind(LAB.make_view(state, page(state)), Chart)
    assert signal.series[0].x.max() <= 3.5
    assert len(errors.series[0].x) == 3


def test_alarms_are_counted_by_what_is_true(start):
    errors = np.array([1, 9, 9, 1, 9, 1, *[1] * (PAGE - 6)], np.float32)
    unusual = np.array([0, 1, 0, 1, 1, 0, *[0] * (PAGE - 6)], bool)
    value = StreamPageValue(0, np.zeros(0, np.float32), (), errors, unusual, "")
    assert re.findall(r"\d+", stream.describe(value, PAGE, 5.0)) == ["2", "3", "1"]
    assert re.findall(r"\d+", stream.describe(value, 2, 5.0)) == ["1", "1", "0"]


def test_samples_are_held_out_and_some_were_never_learnt():
    one = signals()
    names = one.class_names
    chosen = replace(
        one, config=replace(one.config, data=replace(one.config.data, leave_out=(names[1],))),
        made_by={"train_images": int(np.median(one.indices))},
    )  # fmt: skip
    dots = stream.list_dots(chosen)
    known = one.labels[dots] != 1
    assert (chosen.indices[dots[known]] >= chosen.made_by["train_images"]).all()
    assert (stream.list_dots(chosen) == stream.list_dots(replace(chosen))).all()


def test_windows_of_a_recording_run_in_their_order():
    one = signals(window=POINTS)
    order = np.random.default_rng(0).permutation(len(one.latents)).astype(np.float32)
    dots = stream.list_dots(replace(one, attributes={stream.POSITION: Attribute(order)}))
    assert (np.diff(order[dots]) > 0).all()


@pytest.mark.parametrize("size", [(640, 420), (1366, 768), (3840, 2160)])
def test_the_charts_lie_in_the_window_one_below_the_other(start, size):
    state = change(play(start, TimePassed(2.5 * stream.SECONDS)), size=size)
    charts = of_kind(LAB.make_view(state, page(state)), Chart)
    assert len(charts) == (2 if "stream" in LAB.get_layout(state).parts else 0)
    for one in charts:
        assert one.rect.x >= 0
        assert one.rect.right <= size[0]
        assert one.rect.bottom <= size[1]
    assert len({(one.plot.x, one.plot.right) for one in charts}) <= 1


def test_channels_have_lanes_that_do_not_overlap(start):
    x = (np.arange(PAGE * POINTS, dtype=np.float32) + 0.5) / POINTS
    channels = tuple(10.0**k * np.sin((k + 1) * x) for k in range(3))
    value = StreamPageValue(0, x, channels, np.full(PAGE, 0.01, np.float32), np.zeros(PAGE, bool), "")
    results = Results()
    results.put("stream", value)
    state = play(start, TimePassed(PAGE * 0.9 * stream.SECONDS))
    signal = of_kind(LAB.make_view(state, results), Chart)[0]
    ends = [(one.y.min(), one.y.max()) for one in signal.series]
    assert all(upper[0] >= lower[1] for upper, lower in pairwise(ends))
    assert len({one.colour for one in signal.series}) == 3


def test_the_axis_says_how_long_a_curve_lasts_if_that_is_known():
    for seconds, said in ((0.0, "curve"), (0.4, "number of the curve, 0.4 s each")):
        one = signals()
        data = replace(one.config.data, curves=replace(one.config.data.curves, seconds=seconds))
        state = begin({"signals": replace(one, config=replace(one.config, data=data))}, "anomaly", models=("signals",))
        state = play(state, Set("stream", True), TimePassed(2 * stream.SECONDS))
        labels = [chart.x.label for chart in of_kind(LAB.make_view(state, page(state)), Chart)]
        assert said in labels


def test_the_beats_that_the_model_may_know_were_held_out():
    checkpoint = checkpoint_file.load("beats-anomaly", "cpu")
    dots = stream.list_dots(checkpoint)
    assert stream.are_held_out(checkpoint)
    assert len(np.unique(dots)) > 200
    unusual = np.isin(checkpoint.labels[dots], np.arange(1, 5)).mean()
    assert 0.05 < unusual < 0.25
