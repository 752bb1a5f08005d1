"""Downloads behind the window: one at a time, told of as it goes, and stopped without a trace."""

import threading

import pytest

from latent_explorer.engine.datasets import dataset_downloader
from latent_explorer.engine.datasets.dataset_downloader import DatasetDownloader, DownloadEnded, DownloadProgress
from latent_explorer.errors import StoppedError, WorkError

PATIENCE = 10.0


class Network:
    """A network that brings bytes when the test says so."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go_on, self.error = threading.Event(), None

    def fetch(self, name, report, is_stopped) -> None:
        self.asked.append(name)
        report(5)
        assert self.go_on.wait(PATIENCE)
        if is_stopped():
            raise StoppedError("stopped")
        if self.error is not None:
            raise self.error
        report(7)


@pytest.fixture
def network(monkeypatch):
    monkeypatch.setattr(dataset_downloader, "EVENT_INTERVAL", 0.0)
    return Network()


def wait_for_all() -> None:
    for thread in threading.enumerate():
        if thread.name == "download":
            thread.join(PATIENCE)


def test_nothing_is_fetched_unasked_and_what_is_asked_for_once(network):
    one = DatasetDownloader(network.fetch)
    one.request("")
    assert network.asked == []
    for _ in range(3):
        one.request("mnist")
    network.go_on.set()
    wait_for_all()
    assert network.asked == ["mnist"]
    assert one.take_events() == [
        DownloadProgress("mnist", 5), DownloadProgress("mnist", 12), DownloadEnded("mnist")
    ]  # fmt: skip
    assert one.take_events() == []


@pytest.mark.parametrize("error", [WorkError("no network"), ZeroDivisionError("no network")])
def test_a_failure_is_told_and_it_can_be_asked_for_again(network, error):
    one = DatasetDownloader(network.fetch)
    network.error = error
    network.go_on.set()
    one.request("mnist")
    wait_for_all()
    assert one.take_events()[-1] == DownloadEnded("mnist", "no network")
    one.request("")
    one.request("mnist")
    wait_for_all()
    assert network.asked == ["mnist", "mnist"]


def test_of_one_that_is_stopped_nothing_more_is_told(network):
    one = DatasetDownloader(network.fetch)
    one.request("mnist")
    one.request("")
    network.go_on.set()
    wait_for_all()
    assert one.take_events() == []
