"""A short run of mutated files of every kind, and what is wrong with a file is seen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.slow,  # a hunt, in processes of its own: what watches them cannot be taken off again
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system"),
]
PLANTED = """
import os, socket, sys, tempfile, warnings
from pathlib import Path
from tests.stress.mutated.watch import Watch

report = os.fdopen(os.dup(1), "w")
place, elsewhere = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp()) / "x"
watch = Watch([place], [Path.cwd()], ValueError)
watch.begin()

def refuse(line):
    def open_it():
        raise ValueError(line)
    return open_it

def take_memory():
    held = b"x" * 600_000_000

def raise_else():
    return {}["key"]

openers = {
    "fine": lambda: (place / "kept.txt").write_text("x"),
    "refused": refuse("case.txt: 3 arrived; 4 is allowed"),
    "two lines": refuse("case.txt: 3 arrived\\n4 is allowed"),
    "no name": refuse("3 arrived; 4 is allowed"),
    "internal": refuse("case.txt: 'NoneType' object is not subscriptable"),
    "raises": raise_else,
    "prints": lambda: print("chatter"),
    "below": lambda: os.write(2, b"libpng: error"),
    "warns": lambda: warnings.warn("odd"),
    "writes": lambda: elsewhere.open("w").close(),
    "removes": lambda: elsewhere.unlink(),
    "starts": lambda: os.system("true"),
    "connects": lambda: socket.socket(socket.AF_UNIX).connect_ex("/nowhere"),
    "runs": lambda: exec(compile("1", "/case.txt", "exec")),
    "memory": take_memory,
}
for name, open_it in openers.items():
    outcome = watch.open(open_it, ["case.txt"])
    first = outcome.fault.splitlines()[0] if outcome.fault else f"no fault: {outcome.line}"
    print(name, first, sep="|", file=report, flush=True)
"""
SEEN = {
    "fine": "no fault: ", "refused": "no fault: case.txt: 3 arrived", "two lines": "says no single line",
    "no name": "names none of case.txt", "internal": "says what only a programmer", "raises": "raises",
    "prints": "writes to the terminal", "below": "writes to the terminal", "warns": "warns: UserWarning: odd",
    "writes": "writes to", "removes": "os.remove", "starts": "os.system", "connects": "socket.connect",
    "runs": "runs code of '/case.txt'", "memory": "costs ",
}  # fmt: skip


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )


def test_each_opens_or_gives_one_clear_line():
    done = run("tests/stress/mutated_files.py", "--files", "200", "--seed", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "200 files, 0 faults" in done.stdout


def test_what_is_wrong_is_seen():
    done = run("-c", PLANTED)
    said = dict(line.split("|", 1) for line in done.stdout.splitlines())
    assert said.keys() == SEEN.keys(), done.stderr
    for name, begins in SEEN.items():
        assert said[name].startswith(begins), (name, said[name])
