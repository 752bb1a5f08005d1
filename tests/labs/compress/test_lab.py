"""The Compress lab: the bits, the models, and the picture that is compressed."""

from dataclasses import replace

import numpy as np

from latent_explorer import config
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.compress import view
from latent_explorer.labs.compress.queries import BITS, RateDistortion
from latent_explorer.scene.controls import Choice, Slider
from latent_explorer.scene.events import Key, Leave, Move, Set
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.labs import shipped
from tests.labs.compress.on_screen import LAB, NAME, chart, shown
from tests.stage import begin, click, dot_px, play


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


def test_entering_it_adds_models_of_other_sizes(digits):
    assert LAB.choose_models((NAME, NAME), digits) == (NAME, NAME, "digits-anomaly")


def test_what_is_looked_at_is_asked_for_before_what_it_is_compared_with(start, digits):
    slots = [slot for slot in LAB.make_queries(start) if slot in ("coded", "squeezed", "codecs") or "rates" in slot]
    own, others = f"rates {start.models[0]}", {f"rates {name}" for name in start.models[1:]}
    assert slots[:4] == ["coded", own, "squeezed", "codecs"]
    assert set(slots[4:]) == others - {own}
    assert len(slots) > 4


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
