import json
import time

import numpy as np
import pytest

from latent_explorer.ui.automation import benchmark
from latent_explorer.ui.automation.benchmark import Benchmark, find_process_start, summarise

FIGURES = {"p50", "p95", "p99", "max"}


def test_a_summary_is_percentiles_in_the_unit_asked_for():
    found = summarise(np.arange(101) / 1000, 1e3)
    assert found == {"p50": 50, "p95": 95, "p99": 99, "max": 100}


def test_the_process_began_before_now():
    assert 0 < time.time() - find_process_start() < 24 * 3600


@pytest.fixture
def quick(monkeypatch):
    for name, value in (("HOVER_SECONDS", 0.5), ("IDLE_SECONDS", 0.3), ("SETTLE_SECONDS", 0.1), ("REPEATS", 20)):
        monkeypatch.setattr(benchmark, name, value)


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_a_run_reports_every_figure(apps):
    player = Benchmark(time.time() - 1.0, time.time())
    app = apps("compare", ready=False, headless=False, player=player)
    app.run()
    report = json.loads(json.dumps(player.report))
    assert report["models"] == ["first", "second"]
    assert report["points"] == 120
    assert report["device"] == "cpu"
    for name in ("frame_ms", "decode_ms", "inverse_us", "event_to_pixels_ms"):
        assert set(report[name]) == FIGURES
        assert 0 < report[name]["p50"] <= report[name]["p95"] <= report[name]["p99"] <= report[name]["max"]
    assert report["frames"] > 5
    assert 0 < report["bare_decode_ms"] < 1000
    assert report["startup_s"] >= report["window_s"] > 0
    assert report["idle_cpu_percent"] >= 0
    assert app.state.get_camera(0).zoom == pytest.approx(1)  # what the path zooms in it zooms out
