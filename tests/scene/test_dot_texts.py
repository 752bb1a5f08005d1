"""The texts beside the dots of vectors: where there is room, and never over each other."""

from dataclasses import replace
from itertools import combinations

import pytest

from latent_explorer import cache
from latent_explorer.scene import dot_texts
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.events import Key, Set
from tests import stage
from tests.stage import World, begin, map_rect, play


@pytest.fixture
def state():
    return play(begin(World({**stage.make_world(), "words": stage.make_word_vectors()})), Set("model", "words"))


def list_texts(state):
    return dot_texts.make_items(state, 0, map_rect(state))


def test_they_lie_within_the_map_and_apart(state):
    for zoom in (1.0, 4.0, 20.0):
        at = state.with_camera(0, Camera(stage.CENTRES[0], zoom))
        found, rect = [one.rect for one in list_texts(at)], map_rect(at)
        assert all(one.y >= rect.y and one.right <= rect.right and one.bottom <= rect.bottom for one in found)
        for a, b in combinations(found, 2):
            assert a.x >= b.right or b.x >= a.right or a.y >= b.bottom or b.y >= a.bottom
    assert list_texts(state.with_camera(0, Camera(stage.CENTRES[0], 4.0)))


def test_they_are_of_shown_dots_in_sight_and_no_more_than_can_be_read(state, monkeypatch):
    near = state.with_camera(0, Camera(stage.CENTRES[0], 6.0))
    labels = near.get_checkpoint(0).labels
    assert {int(labels[int(one.text.split()[1])]) for one in list_texts(near)} == {0}
    assert list_texts(play(near, Key("1"))) == []
    assert list_texts(play(near, Key("n"))) == []
    monkeypatch.setattr(dot_texts, "MAX_IN_SIGHT", 3)
    cache.forget()
    assert list_texts(near) == []


def test_other_models_have_none(state):
    assert list_texts(play(state, Set("model", "first"))) == []
    own = state.get_checkpoint(0)
    silent = replace(own, kept=replace(own.kept, texts=("",) * len(own.latents)))
    assert list_texts(replace(state, library=World({**state.library, "words": silent}))) == []
