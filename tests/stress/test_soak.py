"""Some events of mouse and labs in the real loop, and what is said of an hour of them."""

import pytest

from tests.stress import soak
from tests.stress.soak import Length, Part

pytestmark = pytest.mark.slow  # a hunt


def test_a_window_is_used_in_every_part_and_leaves_no_thread(capsys):
    length = Length(steps=40 * soak.PARTS)
    parts, _, running = soak.soak(length, seed=3, models=("digits-vae", "wine-vae"))  # begins on a map, which is drawn
    assert len(parts) == soak.PARTS
    assert all(part.memory and part.threads for part in parts)
    assert sum(len(part.frames) for part in parts) > length.steps / 10
    assert running == []
    assert len(capsys.readouterr().out.splitlines()) == soak.PARTS + 1


def test_a_run_ends_by_its_time_or_by_its_steps():
    assert Length(seconds=60).measure_share(15, steps=10**6) == 0.25
    assert Length(steps=200).measure_share(10**6, steps=50) == 0.25


def test_what_grows_becomes_slow_or_stays_is_a_fault():
    steady = Part([0.01] * 9, [0.01] * 9, [800.0] * 9)
    assert soak.find_faults([steady, steady], 0.5, []) == []
    larger, slower = Part(steady.frames, steady.work, [820.0] * 9), Part(steady.frames, [0.02] * 9, steady.memory)
    assert "memory" in soak.find_faults([steady, larger, steady], 0.5, [])[0]
    assert "frames" in soak.find_faults([steady, slower], 0.5, [])[0]
    assert "decoder" in soak.find_faults([steady, steady], 2.0, ["decoder"])[0]
