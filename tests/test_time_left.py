"""The time that a step takes, told from its first part, with a clock that the step itself moves."""

import re
from functools import partial

import pytest
import torch

from latent_explorer import config, models
from latent_explorer.metrics import reconstruction
from latent_explorer.time_left import JoinedParts, LongStep, TimeLeft, format_duration


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def run(batch: int, seconds_each: float, count: int = 6000, idle: float = 0.0) -> tuple[list[str], float]:
    """Run a step of `count` images of known cost after `idle` seconds; return the lines and its whole time."""
    clock, said = Clock(), []
    step = LongStep(said.append, "encoding", "Ctrl+C", clock=clock)
    clock.now += idle
    for done in range(0, count, batch):
        step(done, count)
        clock.now += seconds_each * min(batch, count - done)
    return said, seconds_each * count


def read_seconds(line: str) -> float:
    number, unit = re.search(r"about ([\d.]+) (s|min|h)", line).groups()
    return float(number) * {"s": 1, "min": 60, "h": 3600}[unit]


@pytest.mark.parametrize("batch", [1, 7, 64, 500])
@pytest.mark.parametrize("idle", [0.0, 30.0])
def test_a_step_of_known_cost_is_told_right_whatever_its_batch_size(batch, idle):
    said, whole = run(batch, 0.01, idle=idle)
    trial = max(1.0, 0.01 * batch)
    assert read_seconds(said[0]) == pytest.approx(whole - trial, abs=1.0)
    assert said[0].endswith("Ctrl+C")
    for line in said[1:]:  # what is left follows from the share that is done
        share = int(re.search(r"(\d+)%", line)[1]) / 100
        assert read_seconds(line) == pytest.approx((1 - share) * whole, abs=1.0)
    assert 3 <= len(said) <= 7


def test_a_short_step_is_not_announced():
    assert run(64, 0.0015)[0] == []


def test_a_step_that_slows_down_is_announced_then_and_a_new_part_by_itself():
    clock, said = Clock(), []
    step = LongStep(said.append, "map", clock=clock)
    for k in range(40):
        clock.now += 0.1 if k < 20 else 5.0
        step(k + 1, 40)
    assert 0 < read_seconds(said[0]) <= 100
    said.clear()
    for k in range(11):
        step(k, 10)
        clock.now += 2.0
    assert read_seconds(said[0]) == 18


def test_the_first_report_of_nothing_done_starts_the_clock():
    clock = Clock()
    left = TimeLeft(clock)
    clock.now += 50
    assert left.estimate(0, 10) is None
    clock.now += 0.5
    assert left.estimate(1, 10) is None
    clock.now += 1.5
    assert left.estimate(2, 10) == pytest.approx(8 * 1.5)  # what came before the first report comes once


def test_the_rest_is_told_by_the_pace_of_the_last_part():
    clock = Clock()
    left = TimeLeft(clock)
    left.estimate(0, 1000)
    for k in range(1, 701):
        clock.now += 0.1 if k < 301 else 0.5  # another program has taken most of the processor
        remaining = left.estimate(k, 1000)
    assert remaining == pytest.approx(0.5 * 300)


def test_what_turns_out_otherwise_is_said_before_its_time():
    clock, said = Clock(), []
    step = LongStep(said.append, "map", clock=clock)
    step(0, 1000)
    for k in range(40):
        clock.now += 1.0
        step(k + 1, 1000)
    assert [read_seconds(line) for line in said] == [1020]  # the next line would come after 100 s
    for k in range(40, 60):
        clock.now += 4.0
        step(k + 1, 1000)
    assert read_seconds(said[1]) > 1.5 * 960 * 0.9


def test_parts_count_as_one_step_by_what_they_are_expected_to_take():
    counts = []
    parts = JoinedParts(partial(_note, counts), (30.0, 10.0, 60.0))
    for index in range(3):
        parts.get_part(index)(0, 5)
        parts.get_part(index)(5, 5)
    assert [done / total for done, total in counts] == [0, 0.3, 0.3, 0.4, 0.4, 1]


@pytest.mark.parametrize(("seconds", "text"), [(40.2, "40 s"), (150, "2 min"), (7300, "2.0 h")])
def test_durations_in_words(seconds, text):
    assert format_duration(seconds) == text


def test_encoding_counts_images_and_begins_with_none(monkeypatch):
    model = models.build(config.Model(network="mlp", latent_dim=2), config.Objective(), (1, 8, 8))
    counts = []
    monkeypatch.setattr(reconstruction, "MAX_BATCH", 4)
    reconstruction.encode_all(model, torch.zeros(10, 1, 8, 8, dtype=torch.uint8), progress=partial(_note, counts))
    assert counts == [(0, 10), (4, 10), (8, 10)]


def _note(counts: list[tuple[int, int]], done: int, total: int) -> None:
    counts.append((done, total))
