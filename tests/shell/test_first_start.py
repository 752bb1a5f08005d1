"""The card of the first start: it is true of every model, is answered by mouse and keys, and takes nothing else."""

from dataclasses import replace

import pytest

from latent_explorer.scene.events import Key, Move, Press, Set
from latent_explorer.scene.first_start import AGAIN, CONTROL, SHOW, TITLE
from latent_explorer.scene.items import Panel
from latent_explorer.scene.state import State
from latent_explorer.shell import first_start, update
from tests import stage
from tests.stage import texts


@pytest.fixture
def shown(world) -> State:
    return first_start.show(stage.begin(world, "explore"), "autoencoder")


def act(state: State, action: object) -> State:
    return update.update(state, action)[0]


def test_its_sentences_are_on_the_map_of_explore_alone(shown):
    written = texts(first_start.make_items(shown))
    assert all(one in written for one in (TITLE, *first_start.make_sentences(shown)))
    assert first_start.make_items(act(shown, Set("panel", "way"))) == [], "the large picture is gone"
    away = act(shown, Set("lab", "generate"))
    assert first_start.make_items(away) == []
    assert first_start.make_items(act(away, Set("lab", "explore"))) == []


def test_its_sentences_speak_of_the_model_and_the_map_that_are_open(world):
    shelf = stage.World(first=world["first"], plane=stage.make_plane_model(), words=stage.make_word_vectors())
    dot, shown, large = first_start.make_sentences(stage.begin(shelf, models=("first",)))
    assert "code of 4 numbers" in dot
    assert (shown, large) == first_start.CODES["picture"][1:]
    on_plane = first_start.make_sentences(stage.begin(shelf, models=("plane",)))
    assert on_plane[1] == first_start.FLAT
    assert not any("decoder" in one or "picture" in one for one in first_start.make_sentences(
        stage.begin(shelf, models=("words",)))
    )  # fmt: skip


@pytest.mark.parametrize("answer", [Key("escape"), Set(CONTROL, "explore")])
def test_it_goes_without_closing_the_window(shown, answer):
    after = act(shown, answer)
    assert first_start.make_items(after) == []
    assert not after.status.asks_to_leave


@pytest.mark.parametrize("answer", [Key("return"), Set(CONTROL, SHOW)])
def test_show_me_begins_the_lesson(shown, answer):
    closed, following = first_start.handle(shown, answer)
    assert following == Set("lesson", "autoencoder")
    assert first_start.make_items(closed) == []


def test_the_box_says_whether_the_next_start_shows_it_too(shown):
    assert not shown.overlay.first_start.shows_again
    assert act(shown, Set(CONTROL, AGAIN)).overlay.first_start.shows_again
    assert not act(act(shown, Key("space")), Key("space")).overlay.first_start.shows_again


def test_the_search_keeps_its_keys(shown):
    typed = act(act(shown, Key("ctrl f")), Key("space"))
    assert typed.search.text == " "
    assert not typed.overlay.first_start.shows_again
    assert first_start.make_items(act(typed, Key("escape")))


def test_a_click_on_it_pins_nothing_and_the_rest_of_the_map_stays_alive(shown):
    card = first_start.make_layout(shown).card
    assert act(act(shown, Move(card.centre)), Press(card.centre)).lab_states == shown.lab_states
    assert act(shown, Move(card.centre)).pointer.hover is None
    beside = card.right + 30.0, card.y - 30.0
    assert act(shown, Move(beside)).pointer.hover is not None


@pytest.mark.parametrize("size", [(640, 480), (1366, 768), (1920, 1080)])
def test_everything_on_it_lies_within_it(shown, size):
    state = replace(shown, size=size)
    card = first_start.make_layout(state).card
    assert state.size[0] >= card.right
    for item in first_start.make_items(state):
        inside = item.rect
        assert inside.x >= card.x
        assert inside.y >= card.y
        assert inside.right <= card.right
        assert inside.bottom <= card.bottom
        assert isinstance(item, Panel) or (inside.width > 0 and inside.height > 0)
