"""Memory that nothing uses goes back to the system where the C library would keep it."""

import ctypes
from types import SimpleNamespace

import pytest

from latent_explorer.ui.window import free_memory


@pytest.fixture(autouse=True)
def _look_anew():
    free_memory.find_function.cache_clear()
    yield
    free_memory.find_function.cache_clear()


def test_all_that_is_free_is_given_back(monkeypatch):
    asked = []
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace(malloc_trim=asked.append))
    free_memory.give_back()
    assert asked == [0]


def test_all_threads_share_a_heap(monkeypatch):
    asked = []
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace(mallopt=lambda *given: asked.append(given)))
    free_memory.share_heap()
    assert asked == [(free_memory.M_ARENA_MAX, 1)]


@pytest.mark.parametrize("missing", [OSError, TypeError, AttributeError])
def test_another_system_is_left_alone(monkeypatch, missing):
    def open_library(name):
        raise missing

    monkeypatch.setattr(ctypes, "CDLL", open_library)
    free_memory.share_heap()
    free_memory.give_back()
    assert free_memory.find_function("malloc_trim") is None
