"""Compilation of the loss by torch.compile.

It pays for long trainings whose steps are many small operations, as with convolutional and recurrent networks:
compiling takes up to a minute and needs a C++ compiler, or a GPU.
"""

import logging

import torch


def find_compile_error(device: torch.device) -> str:
    """Return the one-line reason why torch.compile fails on this machine; empty if it works."""
    logging.getLogger("torch.utils.cpp_extension").setLevel(logging.ERROR)  # it reports compilers that are not needed
    try:
        torch.compile(lambda x: x.sigmoid() * x)(torch.ones(8, device=device))
    except Exception as error:  # a missing compiler, Python's headers, a backend for the device
        lines = str(error).strip().splitlines()
        return lines[0] if lines else type(error).__name__
    return ""
