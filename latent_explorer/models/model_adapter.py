"""Somebody else's model object as two functions on arrays: a torch module, an object with `encode` and `decode`, or
scikit-learn's `transform` and `inverse_transform`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from latent_explorer.arrays import Floats
from latent_explorer.errors import InputError
from latent_explorer.models.external_network import (
    ExternalFunctions,
    Function,
    call_checked,
    call_decode,
    call_encode,
    split_parts,
    to_array,
)

TRIAL = 4
"""Images by which the functions are tried."""
MAX_LATENT_DIM = 4096  # numbers of a code, as in the config
FAR_OUTSIDE = 0.5
"""How far beyond 0 and 1 a decoded pixel may lie before the model's range of pixels must be another."""


@dataclass(frozen=True, eq=False)
class Adapted:
    """Checked functions, and what a trial told about them."""

    functions: ExternalFunctions
    latent_dim: int
    variational: bool


def adapt(model: Any, shape: tuple[int, ...]) -> ExternalFunctions:
    """Return the functions of `model`, whose samples have `shape`; raise `InputError` for an object that has none.

    Those of torch modules get tensors: a module, a method of one, or a module in a function's place.
    """
    if isinstance(model, ExternalFunctions):
        return replace(model, encode=_adapt_function(model.encode), decode=_adapt_function(model.decode))
    for first, second in (("encode", "decode"), ("encoder", "decoder")):
        encode, decode = getattr(model, first, None), getattr(model, second, None)
        if callable(encode) and callable(decode):
            if isinstance(model, nn.Module):
                return ExternalFunctions(_call_torch(model, encode), _call_torch(model, decode))
            return ExternalFunctions(_adapt_function(encode), _adapt_function(decode))
    transform, inverse = getattr(model, "transform", None), getattr(model, "inverse_transform", None)
    if callable(transform) and callable(inverse):  # of rows of pixels
        kind = getattr(getattr(model, "components_", None), "dtype", np.float64)  # some take that of their fit alone
        return ExternalFunctions(
            lambda images: transform(images.reshape(len(images), -1).astype(kind)),
            lambda latents: np.asarray(inverse(latents.astype(kind))).reshape(len(latents), *shape),
        )
    raise InputError(
        f"model: {type(model).__name__} arrived; an object with encode and decode, or with transform and "
        "inverse_transform, is allowed"
    )


def _adapt_function(function: Function | None) -> Function | None:
    """Return a function on arrays of one that may be of a torch module."""
    module = function if isinstance(function, nn.Module) else getattr(function, "__self__", None)
    return function if function is None or not isinstance(module, nn.Module) else _call_torch(module, function)


def try_out(functions: ExternalFunctions, images: Floats, pixel_range: tuple[float, float] | None) -> Adapted:
    """Try functions on some images (N, C, H, W) in `pixel_range`, or on other samples without one, and return them
    checked.

    Latents of more than one dimension, such as feature maps, are flattened. Raises `InputError` for what does not fit
    together.
    """
    encode, decode = functions.encode, functions.decode
    if encode is None or decode is None:
        missing = "encode" if encode is None else "decode"
        raise InputError(f"{missing}: nothing arrived; a function is needed; a whole model goes as model=...")
    shape = call_checked(encode, images, "encode")[0].shape[1:]
    if len(shape) > 1:
        encode, decode = _flatten(encode), _unflatten(decode, shape)
    arrays = call_encode(encode, images)
    if arrays[0].shape[1] > MAX_LATENT_DIM:
        raise InputError(
            f"encode gave codes of {arrays[0].shape[1]:,} numbers; up to {MAX_LATENT_DIM:,} are allowed: where a code "
            "has a place for each part of a picture, smaller pictures have a smaller one"
        )
    decoded = call_decode(decode, arrays[0], images.shape[1:])
    if pixel_range is not None:
        check_pixels(decoded, pixel_range)
    return Adapted(ExternalFunctions(encode, decode), arrays[0].shape[1], len(arrays) == 2)


def check_pixels(pictures: Floats, pixel_range: tuple[float, float]) -> None:
    """Raise `InputError` for decoded pictures whose numbers are far outside the range."""
    low, high = pixel_range
    least, most = float(pictures.min(initial=0)), float(pictures.max(initial=0))
    room = FAR_OUTSIDE * (high - low)
    if least < low - room or most > high + room:
        raise InputError(
            f"decode gave numbers from {least:.3g} to {most:.3g} for pixels from {low:g} to {high:g}; pixel_range "
            "(--pixels) says another range, such as (-1, 1) or (0, 255)"
        )


def _flatten(encode: Function) -> Function:
    def encode_flat(images: Floats) -> Any:
        arrays = [to_array(part, "encode") for part in split_parts(encode(images), images)]
        flattened = tuple(array.reshape(len(array), -1) for array in arrays)
        return flattened if len(flattened) > 1 else flattened[0]

    return encode_flat


def _unflatten(decode: Function, shape: tuple[int, ...]) -> Function:
    return lambda latents: decode(latents.reshape(len(latents), *shape))


# -- torch --------------------------------------------------------------------------------------------


def _call_torch(module: nn.Module, method: Callable[[Any], Any]) -> Function:
    """Return `method` as a function on arrays, called without gradient and in evaluation mode."""
    weight = next(module.parameters(), torch.empty(0))
    device, kind = weight.device, weight.dtype if weight.dtype.is_floating_point else torch.float32

    def call(batch: Floats) -> Any:
        with torch.no_grad(), _use_evaluation_mode(module):
            answer = method(torch.from_numpy(batch).to(device, kind))
        return _to_arrays(answer)

    return call


@contextmanager
def _use_evaluation_mode(module: nn.Module) -> Iterator[None]:
    """Evaluate the module in the `with` block, and leave its own mode as it was."""
    modes = [(one, one.training) for one in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for one, training in modes:
            one.training = training


def _to_arrays(answer: Any) -> Any:
    """Return what a module gave as arrays: a tensor, mean and log-variance, or an object that holds them under the
    names of diffusers or pythae."""
    if isinstance(answer, Tensor):
        return answer.detach().to("cpu", torch.float32).numpy()
    if isinstance(answer, tuple | list):
        return tuple(_to_arrays(one) for one in answer)
    if hasattr(answer, "latent_dist"):  # diffusers' AutoencoderKL
        return _to_arrays((answer.latent_dist.mean, answer.latent_dist.logvar))
    if getattr(answer, "embedding", None) is not None:  # pythae's encoders
        spread = getattr(answer, "log_covariance", None)
        return _to_arrays(answer.embedding if spread is None else (answer.embedding, spread))
    for name in ("latents", "sample", "reconstruction"):
        if isinstance(getattr(answer, name, None), Tensor):
            return _to_arrays(getattr(answer, name))
    return answer
