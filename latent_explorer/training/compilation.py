"""Compilation of the loss by torch.compile.

It pays for long trainings whose steps are many small operations, as with convolutional and recurrent networks:
compiling takes up to a minute and needs a C++ compiler, or a GPU. On a CUDA device the compiled kernels of a step are
also captured as a CUDA graph, so that one call launches them all; torch leaves that where a network does not allow it.
"""

import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import torch

P = ParamSpec("P")
R = TypeVar("R")


def compile_loss(loss: Callable[P, R], device: torch.device) -> Callable[P, R]:
    """Return the loss, compiled at its first call. On a CUDA device what it returns is valid until its next call."""
    if device.type != "cuda":
        return torch.compile(loss)
    compiled = torch.compile(loss, mode="reduce-overhead")

    def begin_step(*args: P.args, **kwargs: P.kwargs) -> R:
        torch.compiler.cudagraph_mark_step_begin()  # type: ignore[no-untyped-call]
        return compiled(*args, **kwargs)

    return begin_step


def find_compile_error(device: torch.device) -> str:
    """Return the one-line reason why torch.compile fails on this machine; empty if it works."""
    logging.getLogger("torch.utils.cpp_extension").setLevel(logging.ERROR)  # it reports compilers that are not needed
    try:
        torch.compile(lambda x: x.sigmoid() * x)(torch.ones(8, device=device))
    except Exception as error:  # a missing compiler, Python's headers, a backend for the device
        lines = str(error).strip().splitlines()
        return lines[0] if lines else type(error).__name__
    return ""
