"""`--resume`: whatever ends a training, the same command goes on with it."""

import filecmp
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import latent_explorer
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.commands import resume, train
from latent_explorer.errors import InputError, WorkError
from latent_explorer.training import RunState, loop
from tests.stage import DISK_FULL, disk_full

ROOT = Path(latent_explorer.__file__).parents[1]
SETTINGS = [
    "--device", "cpu", "--set", "training.epochs=30", "--set", "map.methods=[pca]", "--set", "map.points=50",
]  # fmt: skip


pytestmark = pytest.mark.usefixtures("elsewhere")


def test_without_a_state_it_begins_anew_and_says_so(capsys):
    assert train.main([*SETTINGS, "--set", "training.epochs=1", "--resume"]) == 0
    assert "beginning anew" in capsys.readouterr().err
    assert not Path("digits-vae.resume").exists()


def test_a_training_that_has_ended_is_not_begun_anew(capsys):
    few = [*SETTINGS, "--set", "training.epochs=1"]
    assert train.main(few) == 0
    before = Path("digits-vae.safetensors").read_bytes()
    capsys.readouterr()
    assert train.main([*few, "--resume"]) == 2
    assert "digits-vae.safetensors has ended" in capsys.readouterr().err
    assert Path("digits-vae.safetensors").read_bytes() == before
    assert train.main(few) == 0
    assert re.search(r"digits-vae\.safetensors .* replaced", capsys.readouterr().err)


def test_a_training_that_fails_leaves_the_file_of_one_that_did_not(capsys):
    few = [*SETTINGS, "--set", "training.epochs=2"]
    assert train.main(few) == 0
    before = Path("digits-vae.safetensors").read_bytes()
    wild = ["--set", "training.optimizer=sgd", "--set", "training.learning_rate=0.05"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "_is_finite", worse_after_the_first(loop._is_finite))
        assert train.main([*few, *wild]) == 1
    assert Path("digits-vae.safetensors").read_bytes() == before
    assert "digits-vae.safetensors is left" in capsys.readouterr().err
    assert len(checkpoint_file.load("digits-vae-diverged.safetensors", "cpu").metrics["history"]) == 1


def worse_after_the_first(finite):
    """The weights of every epoch but the first count as not finite."""
    answers = iter([True])
    return lambda *arguments: finite(*arguments) and next(answers, False)


@pytest.mark.slow
def test_stopped_by_ctrl_c_and_resumed_writes_the_same_file(capsys, monkeypatch):
    assert train.main([*SETTINGS, "--out", "whole.safetensors"]) == 0
    with monkeypatch.context() as patch:
        patch.setattr(train.configuration, "load", once_interrupted(train.configuration.load))
        assert train.main([*SETTINGS, "--out", "cut.safetensors"]) == 0
    assert "--resume" in capsys.readouterr().err
    assert len(checkpoint_file.load("cut.safetensors").metrics["history"]) < 30  # what was learnt until then
    assert Path("cut.resume").is_file()
    assert train.main([*SETTINGS, "--out", "cut.safetensors", "--resume"]) == 0
    assert filecmp.cmp("cut.safetensors", "whole.safetensors", shallow=False)
    assert not Path("cut.resume").exists()


def once_interrupted(load):
    """Presses Ctrl-C a moment after the training's handler stands."""

    def loaded(*arguments):
        before = signal.getsignal(signal.SIGINT)

        def press() -> None:
            until = time.monotonic() + 30
            while signal.getsignal(signal.SIGINT) is before and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(0.15)
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=press, daemon=True).start()
        return load(*arguments)

    return loaded


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kill is another thing there")
def test_killed_and_resumed_writes_the_same_file():
    """A process of its own, killed as soon as it has kept a state."""
    settings = [*SETTINGS, "--set", "training.epochs=20", "--out", "cut.safetensors"]
    program = (
        "import sys; from latent_explorer.training import loop; loop.fit.__kwdefaults__['save_interval'] = 0.0; "
        "from latent_explorer.commands import train; sys.exit(train.main(sys.argv[1:]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", program, *settings], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    until = time.monotonic() + 60
    while not Path("cut.resume").exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=30)
    assert not Path("cut.safetensors").exists()
    assert train.main([*settings, "--resume"]) == 0
    assert train.main([*settings, "--out", "whole.safetensors"]) == 0
    assert filecmp.cmp("cut.safetensors", "whole.safetensors", shallow=False)


def test_another_config_is_refused_and_nothing_is_lost(capsys, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(train.configuration, "load", once_interrupted(train.configuration.load))
        assert train.main(SETTINGS) == 0
    before = Path("digits-vae.resume").read_bytes()
    capsys.readouterr()
    assert train.main([*SETTINGS, "--set", "training.batch_size=96", "--resume"]) == 2
    assert "batch_size 64 -> 96" in capsys.readouterr().err
    assert Path("digits-vae.resume").read_bytes() == before


def test_two_trainings_of_one_file_are_refused(capsys):
    with resume.exclusive_run(Path("digits-vae.safetensors")):
        assert train.main(SETTINGS) == 2
    assert "another process" in capsys.readouterr().err


def test_the_lock_is_of_the_file_whatever_it_is_called():
    with (
        resume.exclusive_run(Path("a.safetensors")),
        resume.exclusive_run(Path("b.safetensors")),
        pytest.raises(InputError),
        resume.exclusive_run(Path.cwd() / "." / "a.safetensors"),
    ):
        pass
    with resume.exclusive_run(Path("a.safetensors")):
        pass


def test_a_state_that_cannot_be_kept_does_not_end_the_training(capsys, monkeypatch):
    def full(*_: object) -> None:
        raise WorkError(f"digits-vae.resume: cannot be written: {DISK_FULL}")

    with monkeypatch.context() as patch:
        patch.setattr(RunState, "save", full)
        patch.setitem(loop.fit.__kwdefaults__, "save_interval", 0.0)
        assert train.main([*SETTINGS, "--set", "training.epochs=2"]) == 0
    assert capsys.readouterr().err.count(DISK_FULL) == 1
    assert len(checkpoint_file.load("digits-vae.safetensors").metrics["history"]) == 2


def test_a_training_cut_short_before_its_first_state_does_not_pass_for_ended(tmp_path, capsys):
    out, lines = tmp_path / "it.safetensors", []
    out.write_bytes(b"of an earlier training")
    cut = resume.Resumption(out, {}, lines.append)
    assert cut.load_state(resume=False) is None
    cut.mark_beginning()
    again = resume.Resumption(out, {}, lines.append)
    assert again.load_state(resume=True) is None
    assert lines == [f"no state in {again.path} to resume from: beginning anew"]
    assert again.load_state(resume=False) is None
    assert len(lines) == 1
    again.delete_state()
    with pytest.raises(InputError, match="has ended"):
        again.load_state(resume=True)


def test_a_state_that_cannot_be_deleted_is_a_line(tmp_path, monkeypatch):
    lines = []
    monkeypatch.setattr("os.unlink", disk_full)
    resume.Resumption(tmp_path / "it.safetensors", {}, lines.append).delete_state()
    assert len(lines) == 1
    assert DISK_FULL in lines[0]
