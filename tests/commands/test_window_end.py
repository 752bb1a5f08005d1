"""How the process of a window ends: with one line and its status, whatever ended the window."""

import os
import subprocess
import sys

import pytest

from latent_explorer.commands import window_end
from latent_explorer.errors import WorkError
from tests.stage import ROOT

BROKEN = """
import os, sys, threading, time
from latent_explorer.commands import demo
from latent_explorer.ui.window import window

def work():
    import torch
    values = torch.ones(300, 300)
    while True:
        values = torch.tanh(values @ values)

def end(self):
    threading.Thread(target=work, daemon=True).start()
    time.sleep(0.3)
    raise {error}

open_window = window.open_window

def open_and_break(*arguments, **options):
    from latent_explorer.ui.window.app import App
    import torch
    App.run = end
    return open_window(*arguments, **options)

window.open_window = open_and_break
sys.exit(demo.main())
"""
"""A window whose loop ends with an error while another thread is within torch."""


@pytest.mark.slow  # starts the program
@pytest.mark.parametrize(("error", "status", "line"), [
    ("IndexError('no such dot')", 1, "demo: unforeseen IndexError at <string>, line 15: no such dot"),
    ("KeyboardInterrupt", 130, "demo: interrupted"),
])  # fmt: skip
def test_a_window_that_ends_by_an_error_ends_its_process_with_one_line(tmp_path, error, status, line):
    places = dict.fromkeys(("HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), str(tmp_path))
    program = [sys.executable, "-c", BROKEN.format(error=error), "digits-vae", "--headless"]
    environment = {**os.environ, **places, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(program, capture_output=True, text=True, timeout=100, env=environment, cwd=tmp_path)
    assert done.returncode == status, done.stderr
    (said,) = done.stderr.splitlines()
    assert said.startswith(line)
    reports = [path.read_text() for path in tmp_path.rglob("last-error.txt")]
    assert [report.splitlines()[-1] for report in reports] == ["IndexError: no such dot"] * (status == 1)


@pytest.fixture
def report(tmp_path, monkeypatch):
    path = tmp_path / "log" / "last-error.txt"
    monkeypatch.setattr(window_end, "get_report_path", lambda: path)
    return path


def test_an_error_that_nobody_foresaw_is_one_line_and_its_report(report, capsys):
    def fail():
        raise ZeroDivisionError("division\nby zero")

    assert window_end.run_window("demo", fail) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("demo: unforeseen ZeroDivisionError at test_window_end.py, line ")
    assert line.endswith(f": division by zero; {report} says more")
    assert "in fail" in report.read_text()


def test_an_error_for_the_user_stays_what_it_says(report, capsys):
    def fail():
        raise WorkError("the disk is full")

    assert window_end.run_window("demo", fail) == 1
    assert capsys.readouterr().err == "demo: the disk is full\n"
    assert not report.exists()


def test_a_process_in_which_something_runs_is_left_at_once(monkeypatch):
    left = []
    monkeypatch.setattr(window_end.os, "_exit", left.append)
    monkeypatch.setattr(window_end.threading, "active_count", lambda: 1)
    assert window_end.leave(2) == 2
    assert left == []
    monkeypatch.setattr(window_end.threading, "active_count", lambda: 2)
    window_end.leave(130)
    assert left == [130]
