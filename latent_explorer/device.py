"""The torch devices of this machine, and the choice of one."""

import torch

from latent_explorer.errors import InputError


def list_available() -> list[str]:
    names = ["cpu"]
    if torch.cuda.is_available():
        names.insert(0, "cuda")
    if torch.backends.mps.is_available():
        names.insert(0, "mps")
    return names


def pick(name: str = "auto") -> torch.device:
    """Return the device `name`, the fastest one for `auto`; raise `InputError` if it is not available."""
    available = list_available()
    if name == "auto":
        return torch.device(available[0])
    kind, colon, number = name.partition(":")
    count = torch.cuda.device_count() if kind == "cuda" else 1
    if kind not in available or (colon and not (number.isdecimal() and int(number) < count)):
        raise InputError(f"device {name!r} is not available here; allowed: auto, {', '.join(available)}")
    return torch.device(name)
