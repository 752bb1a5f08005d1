"""What the Compress lab shows: pictures of equal size with their figures, and the curves."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Failure, Results
from latent_explorer.labs.compress.layout import CODEC_NAMES
from latent_explorer.labs.compress.queries import (
    CodecReconstructions,
    LatentReconstruction,
    LatentReconstructionValue,
    RateDistortionValue,
    count_raw_bytes,
)
from latent_explorer.labs.compress.view import make_empty_chart
from latent_explorer.scene.events import Key, Set
from latent_explorer.scene.items import Image, Text
from latent_explorer.scene.rect import Rect
from tests import stage
from tests.labs import shipped
from tests.labs.compress.on_screen import LAB, chart, shown
from tests.stage import begin, of_kind, play, texts


def large(view) -> list[str]:
    """What is written in the largest type: the size of the code."""
    return [one.text for one in of_kind(view, Text) if one.size == "large"]


def waiting(view) -> list[Text]:
    """What is written over the place of a picture."""
    return [one for one in of_kind(view, Text) if one.wrap and one.align == "centre"]


def test_every_picture_has_its_bytes_and_its_likeness(start):
    view, coded = shown(start), shipped.answered(start).get_value("coded", LatentReconstructionValue)
    said = texts(view)
    assert len(of_kind(view, Image)) == 2 + len(CODEC_NAMES)
    assert [one.reveals_answer for one in of_kind(view, Image)] == [False, True, True, True, True]
    assert large(view) == [f"{coded.compressed.byte_count:.1f}"]
    assert said.count(" bytes") >= 5
    assert said.count("SSIM ") >= 4
    assert coded.raw_bytes == 64


def test_more_bits_are_more_bytes_in_the_same_place_of_the_chart(start, digits):
    spots = [chart(shown(play(start, Set("bits", float(bits))))).spots[-1] for bits in (2, 5, 12)]
    assert spots[0].x < spots[1].x < spots[2].x
    assert [one.label for one in spots] == ["2 bits", "5 bits", "12 bits"]


def test_the_arrays_of_the_chart_are_the_same_from_frame_to_frame(start):
    results = shipped.answered(start)
    first, second = (chart(LAB.make_view(start, results)) for _ in range(2))
    assert first.identity == second.identity


def test_both_measures_can_be_shown(start, digits):
    psnr, ssim = chart(shown(start)), chart(shown(play(start, Key("y"))))
    assert ["dB" in psnr.y.label, ssim.y.label] == [True, "SSIM"]
    assert ssim.y.ends == (0, 1)


def test_the_curves_are_named(start):
    one = chart(shown(start))
    assert [series.label for series in one.series if series.label] == list(CODEC_NAMES)
    assert {"digits-vae", "digits-anomaly"} & {spot.label for spot in one.spots}, "the other model's"


def test_in_a_lesson_every_picture_keeps_its_name(start):
    """A lesson's page takes its height from the lab."""
    low = replace(start, size=(1280, 636)).put(replace(start.overlay, lesson_height=164))
    said = texts(shown(low)).split("\n")
    assert {"The code", *CODEC_NAMES} <= set(said)
    images = [one.rect for one in of_kind(shown(low), Image)]
    assert min(rect.height for rect in images) > 60


def test_the_code_s_picture_does_not_wait_for_the_codecs(start, digits):
    whole, early = shipped.answered(start), Results()
    for slot in ("coded", "rates digits-vae"):
        early.put(slot, whole.get_value(slot, object))
    view = LAB.make_view(start, early)
    assert len(of_kind(view, Image)) == 2
    assert large(view)
    assert not LatentReconstruction.slow
    assert CodecReconstructions.slow


def test_before_anything_is_measured_nothing_breaks(start, digits):
    view = LAB.make_view(start, Results())
    assert len(waiting(view)) == 1
    assert chart(view).series == ()


def test_without_the_data_set_it_says_what_stands_in(world):
    state = begin(world, "compress", (1280, 800))
    context = QueryContext(world, {world["first"].data_key: "not here"})

    def answer(query):
        return query.answer(context)

    results = stage.answered(state, answer)
    view = LAB.make_view(state, results)
    assert results.get_value("rates first", RateDistortionValue).note in texts(view)
    title, _, size = stage.written(view, LAB.get_layout(state).parts["original text"]).splitlines()
    assert title != "Original"
    assert "64 bytes" in size
    place = LAB.get_layout(state).parts["code text"]
    code = [one.text for one in of_kind(view, Text) if one.rect.x == place.x and place.contains(one.rect.centre)]
    assert [one.split()[0] for one in code if "dB" in one] == ["about"]
    assert [one[:6] for one in code if "SSIM" in one] == ["SSIM ≤"]
    ssim = play(state, Key("y"))
    assert chart(LAB.make_view(ssim, stage.answered(ssim, answer))).y.label != "SSIM"
    assert all(picture.reveals_answer for picture in of_kind(view, Image))
    assert isinstance(LAB.make_queries(state)["squeezed"], CodecReconstructions)


def test_a_picture_that_cannot_be_read_shows_no_other_one_s_figures(start, digits):
    results = shipped.answered(start)
    for slot in ("coded", "squeezed"):
        results.put(slot, Failure("blank.png: one even surface arrived"))
    view = LAB.make_view(start, results)
    assert of_kind(view, Image) == []
    assert not waiting(view)


def test_the_axis_holds_the_curves(start):
    """But for what is as good as exact."""
    one = chart(shown(start))
    low, high = one.y.ends
    known = np.concatenate([series.y[series.y < high] for series in one.series])
    assert known.min() >= low
    assert all(low <= spot.y <= high for spot in one.spots)


@pytest.mark.parametrize(("dimensions", "least"), [(2, 0.25), (16, 0.5)])
def test_the_chart_begins_where_the_smallest_code_lies(dimensions, least):
    few = stage.make_checkpoint("few", seed=1, latent_dim=dimensions)
    state = begin(stage.World(few=few), "compress", models=("few", "few"))
    assert make_empty_chart(Rect(0, 0, 400, 200), state).x.ends[0] == least


def test_what_the_kl_has_switched_off_takes_no_room_on_the_chart(monkeypatch):
    few = stage.make_checkpoint("few", seed=1, latent_dim=16)
    off = np.arange(16) > 0
    monkeypatch.setattr("latent_explorer.labs.compress.view.find_switched_off", lambda checkpoint: off)
    state = begin(stage.World(few=few), "compress", models=("few", "few"))
    assert make_empty_chart(Rect(0, 0, 400, 200), state).x.ends[0] == 0.125


@pytest.mark.parametrize("size", [1.04, 0.124])
def test_the_factor_is_that_of_the_bytes_as_they_are_written(start, size):
    value, results = shipped.answered(start).get_value("coded", LatentReconstructionValue), shipped.answered(start)
    results.put("coded", replace(value, compressed=replace(value.compressed, byte_count=size)))
    view = LAB.make_view(start, results)
    (written,) = large(view)
    factor, exact = (f"{count_raw_bytes(start.get_checkpoint(0)) / one:,.0f} times" for one in (float(written), size))
    assert factor != exact
    assert f"{factor} smaller" in texts(view)


def test_a_code_without_a_byte_is_not_called_so_many_times_smaller(start):
    value = shipped.answered(start).get_value("coded", LatentReconstructionValue)
    results = shipped.answered(start)
    assert "times smaller" in texts(LAB.make_view(start, results))
    results.put("coded", replace(value, compressed=replace(value.compressed, byte_count=0.0)))
    view = LAB.make_view(start, results)
    assert large(view) == ["0.00"]
    assert "times smaller" not in texts(view)


def test_less_than_a_byte_is_written_with_two_decimals(start):
    value = shipped.answered(start).get_value("coded", LatentReconstructionValue)
    results = shipped.answered(start)
    results.put("coded", replace(value, compressed=replace(value.compressed, byte_count=0.848)))
    view = LAB.make_view(start, results)
    assert large(view) == ["0.85"]
    assert "0.85 bytes" in texts(view)
