"""A training that was cut short goes on to the very weights it would have had."""

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from latent_explorer import config, models, training
from latent_explorer.config import Training
from latent_explorer.data.split import Split
from latent_explorer.errors import InputError
from latent_explorer.training import RunState
from latent_explorer.training.run_state import HEADER_KEY
from tests.stage import ROOT

SETTINGS = Training(epochs=4, batch_size=50)
ORIGIN = {"model": {"latent_dim": 3}, "images": "abc"}
KILLS, LONGEST = 20, 0.12  # lives of a process, and the most seconds of one
LONG = Training(epochs=60, batch_size=25)
PAUSE = KILLS * LONGEST / 600  # seconds a step: all lives together are too short for the 600 steps, on any machine


def build(objective: str = "plain") -> models.Autoencoder:
    torch.manual_seed(0)
    return models.build(
        config.Model(latent_dim=3, hidden=(16,)), config.Objective(objective, groups=1, classes=10), (1, 8, 8)
    )


def same(one: models.Autoencoder, other: models.Autoencoder) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def stop_after(steps: int):
    left = iter([False] * steps)
    return lambda: next(left, True)


@pytest.fixture
def train(digits) -> Split:
    return Split(digits.train.images[:250], digits.train.labels[:250])


def cut_short(train: Split, settings: Training, steps: int, path: Path, objective: str = "plain") -> None:
    training.fit(
        build(objective), train.images, settings, labels=train.labels, stop=stop_after(steps),
        save_state=lambda state: state.save(path, ORIGIN),
    )  # fmt: skip


@pytest.mark.parametrize("objective", models.OBJECTIVES)
@pytest.mark.parametrize("steps", [1, 5, 8, 19])
def test_cut_short_and_resumed_is_as_never_stopped(train, tmp_path, objective, steps):
    whole, resumed = build(objective), build(objective)
    expected = training.fit(whole, train.images, SETTINGS, labels=train.labels)
    path = tmp_path / "run.resume"
    cut_short(train, SETTINGS, steps, path, objective)
    with torch.random.fork_rng():
        torch.manual_seed(99)  # nothing comes from the global generator
        found = training.fit(resumed, train.images, SETTINGS, labels=train.labels, state=RunState.load(path, ORIGIN))
    assert same(whole, resumed)
    assert [e.parts for e in found.epochs] == [e.parts for e in expected.epochs]
    assert found.images_seen == expected.images_seen
    assert not found.stopped


@pytest.mark.parametrize("optimizer", ["adamw", "adam", "sgd", "muon"])
@pytest.mark.parametrize("schedule", ["onecycle", "cosine", "constant"])
def test_with_every_optimizer_and_schedule(train, tmp_path, optimizer, schedule):
    settings = replace(SETTINGS, optimizer=optimizer, schedule=schedule, clip=1.0)
    whole, resumed = build(), build()
    training.fit(whole, train.images, settings)
    cut_short(train, settings, 7, tmp_path / "s", "plain")
    training.fit(resumed, train.images, settings, state=RunState.load(tmp_path / "s", ORIGIN))
    assert same(whole, resumed)


def test_early_stopping_and_the_best_weights_go_on_too(digits, tmp_path):
    """Thirty pictures are soon learnt by heart, and from then on others get worse."""
    images, labels = digits.train.images[:30], digits.train.labels[:30]
    aside = Split(digits.test.images[:100], digits.test.labels[:100])
    settings = Training(
        epochs=300, batch_size=10, learning_rate=0.03, schedule="constant", validation=0.5, patience=4, keep="best"
    )
    whole, resumed, path = build(), build(), tmp_path / "run.resume"
    expected = training.fit(whole, images, settings, labels=labels, validation=aside)
    assert expected.early
    assert len(expected.epochs) == expected.best + 4 < 300
    training.fit(
        build(), images, settings, labels=labels, validation=aside, stop=stop_after(3 * (expected.best + 1) + 2),
        save_state=lambda state: state.save(path, ORIGIN),
    )  # fmt: skip
    state = RunState.load(path, ORIGIN)
    found = training.fit(resumed, images, settings, labels=labels, validation=aside, state=state)
    assert same(whole, resumed)
    assert (found.best, found.early) == (expected.best, True)
    best = build()  # the weights that stay are those of the best epoch
    training.fit(best, images, replace(settings, patience=None, keep="last"), stop=stop_after(3 * expected.best))
    assert same(best, whole)


NURSERY = """
import os, sys, time
from pathlib import Path
import torch
from tests.training import test_run_state as told

torch.set_num_threads(1)
path, images = Path(sys.argv[1]), torch.load(sys.argv[2])

def live():
    state = told.RunState.load(path, told.ORIGIN) if path.exists() else None
    told.training.fit(
        told.build("variational"), images, told.LONG, state=state, save_interval=0.0,
        save_state=lambda state: state.save(path, told.ORIGIN), before_step=lambda *_: time.sleep(told.PAUSE),
    )

told.cut_short(told.Split(images, torch.zeros(len(images))), told.LONG, 2, path.with_name("warm"), "variational")
for _ in sys.stdin:  # a line is a birth; what a training imports is here already
    child = os.fork()
    if child == 0:
        live()
        os._exit(0)
    print(child, flush=True)
    print(os.WIFSIGNALED(os.waitpid(child, 0)[1]), flush=True)
"""
"""A process that bears the lives to be killed: a fork of pytest's own process would carry its threads' locks."""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to kill a process at once")
def test_killed_twenty_times_at_random_moments(train, tmp_path):
    """Every life of the process is killed with SIGKILL, in the middle of a step, an epoch or a write."""
    whole, resumed = build("variational"), build("variational")
    training.fit(whole, train.images, LONG)
    path, images = tmp_path / "run.resume", tmp_path / "images"
    torch.save(train.images, images)
    moments = random.Random(0)
    nursery = subprocess.Popen(
        [sys.executable, "-c", NURSERY, str(path), str(images)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    with nursery:
        for _ in range(KILLS):
            print(file=nursery.stdin, flush=True)
            child = int(nursery.stdout.readline())
            time.sleep(moments.uniform(0.005, LONGEST))
            os.kill(child, signal.SIGKILL)
            assert nursery.stdout.readline() == "True\n"  # none of them came to its end before
        nursery.stdin.close()
    state = RunState.load(path, ORIGIN)
    assert 0 < len(state.history.epochs) * 10 + state.step < 600
    training.fit(resumed, train.images, LONG, state=state)
    assert same(whole, resumed)


def test_a_finished_training_has_nothing_left_to_do(train, tmp_path):
    states: list[RunState] = []
    model = build()
    training.fit(model, train.images, SETTINGS, save_state=states.append, save_interval=0.0)
    again = build()
    history = training.fit(again, train.images, SETTINGS, state=states[-1])
    assert same(model, again)
    assert len(history.epochs) == 4


def test_a_state_is_not_changed_by_going_on(train):
    states: list[RunState] = []
    training.fit(build(), train.images, SETTINGS, stop=stop_after(7), save_state=states.append)
    before = {name: value.clone() for name, value in states[0].model.items()}
    training.fit(build(), train.images, SETTINGS, state=states[0])
    assert all(torch.equal(before[name], value) for name, value in states[0].model.items())
    assert len(states[0].history.epochs) == 1
    assert states[0].step == 2


@pytest.mark.parametrize("network", config.NETWORKS)
@pytest.mark.parametrize("objective", models.OBJECTIVES)
def test_every_objective_can_be_validated(train, network, objective):
    torch.manual_seed(0)
    shape = config.Model(network=network, latent_dim=4, hidden=(8,), channels=(4,))
    size = (1, 1, 64) if network == "cnn1d" else (1, 8, 8)
    model = models.build(shape, config.Objective(objective, groups=2, classes=10), size)
    images = train.images.reshape(-1, *size)
    aside = Split(images[:40], train.labels[:40])
    history = training.fit(model, images[:60], Training(epochs=1, batch_size=30), validation=aside)
    assert history.epochs[0].validation > 0


# -- what may not be resumed --------------------------------------------------------------------------


def test_another_config_is_refused_by_its_keys(train, tmp_path):
    before = config.from_dict({"training": {"batch_size": 64}}).as_dict()
    now = config.from_dict({"training": {"batch_size": 32}, "map": {"points": 100}}).as_dict()
    training.fit(
        build(), train.images, SETTINGS, stop=stop_after(3),
        save_state=lambda state: state.save(tmp_path / "s", training.make_run_fingerprint(before, train.images, "cpu")),
    )  # fmt: skip
    with pytest.raises(InputError, match=r"training\.batch_size 64 -> 32") as error:
        RunState.load(tmp_path / "s", training.make_run_fingerprint(now, train.images, "cpu"))
    assert "map" not in str(error.value)  # maps are made afterwards
    with pytest.raises(InputError, match="other images"):
        RunState.load(tmp_path / "s", training.make_run_fingerprint(before, train.images[:100], "cpu"))
    with pytest.raises(InputError, match="device cpu -> cuda"):
        RunState.load(tmp_path / "s", training.make_run_fingerprint(before, train.images, "cuda"))
    assert RunState.load(tmp_path / "s", training.make_run_fingerprint(before, train.images.clone(), "cpu")).step == 3


@pytest.mark.parametrize("content", [b"", b"x" * 100, None])
def test_a_damaged_state_is_one_clear_line(train, tmp_path, content):
    path = tmp_path / "s"
    cut_short(train, SETTINGS, 3, path)
    path.write_bytes(path.read_bytes()[:-50] if content is None else content)
    with pytest.raises(InputError, match="truncated, damaged or no state"):
        RunState.load(path, ORIGIN)


def test_the_history_survives_the_file(train, tmp_path):
    states: list[RunState] = []
    training.fit(
        build(), train.images, SETTINGS, measure=lambda _: {"mse": 0.25}, stop=stop_after(13), save_state=states.append
    )
    states[0].save(tmp_path / "s", ORIGIN)
    found = RunState.load(tmp_path / "s", ORIGIN)
    assert asdict(found.history) == asdict(states[0].history)
    assert found.history.epochs[1].held_out == {"mse": 0.25}
    for one, other in itertools.zip_longest(found.optimizer.items(), sorted(states[0].optimizer.items())):
        assert one[0] == other[0]
        assert torch.equal(one[1], other[1])


def test_a_state_that_is_older_than_a_key_goes_on_where_it_meant_the_same(train, tmp_path):
    now = {"model": {"latent_dim": 3, "output": "sigmoid"},
           "training": {"epochs": 4, "matmul_precision": "highest", "compile": False}}  # fmt: skip
    old = {"model": {"latent_dim": 3}, "training": {"epochs": 4}}
    training.fit(
        build(), train.images, SETTINGS, stop=stop_after(3), save_state=lambda state: state.save(tmp_path / "s", old)
    )
    assert RunState.load(tmp_path / "s", now).step == 3
    with pytest.raises(InputError, match=r"training\.matmul_precision highest -> medium"):
        RunState.load(tmp_path / "s", {**now, "training": {**now["training"], "matmul_precision": "medium"}})


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [("seconds", "long", "history: seconds: 'long' arrived; a finite"), ("epochs", [{"number": 1}], "history: epochs"),
     ("best", [1], "history: best"), ("more", 1, "'more' is missing")],
)  # fmt: skip
def test_a_history_of_other_types_is_damage(train, tmp_path, key, value, said):
    cut_short(train, SETTINGS, 3, tmp_path / "s")
    with safe_open(tmp_path / "s", "pt") as file:
        header = json.loads(file.metadata()[HEADER_KEY])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    header["history"][key] = value
    save_file(tensors, tmp_path / "s", {HEADER_KEY: json.dumps(header)})
    with pytest.raises(InputError, match=said):
        RunState.load(tmp_path / "s", ORIGIN)


@pytest.mark.parametrize(
    "change",
    [
        lambda state: state.optimizer.update({"0.exp_avg": torch.ones(2, 2)}),
        lambda state: state.optimizer.update({"0.exp_avg": state.optimizer["0.exp_avg"].long()}),
        lambda state: state.optimizer.pop("1.exp_avg_sq"),
        lambda state: state.optimizer.update({"99.step": torch.tensor(1.0)}),
        lambda state: state.last_good_weights.popitem(),
        lambda state: state.sums.update({"loss": torch.ones(3)}),
        lambda state: setattr(state, "step", 999),
    ],
)
def test_what_the_optimizers_kernels_could_not_go_on_with_is_refused(train, tmp_path, change):
    cut_short(train, SETTINGS, 3, tmp_path / "s")
    state = RunState.load(tmp_path / "s", ORIGIN)
    change(state)
    with pytest.raises(InputError, match="--resume: the state of the training does not fit this model"):
        training.fit(build(), train.images, SETTINGS, labels=train.labels, state=state)
