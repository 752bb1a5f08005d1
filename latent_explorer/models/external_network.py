"""Models from elsewhere as an encoder and a decoder: two functions on arrays, of any framework.

Their results are checked each time, since nothing is known of the code behind them: type, shape, and that every number
is finite. They pass no gradient.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from latent_explorer import config
from latent_explorer.arrays import Floats
from latent_explorer.errors import InputError
from latent_explorer.models.encoder_body import EncoderBody
from latent_explorer.samples import SampleKind

Function = Callable[[Floats], Any]
LARGEST_VALUE = 1e9
"""Limit of the numbers that a function may return."""


@dataclass(frozen=True, eq=False)
class ExternalFunctions:
    """The two halves of a model from elsewhere; None for a half that is not known."""

    encode: Function | None
    """Images (N, C, H, W), float32 in [0, 1] -> latents (N, d), or the mean and log-variance of a posterior."""
    decode: Function | None
    """Latents (N, d), float32 -> images (N, C, H, W) in [0, 1]."""
    owner: str = "the model"
    """Named where a half is missing."""


MISSING = ExternalFunctions(None, None)


def make_encoder_and_decoder(
    image_shape: tuple[int, int, int], model: config.Model, variational: bool, functions: ExternalFunctions
) -> tuple[EncoderBody, nn.Module]:
    """Return the functions as modules; the encoder's features are the latent, or mean and log-variance beside each
    other."""
    parts = 2 if variational else 1
    functions = rescale_pixels(functions, model.pixel_range)
    encoder = _ExternalEncoder(functions, model.latent_dim, parts)
    return EncoderBody([encoder], parts * model.latent_dim), _ExternalDecoder(functions, image_shape)


def rescale_pixels(functions: ExternalFunctions, pixel_range: tuple[float, float]) -> ExternalFunctions:
    """Return functions of images in [0, 1] for a model whose black and white are `pixel_range`."""
    low, high = pixel_range
    encode, decode = functions.encode, functions.decode
    if (low, high) == (0.0, 1.0):
        return functions
    return ExternalFunctions(
        None if encode is None else lambda images: encode(images * np.float32(high - low) + np.float32(low)),
        None if decode is None else lambda z: (to_array(decode(z), "decode") - low) / (high - low),
        functions.owner,
    )


def convert_units(functions: ExternalFunctions, kind: SampleKind) -> ExternalFunctions:
    """Return functions of values from 0 to 1 for a model that takes and gives signals or rows in their own units."""
    encode, decode = functions.encode, functions.decode
    if kind.has_pixels:
        return functions
    return ExternalFunctions(
        None if encode is None else lambda values: encode(kind.restore_units(values)),
        None if decode is None else lambda z: kind.scale_units(to_array(decode(z), "decode")),
        functions.owner,
    )


def call_checked(function: Function, batch: Floats, name: str) -> tuple[Floats, ...]:
    """Return what `function` gives for a batch as arrays of finite numbers, whatever their shapes.

    Raises `InputError`, which begins with `name`, for anything else.
    """
    parts = split_parts(_call(function, batch, name), batch)
    if len(parts) not in (1, 2):
        raise InputError(
            f"{name} gave {len(parts)} arrays; one, or the mean and log-variance of a posterior, is allowed"
        )
    return tuple(to_array(part, name) for part in parts)


def split_parts(answer: Any, batch: Floats) -> tuple[Any, ...]:
    """Return the arrays that a function gave for `batch`: one, or those of a tuple, or of a list that is no list of
    rows."""
    axes = 4 if batch.ndim == 2 else 2  # of pictures, and at least of latents
    if isinstance(answer, tuple) or (
        isinstance(answer, list) and answer and all(getattr(one, "ndim", 0) >= axes for one in answer)
    ):
        return tuple(answer)
    return (answer,)


def to_array(values: Any, name: str) -> Floats:
    """Return `values` as a float32 array; raise `InputError` unless all of them are finite numbers."""
    try:
        array = values.detach().to("cpu", torch.float32).numpy() if isinstance(values, Tensor) else np.asarray(values)
    except Exception as error:
        raise InputError(f"{name} gave {type(values).__name__}, of which no array can be made: {error}"[:300]) from None
    if array.dtype.kind not in "buif":
        given = array.dtype if array.dtype.kind != "O" else type(values).__name__
        raise InputError(f"{name} gave {given}; an array of numbers is allowed")
    with np.errstate(over="ignore"):
        array = np.ascontiguousarray(array, np.float32)
    if not np.isfinite(array).all():
        raise InputError(f"{name} gave NaN or infinity; finite numbers are allowed")
    if array.size and float(np.abs(array).max()) > LARGEST_VALUE:
        raise InputError(f"{name} gave numbers beyond {LARGEST_VALUE:g}")
    return array


def call_encode(encode: Function, images: Floats) -> tuple[Floats, ...]:
    """Return the checked latents (N, d) of images, or mean and log-variance (N, d) each."""
    arrays = call_checked(encode, images, "encode")
    for array in arrays:
        if array.ndim != 2 or len(array) != len(images) or not array.shape[1] or array.shape != arrays[0].shape:
            shapes = " and ".join(str(one.shape) for one in arrays)
            raise InputError(f"encode gave shape {shapes} for {images.shape}; ({len(images)}, d) is allowed")
    return arrays


def call_decode(decode: Function, latents: Floats, shape: tuple[int, ...]) -> Floats:
    """Return the checked samples (N, *shape) of latents (N, d)."""
    pictures = call_checked(decode, latents, "decode")[0]
    expected = (len(latents), *shape)
    if pictures.shape != expected:
        raise InputError(f"decode gave shape {pictures.shape} for {latents.shape}; {expected} is allowed")
    return pictures


class _ExternalEncoder(nn.Module):
    """(N, C, H, W) -> (N, d), or (N, 2 d) with the log-variance beside the mean."""

    def __init__(self, functions: ExternalFunctions, latent_dim: int, parts: int) -> None:
        super().__init__()
        self.functions, self.latent_dim, self.parts = functions, latent_dim, parts

    def forward(self, x: Tensor) -> Tensor:
        encode = self.functions.encode
        if encode is None:
            raise InputError(f"{self.functions.owner}: its encoder is not here, which encodes pictures")
        if not len(x):
            return x.new_zeros((0, self.parts * self.latent_dim))
        arrays = call_encode(encode, np.asarray(x.detach().cpu().numpy(), np.float32))
        if len(arrays) != self.parts or arrays[0].shape[1] != self.latent_dim:
            given = " and ".join(str(one.shape) for one in arrays)
            raise InputError(f"encode gave shape {given}; {self.parts} of (N, {self.latent_dim}) is expected")
        return torch.from_numpy(np.concatenate(arrays, axis=1)).to(x.device)


class _ExternalDecoder(nn.Module):
    """(N, d) -> (N, C, H, W), in [0, 1]."""

    def __init__(self, functions: ExternalFunctions, image_shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.functions, self.image_shape = functions, image_shape

    def forward(self, z: Tensor) -> Tensor:
        decode = self.functions.decode
        if decode is None:
            raise InputError(f"{self.functions.owner}: its decoder is not here, which draws pictures")
        latents = np.asarray(z.detach().cpu().numpy(), np.float32)
        if not len(latents):
            return z.new_zeros((0, *self.image_shape))
        return torch.from_numpy(call_decode(decode, latents, self.image_shape)).to(z.device)


def _call(function: Function, batch: Floats, name: str) -> Any:
    try:
        return function(batch)
    except InputError:
        raise
    except Exception as error:  # somebody's code may raise anything
        reason = str(error).splitlines()[0] if str(error) else ""
        raise InputError(f"{name} raised {type(error).__name__} for {batch.shape}: {reason}"[:300]) from None
