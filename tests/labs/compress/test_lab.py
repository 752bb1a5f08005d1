"""The lab of compression: bits, models, the pictures of equal size, and the curves."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.engine.results import Failure, Results
from latent_explorer.engine.subject import Dot
from latent_explorer.labs import LABS
from latent_explorer.labs.compress import view
from latent_explorer.labs.compress.layout import CODEC_NAMES
from latent_explorer.labs.compress.queries import (
    BITS,
    CodecReconstructions,
    LatentReconstruction,
    LatentReconstructionValue,
    RateDistortion,
    RateDistortionValue,
)
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.controls import Choice, Slider
from latent_explorer.scene.events import Key, Leave, Move, Set
from latent_explorer.scene.items import Image, Text
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.labs import shipped
from tests.stage import begin, click, dot_px, of_kind, play, texts

LAB, NAME = LABS["compress"], "digits-vae"


@pytest.fixture
def digits():
    return shipped.world()


@pytest.fixture
def start(digits):
    return begin(digits, "compress", (1280, 800), models=(NAME, "digits-anomaly"))


def shown(state):
    return LAB.make_view(state, shipped.answered(state))


def chart(view) -> Chart:
    (found,) = of_kind(view, Chart)
    return found


def large(view) -> list[str]:
    """What is written in the largest type: the size of the code."""
    return [one.text for one in of_kind(view, Text) if one.size == "large"]


def waiting(view) -> list[Text]:
    """What is written over the place of a picture."""
    return [one for one in of_kind(view, Text) if one.wrap and one.align == "centre"]


def test_the_slider_says_how_many_bits(start, digits):
    state = play(start, Set("bits", 7.0))
    assert LAB.make_queries(state)["squeezed"].bits == 7
    state = play(state, Key("b"), Key("b"), Key("B"))
    assert LAB.make_queries(state)["squeezed"].bits == 8


def test_the_picture_is_the_one_under_the_mouse_or_the_clicked_or_one_s_own(start, digits):
    state = play(start, *click(dot_px(start, 33)), Move(dot_px(start, 70)))
    assert LAB.make_queries(state)["squeezed"].subject == Dot(70)
    state = play(state, Leave())
    assert LAB.make_queries(state)["squeezed"].subject == Dot(33)
    mine = OwnImage(bytes([0, 255] * 32), (8, 8), 1)
    assert LAB.make_queries(state.put(replace(state.drawing, image=mine)))["squeezed"].subject == mine


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


def test_the_curve_grows_with_the_bits_that_were_tried(start, digits):
    def tried(state):
        return next(one for one in chart(shown(state)).series if one.kind == "dots").x

    state = start
    assert len(tried(state)) == 1
    for bits in (2, 8, 8, 5):
        state = play(state, Set("bits", float(bits)))
    assert len(tried(state)) == 4  # 4, where it began, 2, 8 and 5
    assert (np.diff(tried(state)) > 0).all()
    assert len(tried(play(state, Key("c")))) == 1


def test_the_arrays_of_the_chart_are_the_same_from_frame_to_frame(start):
    results = shipped.answered(start)
    first, second = (chart(LAB.make_view(start, results)) for _ in range(2))
    assert first.identity == second.identity


def test_a_click_in_the_chart_chooses_the_bits_of_that_size(start, digits):
    rect = LAB.get_layout(start).parts["chart"]
    rates = shipped.answered(start).get_value(f"rates {NAME}", object)
    empty = view.make_empty_chart(rect, start)
    for bits in (3, 9):
        px = empty.to_px(float(rates.curve.byte_counts[rates.find_index(bits)]), 20)
        assert abs(play(start, *click(px)).lab_states["compress"].bits - bits) <= 1
    assert play(start, *click(empty.to_px(60, 20))).lab_states["compress"].bits == BITS[-1]


def test_another_latent_size_is_chosen_and_the_others_stay_to_compare(start, digits):
    state = play(start, Set("size", "digits-anomaly"))
    assert state.models[:2] == ("digits-anomaly", NAME)
    wanted = LAB.make_queries(state)
    assert {one.model for one in wanted.values() if isinstance(one, RateDistortion)} == set(shipped.DIGITS)
    assert wanted["squeezed"].model == "digits-anomaly"
    assert play(state, Set("size", "nothing")).models == state.models


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


def test_entering_it_adds_models_of_other_sizes(digits):
    assert LAB.choose_models((NAME, NAME), digits) == (NAME, NAME, "digits-anomaly")


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
    results = stage.answered(state)
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
    assert chart(LAB.make_view(ssim, stage.answered(ssim))).y.label != "SSIM"
    assert all(picture.reveals_answer for picture in of_kind(view, Image))
    assert isinstance(LAB.make_queries(state)["squeezed"], CodecReconstructions)


def test_a_picture_that_cannot_be_read_shows_no_other_one_s_figures(start, digits):
    results = shipped.answered(start)
    for slot in ("coded", "squeezed"):
        results.put(slot, Failure("blank.png: one even surface arrived"))
    view = LAB.make_view(start, results)
    assert of_kind(view, Image) == []
    assert not waiting(view)


def test_of_a_codebook_there_are_no_bits_to_choose(digits):
    coded = stage.make_checkpoint("coded", seed=7, objective=config.Objective(name="quantised", codes=5, groups=2))
    shelf = stage.World({"coded": coded})
    state = begin(shelf, "compress", (1280, 800), models=("coded", "coded"))
    control = LAB.make_controls(state)[0]
    assert isinstance(control, Choice)
    assert "codebook" in control.tip
    px = LAB.get_layout(state).parts["chart"].centre
    for action in (Set("bits", 7.0), Set("bits", "codebook"), Key("b")):
        assert play(state, action).lab_states == state.lab_states
    assert play(state, *click(px)).lab_states["compress"] == state.lab_states["compress"]
    start = begin(digits, "compress", (1280, 800), models=(NAME, "digits-anomaly"))
    assert isinstance(LAB.make_controls(start)[0], Slider)


def test_the_axis_holds_the_curves(start):
    """But for what is as good as exact."""
    one = chart(shown(start))
    low, high = one.y.ends
    known = np.concatenate([series.y[series.y < high] for series in one.series])
    assert known.min() >= low
    assert all(low <= spot.y <= high for spot in one.spots)
