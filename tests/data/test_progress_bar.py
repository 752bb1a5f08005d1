import threading

from latent_explorer.data.progress_bar import ProgressBar


def test_a_bar_is_quiet_behind_a_window_and_starts_no_thread(monkeypatch, capsys):
    before = set(threading.enumerate())
    monkeypatch.setenv("TQDM_DISABLE", "0")
    assert list(ProgressBar(range(3), desc="reading")) == [0, 1, 2]
    assert "reading" in capsys.readouterr().err
    monkeypatch.setenv("TQDM_DISABLE", "1")
    assert list(ProgressBar(range(3), desc="reading")) == [0, 1, 2]
    assert capsys.readouterr().err == ""
    assert {one.name for one in set(threading.enumerate()) - before} == set()
