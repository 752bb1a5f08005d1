"""The engine with real checkpoints: what is warmed up, and pictures that glide."""

import math

import pytest

from latent_explorer.engine import scheduler as module
from latent_explorer.engine.animation.picture_animation import AnimationTarget
from latent_explorer.engine.decode import decode_pictures
from latent_explorer.engine.queries.base import Interpolation, StripValue, TransitionFrame
from latent_explorer.engine.queries.sample import Sample, SampleValue
from tests.engine.conftest import PATIENCE


def test_warming_up_asks_nothing_for_any_slot(real):
    real.warm_up(["first", "second"])
    real.ask({"strip": Interpolation("first", 3, 31, 5)})
    assert real.finish(PATIENCE)
    assert len(real.results.get_value("strip", StripValue).pictures) == 5


def test_a_slow_decoder_is_not_warmed_up_with_strips(real, monkeypatch):
    asked = []
    monkeypatch.setattr(module, "SLOW_ANSWER", -1.0)
    monkeypatch.setattr(real, "_answer_and_cache", asked.append)
    real.warm_up(["first"])
    assert {type(one).__name__ for one in asked} == {"Point"}


def test_a_broken_checkpoint_is_a_failure(real):
    real.ask({"a": Sample("first", 10**6)})
    assert real.finish(PATIENCE)
    assert "IndexError" in real.results.get_failure("a").message


def aim(world, dot: int, model: str = "first", subject: str = "here") -> AnimationTarget:
    return AnimationTarget(model, subject, world[model].latents[dot], dot)


@pytest.mark.usefixtures("in_frame")
def test_a_picture_glides_through_the_latents_between_and_comes_to_rest(real, world):
    real.warm_up(["first"])
    assert not real.animate({"a": aim(world, 3)}, 0.0)
    assert real.results.get_transition("a") is None
    assert real.animate({"a": aim(world, 31)}, 0.02)
    between = real.results.get_transition("a")
    start, end = world["first"].latents[3], world["first"].latents[31]
    share = (between.z - start) / (end - start)
    assert share == pytest.approx(share[0], abs=1e-4)
    assert 0.1 < share[0] < 0.9
    (picture,) = decode_pictures(world["first"], between.z[None])
    assert (between.picture == picture).all()
    assert not real.animate({"a": aim(world, 31)}, 1.0)
    assert real.results.get_transition("a") is None


@pytest.mark.usefixtures("in_frame")
def test_what_is_on_its_way_is_not_remembered(real, world):
    real.warm_up(["first"])
    real.ask({"a": Sample("first", 3)})
    known = set(real.answers)
    real.animate({"a": aim(world, 3)}, 0.0)
    for _ in range(20):
        assert real.animate({"a": aim(world, 31)}, 0.005)
    assert set(real.answers) == known
    assert real.results.get_value("a", SampleValue).dot == 3


def test_a_decoder_that_is_too_slow_for_the_frame_does_not_glide(real, world, monkeypatch):
    real.warm_up(["first"])
    real.animate({"a": aim(world, 3)}, 0.0)
    monkeypatch.setattr(module, "FRAME_BUDGET", 0.0)
    assert not real.animate({"a": aim(world, 31)}, 0.01)
    assert real.results.get_transition("a") is None
    monkeypatch.setattr(module, "FRAME_BUDGET", math.inf)
    assert not real.animate({"a": aim(world, 31)}, 0.01)  # it is there already, and does not set out from afar


def test_a_decoder_whose_speed_is_not_known_does_not_glide_but_for_the_patient(real, world):
    real.animate({"a": aim(world, 3)}, 0.0)
    assert not real.animate({"a": aim(world, 31)}, 0.01)
    assert real.animate({"a": aim(world, 3)}, 0.01, even_if_slow=True) is False  # the first picture here
    assert real.animate({"a": aim(world, 31)}, 0.01, even_if_slow=True)


def test_pictures_that_are_fast_one_by_one_glide_only_where_they_are_fast_together(real, world, monkeypatch):
    real.warm_up(["first", "second"])
    monkeypatch.setattr(module, "FRAME_BUDGET", 1.0)
    for model in ("first", "second"):
        real.answer_seconds[Sample, model] = 0.6
    places = {"a": ("first", 3, 31), "b": ("second", 3, 31)}
    real.animate({place: aim(world, one, model) for place, (model, one, _) in places.items()}, 0.0)
    assert not real.animate({place: aim(world, two, model) for place, (model, _, two) in places.items()}, 0.01)
    real.animate({"a": aim(world, 3)}, 0.0)
    real.animate({"a": aim(world, 3)}, 1.0)
    assert real.animate({"a": aim(world, 17)}, 0.01)


@pytest.mark.usefixtures("in_frame")
def test_what_fails_on_its_way_is_at_its_end(real, world, monkeypatch):
    real.warm_up(["first"])
    real.animate({"a": aim(world, 3)}, 0.0)

    def broken(*arguments):
        raise RuntimeError("the decoder broke")

    monkeypatch.setattr(TransitionFrame, "answer", broken)
    assert not real.animate({"a": aim(world, 31)}, 0.01)
    assert real.results.get_transition("a") is None
    assert real.results.get_last_error() == ""
