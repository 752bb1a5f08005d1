"""The torch devices of this machine, the choice of one, and how to tell that one has failed."""

import re
from collections.abc import Callable

import torch

from latent_explorer.errors import InputError

ACCELERATORS = ("cuda", "xpu", "mps")
"""In the order in which `auto` prefers them."""
NAMES = re.compile(r"\b(CUDA|cuBLAS|CUBLAS_\w+|cuDNN|CUDNN_\w+|HIP|XPU|SYCL|level_zero|MPS)\b")
"""What an error of an accelerator names, in releases of torch whose errors have no class of their own."""
INSTRUCTIONS = {
    torch.bfloat16: ("avx512_bf16", "amx_bf16", "bf16"),
    torch.float16: ("avx512_fp16", "amx_fp16", "fp16_arith"),
}
"""With which a CPU multiplies a number format itself: what torch calls them on x86, then on Arm."""
OUT_OF_MEMORY = re.compile(r"out of memory", re.IGNORECASE)


def list_available() -> list[str]:
    """Return the kinds of devices, the fastest one first."""
    there: dict[str, Callable[[], bool]] = {
        "cuda": torch.cuda.is_available,
        "xpu": lambda: hasattr(torch, "xpu") and torch.xpu.is_available(),
        "mps": torch.backends.mps.is_available,
    }
    return [kind for kind in ACCELERATORS if there[kind]()] + ["cpu"]


def pick(name: str = "auto", say: Callable[[str], None] | None = None) -> torch.device:
    """Return the device `name`, the fastest one for `auto`; raise `InputError` if it is not available.

    With `say`, an accelerator that is not there is said in one line, and the CPU stands in.
    """
    available = list_available()
    if name == "auto":
        return torch.device(available[0])
    kind, colon, number = name.partition(":")
    if say is not None and name in ACCELERATORS and name not in available:
        say(f"device {name!r} is not available here; going on with the CPU")
        return torch.device("cpu")
    count = torch.get_device_module(kind).device_count() if kind in ("cuda", "xpu") and kind in available else 1
    if kind not in available or (colon and not (number.isdecimal() and int(number) < count)):
        raise InputError(f"device {name!r} is not available here; allowed: auto, {', '.join(available)}")
    return torch.device(name)


def multiplies(dtype: torch.dtype, where: torch.device) -> bool | None:
    """Return whether a device multiplies a half precision, `dtype`, by instructions of its own; None where torch, in an
    older release, does not tell. It is taken for granted of accelerators.

    Without them torch emulates it: a convolution then takes about twenty times as long as in float32 (AVX2).
    """
    if where.type != "cpu":
        return True
    if not hasattr(torch.cpu, "get_capabilities"):
        return None
    return any(torch.cpu.get_capabilities().get(name) for name in INSTRUCTIONS[dtype])


def make_autocast(where: torch.device) -> torch.autocast:
    """Return a context in which products are taken in bfloat16, where the device has instructions for it."""
    return torch.autocast(where.type, torch.bfloat16, enabled=bool(multiplies(torch.bfloat16, where)))


def describe_failure(error: BaseException) -> str:
    """Return in a few words how an accelerator has failed; empty if `error` is something else.

    Its memory may be full, or the device gone: reset, unplugged, taken by another driver.
    """
    own = tuple(getattr(torch, kind) for kind in ("OutOfMemoryError", "AcceleratorError") if hasattr(torch, kind))
    if not isinstance(error, own) and not (isinstance(error, RuntimeError) and NAMES.search(str(error))):
        return ""
    if OUT_OF_MEMORY.search(str(error)):
        return "out of memory"
    return next(iter(str(error).strip().splitlines()), "") or "failed"
