"""Short runs of what hurts files: kills, a disk without room, and two of everything at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,  # a hunt
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to kill a process at once"),
]
FOLDER = Path(__file__).parent


def hunt(script: str, *options: str) -> str:
    """Run a script in a process of its own: it forks, and a fork of pytest's would carry its threads' locks."""
    command = [sys.executable, str(FOLDER / script), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    return done.stdout


def test_whatever_is_killed_leaves_whole_files():
    assert "ok: no fault" in hunt("kills.py", "--kills", "3", "--seed", "3", "--only", "training")


def test_a_disk_without_room_is_said_and_harms_nothing():
    assert "ok: no fault" in hunt("no_room.py", "--every", "20", "--only", "session", "--no-disks")


def test_a_window_goes_on_where_its_checkpoint_is_replaced():
    assert "ok: no fault" in hunt("two_at_once.py", "--rounds", "1", "--only", "replaced")


def test_the_hunts_see_faults(tmp_path):
    """A file that is written in its place, half of it, is found; so is one that is never deleted."""
    from tests.stress.writing import whole

    (tmp_path / "half.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "empty.json").write_bytes(b"")
    (tmp_path / "unknown.xyz").write_bytes(b"x")
    (tmp_path / ".writing-a").write_bytes(b"x")
    assert [line.split()[0] for line in whole.find_faults(tmp_path)] == ["empty.json", "half.png", "unknown.xyz"]
    assert [path.name for path in whole.list_leftovers(tmp_path)] == [".writing-a"]
