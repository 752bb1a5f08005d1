"""Nothing that cannot be had back goes without a question, and no stray key answers it."""

from dataclasses import replace

import pytest

from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.engine.datasets.dataset_downloader import DatasetMissing, DatasetOffer, DownloadEnded
from latent_explorer.engine.fine_tuning.tuning_process import TuningRequest
from latent_explorer.engine.map_making.map_events import MapFailed
from latent_explorer.labs import LABS
from latent_explorer.scene.events import CloseRequested, Key, Move, Press, Report, Scroll, Set, TimePassed
from latent_explorer.scene.items import Panel, Veil
from latent_explorer.scene.new_map_state import MapInProgress
from latent_explorer.shell import questions
from latent_explorer.shell.keymap import get_keys
from tests import stage
from tests.stage import begin, of_kind, play, texts

RECIPE = MapSpec("tsne", seed=7)
ESC, ENTER = Key("escape"), Key("return")


@pytest.fixture
def making(world):
    """A map is being made."""
    state = begin(world)
    return state.put(replace(state.map_task, in_progress=MapInProgress(("first",), RECIPE)))


@pytest.fixture
def fetching(world):
    """A data set is being fetched."""
    offer = DatasetOffer("mnist", "MNIST", 11)
    return play(begin(world), DatasetMissing(offer), Set("data", "mnist"))


def test_no_number_of_stray_keys_closes_the_program(world):
    state = begin(world)
    for _ in range(9):
        state = play(state, ESC)
    assert not state.status.closing
    asked = play(begin(world), ESC)
    assert asked.status.question is not None
    strays = ("space", "n", "delete", "b", "page down", "f1", "ctrl s", "o", "5", "z")
    assert play(asked, *map(Key, strays)) == asked
    assert play(asked, Move((5.0, 5.0)), Scroll((5.0, 5.0), 3), TimePassed(60.0), Report()).status.question is not None
    assert play(asked, ENTER).status.closing


def test_tab_and_arrows_mark_the_other_answer_which_enter_gives(world):
    def marked(state):
        return [one.action.value for one in of_kind(questions.make_items(state), Panel) if one.colour == "chosen"]

    asked = play(begin(world), ESC)
    assert marked(asked) == [True]
    other = play(asked, Key("tab"))
    assert marked(other) == [False]
    assert "Stay (Enter)" in texts(questions.make_items(other))
    stayed = play(other, ENTER)
    assert (stayed.status.question, stayed.status.closing) == (None, False)
    assert play(other, Key("left"), ENTER).status.closing


def test_each_thing_that_would_be_lost_is_said_once(world):
    state = begin(world)
    tuning = TuningRequest(1, "first", "mine", ())
    losing = state.put(replace(state.gallery, tuning=tuning, unsaved=frozenset({"mine 2"})))
    assert [loss.split(" is ")[0] for loss in questions.list_losses(losing)] == ["mine", "mine 2"]


def test_what_a_lesson_has_put_aside_would_be_lost_too(world):
    training = play(begin(world, "learn"), Set("source", "live"), Set("start"))
    given = begin(world)
    assert list(questions.list_losses(given)) == []
    given = given.put(replace(given.lessons, own_state=training))
    assert list(questions.list_losses(given)) == [LABS["learn"].name_loss(training)]


def test_the_look_of_the_window_can_be_changed_while_it_asks(world):
    state = play(begin(world), ESC, Key("t"))
    assert state.preferences.theme == "light"
    assert state.status.question is not None


def test_its_buttons_and_a_click_beside_the_card_answer(world):
    asked = play(begin(world), ESC)
    items = questions.make_items(asked)
    assert items[0] == Veil(items[0].rect)
    yes, no = of_kind(items, Panel)[-2:]
    assert play(asked, Press(yes.rect.centre)).status.closing
    card = of_kind(items, Panel)[0].rect
    for px in (no.rect.centre, (3.0, 3.0)):
        stayed = play(asked, Press(px))
        assert (stayed.status.question, stayed.status.closing) == (None, False)
    assert play(asked, Press((card.x + 3, card.y + 3))).status.question is not None


def test_a_map_in_progress_is_stopped_only_when_asked(making):
    asked = play(making, ESC)
    assert RECIPE.title in texts(questions.make_items(asked))
    assert play(asked, ESC).map_task == making.map_task
    assert play(asked, ENTER).map_task.in_progress is None
    over = play(asked, MapFailed(RECIPE, "it broke"))
    assert over.status.question is None  # there is nothing to stop any more
    assert not over.status.closing


def test_a_download_is_stopped_only_when_asked(fetching):
    asked = play(fetching, ESC)
    assert asked.downloads.running == "mnist"
    assert play(asked, ENTER).downloads.running == ""
    assert play(asked, DownloadEnded("mnist")).status.question is None


def test_leaving_says_what_would_be_lost(world, making, fetching):
    recording = play(begin(world), Key(get_keys("record lesson")[0]))
    losses = ((making, RECIPE.title), (fetching, "MNIST is "), (recording, "A lesson is "))
    for state, loss in losses:
        asked = play(state, CloseRequested())
        assert not asked.status.closing
        assert loss in texts(questions.make_items(asked))
        assert play(asked, CloseRequested()).status.closing
        assert not play(asked, ESC).status.closing
    assert play(begin(world), CloseRequested()).status.closing


def test_a_training_that_is_not_kept_would_be_lost(world):
    state = play(begin(world, "learn"), Set("source", "live"), Set("start"))
    assert "is being trained" in play(state, CloseRequested()).status.question.text
    own = stage.LABS["learn"].get_own(state)
    ended = state.with_lab_state("learn", own.with_passing(ended=True, moment_count=3))
    assert "not kept" in play(ended, CloseRequested()).status.question.text
    kept = state.with_lab_state("learn", own.with_passing(ended=True, moment_count=3, saved_moment="live 1 3"))
    assert play(kept, CloseRequested()).status.closing
