"""The choice of a device, and what an accelerator's failure is told by."""

import pytest
import torch

from latent_explorer import device
from latent_explorer.commands import exit_status
from latent_explorer.errors import DeviceWarning, InputError


@pytest.fixture(autouse=True)
def none_there(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.xpu, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def test_the_fastest_one_that_is_there_is_taken(monkeypatch):
    assert device.pick() == torch.device("cpu")
    monkeypatch.setattr(torch.xpu, "is_available", lambda: True)
    assert device.pick() == torch.device("xpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert device.list_available() == ["cuda", "xpu", "cpu"]
    assert device.pick() == torch.device("cuda")


@pytest.mark.parametrize("name", device.ACCELERATORS)
def test_one_that_is_not_there_is_one_line_where_somebody_listens(name):
    said: list[str] = []
    assert device.pick(name, said.append) == torch.device("cpu")
    assert said == [f"device {name!r} is not available here; going on with the CPU"]
    with pytest.raises(InputError, match="is not available here; allowed: auto, cpu"):
        device.pick(name)


@pytest.mark.parametrize("name", ["cuda:3", "gpu", "meta", ""])
def test_a_name_that_is_none_is_refused_whoever_listens(name):
    with pytest.raises(InputError, match="is not available here"):
        device.pick(name, lambda _: None)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), "out of memory"),
        (RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)"), "out of memory"),
        (RuntimeError("CUDA error: launch failure\nCompile with ..."), "CUDA error: launch failure"),
        (RuntimeError("level_zero backend failed with error: 20 (UR_RESULT_ERROR_DEVICE_LOST)"), "DEVICE_LOST"),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), ""),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes"), ""),
        (ValueError("CUDA"), ""),
    ],
)  # fmt: skip
def test_a_failure_of_an_accelerator_is_told_from_a_mistake(error, said):
    found = device.describe_failure(error)
    assert said in found if said else found == ""
    assert "\n" not in found


def test_a_command_prints_it_as_a_line_alone_and_other_warnings_as_ever():
    told = exit_status._format_warning(DeviceWarning("cuda: out of memory"), DeviceWarning, "a.py", 3)
    assert told == "cuda: out of memory\n"
    assert "a.py:3: UserWarning: odd" in exit_status._format_warning(UserWarning("odd"), UserWarning, "a.py", 3, "")
