"""When the window looks for events, and how it sleeps while there are none."""

import gc
import weakref

import pygame
import pytest

from latent_explorer.ui.window import frame_clock
from latent_explorer.ui.window.frame_clock import FrameClock

pytestmark = pytest.mark.usefixtures("surface")


def motion(px) -> pygame.event.Event:
    return pygame.event.Event(pygame.MOUSEMOTION, pos=px, rel=(0, 0), buttons=(0, 0, 0), touch=False)


def wait(clock: FrameClock, **options) -> list[pygame.event.Event]:
    return clock.wait_for_events(**{"limit_frame_rate": True, "animating": False, "ready": True, **options})


def busy(timeout: int) -> pygame.event.Event:
    raise AssertionError("pygame's wait looks every millisecond")


def test_a_window_that_nobody_touches_naps_and_still_hears_the_first_event(monkeypatch):
    monkeypatch.setattr(pygame.event, "wait", busy)
    clock = FrameClock()
    assert wait(clock) == []
    pygame.event.post(motion((300, 300)))
    assert [event.type for event in wait(clock)] == [pygame.MOUSEMOTION]


def test_a_window_that_comes_to_rest_gives_free_memory_back_once(monkeypatch):
    given = []
    monkeypatch.setattr(frame_clock.free_memory, "give_back", lambda: given.append(True))
    clock = FrameClock()
    for _ in range(3):
        wait(clock)
    assert len(given) == 1
    pygame.event.post(motion((300, 300)))
    wait(clock)
    clock.last_event_at -= frame_clock.AWAKE_SECONDS
    wait(clock)
    assert len(given) == 2


class Knot:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.mark.parametrize("paced", [True, False])
def test_garbage_is_collected_between_two_frames(paced, monkeypatch):
    monkeypatch.setattr(frame_clock, "MAX_YOUNG", 0)
    clock = FrameClock()
    gc.disable()
    try:
        gone = weakref.ref(Knot())
        clock.next_frame_at = frame_clock.time.perf_counter() + 0.01
        pygame.event.post(motion((300, 300)))
        wait(clock, limit_frame_rate=paced)
        assert (gone() is None) == paced
    finally:
        gc.enable()


def test_right_after_an_event_the_next_one_is_waited_for(monkeypatch):
    clock = FrameClock()
    pygame.event.post(motion((300, 300)))
    wait(clock)
    monkeypatch.setattr(pygame.event, "wait", lambda timeout: motion((301, 300)))
    assert [event.pos for event in wait(clock)] == [(301, 300)]


def test_while_the_window_loads_or_widgets_may_move_it_waits_for_events(monkeypatch):
    asked = []
    monkeypatch.setattr(pygame.event, "wait", lambda timeout: asked.append(timeout) or pygame.event.Event(0))
    assert wait(FrameClock(), ready=False) == []
    clock = FrameClock()
    clock.awake_until = frame_clock.time.perf_counter() + 60
    assert clock.awake
    assert wait(clock) == []
    assert asked[0] == 1000 * frame_clock.MAX_EVENT_WAIT > asked[1] > 0


def test_while_something_moves_nothing_is_waited_for(monkeypatch):
    monkeypatch.setattr(pygame.event, "wait", busy)
    monkeypatch.setattr(frame_clock.time, "sleep", busy)
    assert wait(FrameClock(), animating=True) == []


def test_a_sleep_counts_as_one_frame_and_a_late_frame_in_full():
    clock = FrameClock()
    clock.frame_started_at = 100.0
    assert clock.compute_elapsed(160.0, animating=False) == frame_clock.MIN_FRAME_INTERVAL
    assert clock.compute_elapsed(100.5, animating=True) == 0.5
    assert clock.compute_elapsed(100.001, animating=False) == pytest.approx(0.001)


@pytest.mark.parametrize(("ended", "following"), [(100.004, 100.01), (100.02, 100.021)])
def test_a_frame_begins_when_the_last_one_began_a_while_ago_and_has_left_others_a_turn(monkeypatch, ended, following):
    clock, slept = FrameClock(), []
    clock.frame_started_at = 100.0
    monkeypatch.setattr(frame_clock.time, "perf_counter", lambda: ended)
    monkeypatch.setattr(frame_clock.time, "sleep", slept.append)
    clock.follow_drawn_frame()
    pygame.event.post(motion((300, 300)))
    wait(clock)
    assert slept == [pytest.approx(following - ended)]
