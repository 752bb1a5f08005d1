"""The lamp: what it says of pictures, what of codes, and where there is no data."""

import numpy as np
import pytest

from latent_explorer.engine.queries.base import PointValue, TransitionFrameValue
from latent_explorer.scene import realism
from latent_explorer.scene.items import StatusDot, Text
from latent_explorer.scene.rect import Rect

FAR = 2.0
GAP = 0.002
BLANK = np.zeros((1, 1), np.uint8)


def point(map_gaps=0.5, latent_gaps=0.5, plausibility=None) -> PointValue:
    return PointValue(np.zeros(2, np.float32), lambda: BLANK, 0, map_gaps, latent_gaps, lambda picture: plausibility)


@pytest.mark.parametrize("latent_gaps", [0.0, 1.0, 50.0])
def test_a_verdict_on_a_picture_does_not_depend_on_its_code(latent_gaps):
    assert realism.judge(0.08, latent_gaps, FAR) is realism.USUAL
    assert realism.judge(0.079, latent_gaps, FAR) is realism.UNUSUAL


@pytest.mark.parametrize(
    ("gaps", "verdict"),
    [
        (0.0, realism.SAMPLE_CODE),
        (0.25, realism.SAMPLE_CODE),
        (0.26, realism.CODE_BETWEEN),
        (2.0, realism.CODE_BETWEEN),
        (2.1, realism.FAR_CODE),
    ],
)
def test_without_a_judge_the_verdict_is_on_the_code_and_says_so(gaps, verdict):
    assert realism.judge(None, gaps, FAR) is verdict
    assert "code" in verdict.words
    assert "code" in verdict.short.lower()


def test_a_code_is_far_where_few_samples_are_as_far_from_others():
    assert realism.judge(None, 3.0, 2.0) is realism.FAR_CODE
    assert realism.judge(None, 3.0, 3.8) is realism.CODE_BETWEEN


def test_far_from_every_dot_nothing_else_counts():
    far = point(map_gaps=13.0, plausibility=1.0)
    assert realism.judge_map_position(far, None, GAP, FAR) is realism.OFF_THE_MAP
    # where dots stand very close many gaps are not far
    assert realism.judge_map_position(far, None, GAP / 10, FAR) is realism.USUAL
    assert realism.judge_map_position(point(map_gaps=5.0), None, GAP, FAR) is realism.CODE_BETWEEN


def test_while_a_picture_glides_that_of_the_moment_is_judged():
    moving = TransitionFrameValue(np.zeros(2, np.float32), BLANK, (), plausibility=0.01)
    assert realism.judge_map_position(point(plausibility=1.0), moving, GAP, FAR) is realism.UNUSUAL


def test_a_light_of_the_same_colour_stands_beside_the_words():
    light, words = realism.make_items(Rect(10, 20, 200, 30), realism.UNUSUAL, "title")
    assert isinstance(light, StatusDot)
    assert isinstance(words, Text)
    assert light.colour == words.colour == "warn"
    assert light.rect.right < words.rect.x
    assert words.text.lower() == realism.UNUSUAL.words


@pytest.mark.parametrize("size", ["title", "body"])
def test_words_become_smaller_before_they_are_cut(size):
    *_, words = realism.make_items(Rect(0, 0, 90, 20), realism.SAMPLE_CODE, size)
    assert words.fallback_sizes
    assert words.size not in words.fallback_sizes
