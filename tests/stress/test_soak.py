"""A few seconds of mouse and labs in the real loop, and what is said of an hour of them."""

import pytest

from tests.stress import soak
from tests.stress.soak import Part

pytestmark = pytest.mark.slow  # a hunt


def test_a_window_is_used_in_every_part_and_leaves_no_thread(capsys):
    parts, _, running = soak.soak(3.0, seed=1, models=("digits-vae", "wine-vae"))
    assert len(parts) == soak.PARTS
    assert any(part.frames for part in parts)
    assert parts[0].memory
    assert running == []
    assert len(capsys.readouterr().out.splitlines()) == soak.PARTS + 1


def test_what_grows_becomes_slow_or_stays_is_a_fault():
    steady = Part([0.01] * 9, [0.01] * 9, [800.0] * 9)
    assert soak.find_faults([steady, steady], 0.5, []) == []
    larger, slower = Part(steady.frames, steady.work, [820.0] * 9), Part(steady.frames, [0.02] * 9, steady.memory)
    assert "memory" in soak.find_faults([steady, larger, steady], 0.5, [])[0]
    assert "frames" in soak.find_faults([steady, slower], 0.5, [])[0]
    assert "decoder" in soak.find_faults([steady, steady], 2.0, ["decoder"])[0]
