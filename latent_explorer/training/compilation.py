"""The loss as code made for its network, by torch.compile.

It pays where a step is many small operations, as with convolutions and everything recurrent, and a training is long:
the code has to be made first, which takes up to a minute and needs a C++ compiler, or a GPU.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

import torch

F = TypeVar("F", bound=Callable[..., object])


def compiled(loss: F, *, wanted: bool) -> F:
    return torch.compile(loss) if wanted else loss  # type: ignore[return-value]


def trouble(device: torch.device) -> str:
    """Why nothing can be compiled on this machine, in one line; empty where it can."""
    logging.getLogger("torch.utils.cpp_extension").setLevel(logging.ERROR)  # it tells of compilers nobody asked for
    try:
        torch.compile(lambda x: x.sigmoid() * x)(torch.ones(8, device=device))
    except Exception as error:  # whatever is missing here: a compiler, Python's headers, a backend for the device
        lines = str(error).strip().splitlines()
        return lines[0] if lines else type(error).__name__
    return ""
