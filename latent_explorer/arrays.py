"""numpy arrays or torch tensors in, the same kind out, without importing torch for those who do not use it."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.errors import InputError

Floats = NDArray[np.float32]


def is_tensor(values: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(values, torch.Tensor)


def as_floats(values: Any) -> tuple[Floats, Callable[[Floats], Any]]:
    """`values` as a float32 array, and the function that turns a result into what `values` was."""
    if is_tensor(values):
        import torch

        device = values.device
        array = np.asarray(values.detach().cpu().numpy(), dtype=np.float32)
        return array, lambda result: torch.from_numpy(np.ascontiguousarray(result)).to(device)
    return np.asarray(values, dtype=np.float32), lambda result: result


def as_matrix(values: Any, columns: int, what: str) -> tuple[Floats, Callable[[Floats], Any]]:
    """As `as_floats`, for a finite (N, columns) matrix; anything else is an `InputError` that names `what`."""
    array, back = as_floats(values)
    if array.ndim != 2 or array.shape[1] != columns:
        raise InputError(f"{what}: shape {array.shape} arrived; (N, {columns}) is allowed")
    if not np.isfinite(array).all():
        raise InputError(f"{what}: NaN or infinity arrived; finite numbers are allowed")
    return array, back
