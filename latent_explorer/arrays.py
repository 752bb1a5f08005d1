"""Conversion and checks of numpy arrays and torch tensors; torch is imported only if the caller uses tensors."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.errors import InputError

Floats = NDArray[np.float32]


def to_unit(values: NDArray[Any]) -> Floats:
    """Return bytes from 0 to 255 as numbers from 0 to 1, and numbers unchanged."""
    unit: Floats = np.divide(values, 255, dtype=np.float32) if values.dtype == np.uint8 else values
    return unit


def is_tensor(values: Any) -> bool:
    """Return True if `values` is a torch tensor; torch is not imported for the answer."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(values, torch.Tensor)


def as_floats(values: Any) -> tuple[Floats, Callable[[NDArray[Any]], Any]]:
    """Return `values` as a float32 array that torch accepts, and a function that converts results back to its type."""
    if is_tensor(values):
        import torch

        device = values.device
        array = np.asarray(values.detach().to("cpu", torch.float32).numpy())
        return array, lambda result: torch.from_numpy(np.ascontiguousarray(result)).to(device)
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "buif":
            raise TypeError
        with np.errstate(over="ignore"):  # a number too large for float32 becomes the infinity that is refused
            # torch refuses negative strides, and warns about read-only arrays
            return np.require(array, np.float32, ("C", "W")), lambda result: result
    except (TypeError, ValueError):
        raise InputError(f"{type(values).__name__} arrived; an array or a tensor of numbers is allowed") from None


def as_matrix(values: Any, columns: int, argument: str) -> tuple[Floats, Callable[[NDArray[Any]], Any]]:
    """Convert as `as_floats`; raise `InputError` that names `argument` unless it is a finite (N, columns) matrix."""
    return as_shaped(values, (columns,), argument)


def as_shaped(values: Any, shape: tuple[int, ...], argument: str) -> tuple[Floats, Callable[[NDArray[Any]], Any]]:
    """Convert as `as_matrix`, for a finite array (N, *shape)."""
    is_ready = type(values) is np.ndarray and values.dtype == np.float32 and values.shape[1:] == shape
    if is_ready and values.flags.carray and np.isfinite(values).all():
        return values, _keep  # as most of them are: one comes with every movement of the mouse
    array, back = _as_floats_named(values, argument)
    if array.ndim != len(shape) + 1 or array.shape[1:] != shape:
        raise InputError(f"{argument}: shape {array.shape} arrived; (N, {', '.join(map(str, shape))}) is allowed")
    if not np.isfinite(array).all():
        raise InputError(f"{argument}: NaN or infinity arrived; finite numbers are allowed")
    return array, back


def _keep(result: NDArray[Any]) -> NDArray[Any]:
    return result


def as_rows(values: Any, argument: str) -> Floats:
    """Convert to a finite float32 matrix (N, d) of any width; raise `InputError` otherwise."""
    array, _ = _as_floats_named(values, argument)
    if array.ndim != 2 or not array.shape[1]:
        raise InputError(f"{argument}: shape {array.shape} arrived; (N, d) is allowed")
    return as_matrix(array, array.shape[1], argument)[0]


def as_classes(labels: Any, count: int, classes: int) -> NDArray[np.int64]:
    """Return `labels` as (count,) integers from -1 (unknown) to `classes` - 1; raise `InputError` otherwise."""
    given = labels.detach().cpu().numpy() if is_tensor(labels) else np.asarray(labels)
    # whole numbers stay as they are: float32 would take large neighbours for one
    array = given if given.dtype.kind in "iu" else _as_floats_named(labels, "labels")[0]
    if array.shape != (count,):
        raise InputError(f"labels: shape {array.shape} arrived; ({count},) is allowed")
    whole = array.astype(np.int64)
    if count and not ((whole == array).all() and -1 <= whole.min() <= whole.max() < classes):
        arrived = f"numbers from {array.min():g} to {array.max():g}"
        raise InputError(f"labels: {arrived} arrived; -1 (unknown) to {classes - 1} are allowed")
    return whole


def _as_floats_named(values: Any, argument: str) -> tuple[Floats, Callable[[NDArray[Any]], Any]]:
    try:
        return as_floats(values)
    except InputError as error:
        raise InputError(f"{argument}: {error}") from None


def as_float16_if_safe(values: NDArray[Any]) -> NDArray[Any]:
    """Convert `values` to float16 if they are within its range, else to float32."""
    small = values.astype(np.float16 if np.abs(values).max(initial=0) < 6e4 else np.float32)
    return small if np.isfinite(small).all() else values.astype(np.float32)
