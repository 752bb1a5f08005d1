"""Originals arrive later, each data set once, and it is said which are here and which can be had."""

import threading
import time

from latent_explorer.engine.datasets import original_loader
from latent_explorer.engine.datasets.dataset_downloader import DatasetMissing
from latent_explorer.engine.datasets.known_attributes import DatasetFound
from latent_explorer.engine.queries.sample import Sample, SampleValue
from tests.engine.conftest import PATIENCE


def test_originals_arrive_later_in_what_was_answered_without_them(real):
    real.ask({"here": Sample("other", 7), "away": Sample("first", 7)})
    assert real.finish(PATIENCE)
    assert real.results.get_value("here", SampleValue).original is None
    real.load_originals(["first", "other"], wait=True)
    assert real.finish(PATIENCE)
    assert real.results.get_value("here", SampleValue).original.shape == (8, 8)
    assert "MNIST" in real.results.get_value("away", SampleValue).note
    real.load_originals(["first", "other"], wait=True)  # known already


def test_it_says_which_data_sets_are_here_and_which_can_be_had(real, world):
    real.load_originals(["other"], wait=True)
    news = real.take_dataset_news()
    assert DatasetFound(world["other"].data_key) in news
    assert [one.offer.name for one in news if isinstance(one, DatasetMissing)] == [original_loader.FOREIGN]
    assert real.take_dataset_news() == []


def test_when_a_data_set_has_come_everything_is_asked_again(real):
    real.ask({"here": Sample("other", 7)})
    assert real.finish(PATIENCE)
    before = real.results.get_value("here", SampleValue)
    real.look_again("mnist")
    assert real.finish(PATIENCE)
    assert real.results.get_value("here", SampleValue) is not before


def test_each_data_set_is_looked_for_once(real, monkeypatch):
    looked = []

    def slowly(checkpoint, data_dir):
        looked.append(checkpoint.data_key)
        time.sleep(0.05)
        return "not here"

    monkeypatch.setattr(original_loader, "load_originals", slowly)
    for _ in range(3):
        real.load_originals(["first", "second", "other"])
    real.load_originals(["second", "first", "other"], wait=True)
    assert len(looked) == len(set(looked)) == 2


def test_whatever_goes_wrong_with_a_data_set_is_said_in_its_place(real, monkeypatch):
    def broken(checkpoint, data_dir):
        raise ZeroDivisionError

    monkeypatch.setattr(original_loader, "load_originals", broken)
    real.load_originals(["first"], wait=True)
    real.ask({"sample": Sample("first", 7)})
    assert real.finish(PATIENCE)
    assert real.results.get_value("sample", SampleValue).note.endswith("(ZeroDivisionError)")


def test_originals_are_made_ready_once_they_are_there(real, monkeypatch):
    prepared, gone_on = [], threading.Event()

    class Slow:
        file_names, folder = (), ""

        def prepare(self, indices):
            prepared.append(len(indices))

    def load(checkpoint, data_dir):
        assert gone_on.wait(PATIENCE)
        return Slow()

    monkeypatch.setattr(original_loader, "load_originals", load)
    real.load_originals(["first", "second"])  # of one data set
    for _ in range(2):
        real.prepare_originals(["first", "second"])
    assert prepared == []
    gone_on.set()
    for thread in real._original_loader.threads:
        thread.join(PATIENCE)
    assert prepared == [len(real._checkpoints[name].indices) for name in ("first", "second")]  # of other dots


def test_nothing_is_made_ready_of_a_data_set_that_is_not_here(real, monkeypatch):
    monkeypatch.setattr(original_loader, "load_originals", lambda checkpoint, data_dir: "not here")
    real.load_originals(["first"], wait=True)
    real.prepare_originals(["first"])
    for thread in real._original_loader.threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
