"""What is known of a sample: its class, its file by the image's number, and its picture beside its reconstruction."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.atlas import Atlas
from latent_explorer.engine.queries.sample import SampleValue
from latent_explorer.scene import sample_facts
from latent_explorer.scene.events import Leave, Move
from latent_explorer.scene.items import Image, Panel
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from tests.stage import World, begin, dot_px, of_kind, play

LEFT, RIGHT = Rect(0, 0, 40, 40), Rect(50, 0, 40, 40)
GREY, WHITE = np.zeros((8, 8), np.uint8), np.full((8, 8), 255, np.uint8)


@pytest.fixture
def state(world) -> State:
    """The pictures of both models came from the files of one folder."""
    begun = begin(world, "compare")
    key = begun.get_checkpoint(0).data_key
    names = tuple(f"picture {image}.png" for image in range(len(begun.get_checkpoint(0).labels)))
    return begun.put(replace(begun.knowledge, file_names={key: names}, folders={key: "/home/me"}))


def test_the_file_of_a_sample_is_that_of_its_image_in_whatever_order_a_model_has_its_dots(state):
    first, second = state.get_checkpoint(0), state.get_checkpoint(1)
    assert list(first.indices) != list(second.indices)
    for image in (0, 7, len(first.labels) - 1):
        for slot, model in enumerate((first, second)):
            dot = int(np.flatnonzero(model.indices == image)[0])
            assert sample_facts.get_file_name(state, slot, dot) == f"picture {image}.png"


def test_a_sample_beyond_the_known_files_has_none(state, world):
    key = state.get_checkpoint(0).data_key
    fewer = state.put(replace(state.knowledge, file_names={key: ("picture 0.png",)}))
    named = [sample_facts.get_file_name(fewer, 0, dot) for dot in range(len(state.get_checkpoint(0).labels))]
    assert sorted(set(named)) == ["", "picture 0.png"]
    assert sample_facts.get_file_name(begin(world), 0, 3) == ""


def test_the_whole_path_is_that_of_the_sample_under_the_mouse_on_its_own_map(state):
    over = play(state, Move(dot_px(state, 3, 1)))
    image = state.get_checkpoint(1).indices[3]
    assert sample_facts.get_file_path(over) == f"/home/me/picture {image}.png"
    assert sample_facts.get_file_path(play(over, Leave())) == ""
    nowhere = over.put(replace(over.knowledge, folders={}))
    assert sample_facts.get_file_path(nowhere) == ""


def test_a_sample_without_a_label_has_no_class(world):
    model = world["first"]
    labels = np.where(np.arange(len(model.labels)) == 3, -1, model.labels)
    maps = {name: Atlas(one.projection, model.latents, labels) for name, one in model.maps.items()}
    some = begin(World(first=replace(model, maps=maps)), models=("first",))
    assert sample_facts.get_class_name(some, 0, 3) == sample_facts.NO_LABEL
    assert sample_facts.get_class_name(some, 0, 4) == model.class_names[model.labels[4]]
    assert sample_facts.has_classes(some, 0)


def test_a_sample_and_its_reconstruction_stand_where_they_belong_and_both_give_the_picture_away(state):
    value = SampleValue(3, np.zeros(4, np.float32), GREY, WHITE, "")
    shown = of_kind(sample_facts.make_sample_items(state, 0, value, LEFT, RIGHT), Image)
    assert [(one.rect, one.picture is WHITE, one.reveals_answer) for one in shown] == [
        (LEFT, True, True),
        (RIGHT, False, True),
    ]
    missing = replace(value, original=None, note="not here")
    items = sample_facts.make_sample_items(state, 0, missing, LEFT, RIGHT)
    assert [one.rect for one in of_kind(items, Image)] == [RIGHT]
    assert "not here" in [getattr(one, "text", "") for one in items]
    waiting = sample_facts.make_sample_items(state, 0, None, LEFT, RIGHT)
    assert [one.rect for one in of_kind(waiting, Panel)] == [LEFT, RIGHT]
