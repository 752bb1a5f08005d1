"""A data set that is not here: offered in its box and in the View menu, fetched when asked and only then."""

from dataclasses import replace

import pytest

from latent_explorer.engine.datasets.dataset_downloader import (
    DatasetMissing,
    DatasetOffer,
    DownloadEnded,
    DownloadProgress,
)
from latent_explorer.engine.query_context import LOOKING
from latent_explorer.scene import dataset_offer
from latent_explorer.scene.events import Key, Press, Release, Set
from latent_explorer.scene.items import Gauge, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import session, toolbar
from latent_explorer.texts import mark
from tests.stage import begin, of_kind, play, texts

OFFER = DatasetOffer("mnist", "MNIST", 11)
BOX = Rect(10, 10, 80, 80)


@pytest.fixture
def missing(world):
    return play(begin(world), DatasetMissing(OFFER))


def box(state, note="MNIST is not on this machine"):
    return dataset_offer.make_box_items(state, "mnist", BOX, note)


@pytest.mark.parametrize(
    ("note", "short"),
    [
        (LOOKING, "no original yet"), ("MNIST is not on this machine", "no original here"),
        (mark("{reason}: its reconstruction stands in", reason=LOOKING), "no original yet"),
    ],
)  # fmt: skip
def test_as_long_as_the_originals_are_looked_for_the_box_does_not_say_that_there_are_none(world, note, short):
    assert [one.short for one in of_kind(box(begin(world), note), Text)] == [short]


def get_menu(state):
    controls = (one for group in toolbar.make_groups(state) for one in (*group.controls, *group.right_controls))
    return next(dict(one.options) for one in controls if one.name == toolbar.VIEW_MENU)


def test_the_box_and_the_menu_offer_it_with_its_size(missing, world):
    (panel,) = of_kind(box(missing), Panel)
    assert panel.action == Set("data", "mnist")
    assert "11 MB" in texts(box(missing))
    low = dataset_offer.make_box_items(missing, "mnist", Rect(0, 0, 60, 60), "")
    assert [one.short for one in of_kind(low, Text)] == ["Get MNIST"]
    assert "11 MB" in get_menu(missing)["mnist"]
    assert missing.downloads.running == ""
    assert of_kind(box(begin(world)), Panel)[0].action is None  # nothing is known of it yet
    other = play(begin(world, models=("other", "other")), DatasetMissing(OFFER))
    assert "mnist" not in get_menu(other)
    assert of_kind(dataset_offer.make_box_items(other, "digits", BOX, ""), Panel)[0].action is None


@pytest.mark.parametrize("control", ["data", toolbar.VIEW_MENU])
def test_it_is_fetched_when_asked_with_progress_and_stopped_by_the_same_or_esc(missing, control):
    state = play(missing, Set(control, "mnist"), DownloadProgress("mnist", 5 * 2**20))
    assert state.downloads.running == "mnist"
    assert "5 of 11 MB" in texts(box(state))
    assert dataset_offer.find_share(state) == pytest.approx(5 / 11)
    for way in ((Set(control, "mnist"),), (Key("escape"), Key("return"))):
        stopped = play(state, *way)
        assert stopped.downloads.running == ""
        assert not stopped.status.closing
        assert play(stopped, DownloadProgress("mnist", 6 * 2**20), DownloadEnded("mnist")) == stopped
    assert play(stopped, Set(control, "mnist")).downloads.received == 0


def test_the_hint_line_shows_how_far_it_is(missing):
    from latent_explorer.engine.results import Results
    from latent_explorer.labs import LABS

    state = play(missing, Set("data", "mnist"), DownloadProgress("mnist", 11 * 2**19))
    hint = LABS[state.lab].get_layout(state).hint
    gauges = [
        one for one in of_kind(LABS[state.lab].make_view(state, Results()), Gauge) if hint.contains(one.rect.centre)
    ]
    assert [one.share for one in gauges] == [pytest.approx(0.5)]


def test_when_it_has_come_it_is_offered_no_longer(missing):
    state = play(missing, Set("data", "mnist"), DownloadEnded("mnist"))
    assert (state.downloads.running, dict(state.downloads.offers)) == ("", {})
    assert state.status.notice
    assert "mnist" not in get_menu(state)


def test_what_the_network_says_stays_until_the_next_action_and_it_can_be_tried_again(missing):
    state = play(missing, Set("data", "mnist"), DownloadEnded("mnist", "no network"))
    assert state.status.message == "no network"
    assert state.downloads.running == ""
    assert play(state, Release((1.0, 1.0))) == state  # of the press that asked for it
    assert play(state, Set("data", "mnist")).downloads.running == "mnist"
    assert play(state, Press((1.0, 1.0))).status.message == ""


def test_progress_neither_ends_a_gesture_nor_is_kept(missing):
    dragged = missing.put(replace(missing.pointer, gesture="drag"))
    assert play(dragged, DownloadProgress("mnist", 1), DatasetMissing(OFFER)).pointer.gesture == "drag"
    running = play(missing, Set("data", "mnist"))
    document, lost = session.make_document(running, {})
    assert not lost
    assert session.restore(missing, document).state.downloads.running == ""
