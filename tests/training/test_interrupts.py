"""Ctrl-C during a training."""

import signal

import pytest

from latent_explorer.training.interrupts import Interrupts, handle_interrupts


def test_the_first_ctrl_c_asks_and_the_second_interrupts():
    before = signal.getsignal(signal.SIGINT)
    with handle_interrupts() as interrupts, interrupts.enter_training():
        signal.raise_signal(signal.SIGINT)
        assert interrupts.stop_requested
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_before_the_training_ctrl_c_interrupts():
    with handle_interrupts() as interrupts, pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert not interrupts.stop_requested


def test_after_the_training_ctrl_c_interrupts_only_what_is_optional():
    done = []
    with handle_interrupts() as interrupts:
        with interrupts.enter_training():
            pass
        signal.raise_signal(signal.SIGINT)
        done.append("needed")
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt), interrupts.enter_optional():
                done.append("optional")
        signal.raise_signal(signal.SIGINT)
        done.append("needed too")
    assert done == ["needed", "needed too"]
    with handle_interrupts() as interrupts, pytest.raises(KeyboardInterrupt), interrupts.enter_optional():
        signal.raise_signal(signal.SIGINT)


def test_a_compiler_that_ctrl_c_has_ended_is_an_interruption():
    def train(*, press: bool) -> None:
        interrupts = Interrupts()
        with interrupts.enter_training():
            if press:
                interrupts.handle_interrupt()
            raise RuntimeError("the compiler was killed")

    with pytest.raises(KeyboardInterrupt):
        train(press=True)
    with pytest.raises(RuntimeError):
        train(press=False)
