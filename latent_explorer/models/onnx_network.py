"""ONNX graphs as a model from elsewhere: an encoder and a decoder, whichever layout of samples they take."""

from dataclasses import dataclass

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.errors import InputError
from latent_explorer.models.external_network import ExternalFunctions
from latent_explorer.models.onnx_graph import Graph

CHANNELS = (1, 3)


def make_functions(encoder: bytes | None, decoder: bytes | None, channels: int = 0) -> ExternalFunctions:
    """Return the functions of two graphs, of signals with so many `channels`, or of pictures or rows.

    The encoder takes images (N, C, H, W), or (N, H, W, C), and returns latents, or mean and log-variance; latents of
    more dimensions are flattened. The decoder takes latents, and returns images in the encoder's layout. Signals are
    (N, C, T) or (N, T, C), of one channel (N, T) too; rows are (N, n).
    """
    encode = None if encoder is None else _OnnxEncoder(Graph(encoder, "the encoder"))
    decode = None if decoder is None else _OnnxDecoder(Graph(decoder, "the decoder"), channels)
    return ExternalFunctions(encode, decode)


def find_image_shape(functions: ExternalFunctions) -> tuple[int, int, int] | None:
    """Return the shape (C, H, W) of the pictures that an ONNX encoder takes; None if it takes several."""
    if not isinstance(functions.encode, _OnnxEncoder):
        return None
    sides = functions.encode.graph.input_shape[1:]
    if len(sides) == 2:
        sides = (1, *sides)
    elif len(sides) == 3 and sides[2] in CHANNELS and sides[0] not in CHANNELS:
        sides = (sides[2], *sides[:2])
    known = tuple(side for side in sides if side is not None)
    return (known[0], known[1], known[2]) if len(known) == len(sides) == 3 else None


@dataclass(frozen=True, eq=False)
class _OnnxEncoder:
    graph: Graph

    def __post_init__(self) -> None:
        if len(self.graph.input_shape) not in (2, 3, 4):
            raise InputError(f"the encoder takes {_format_shape(self.graph.input_shape)}; (N, C, H, W) is allowed")
        _find_outputs(self.graph.output_names)

    def __call__(self, images: Floats) -> tuple[Floats, ...]:
        expected = self.graph.input_shape
        batch: Floats = images
        if len(expected) == 4 and _is_channels_last(expected):
            batch = np.moveaxis(images, 1, -1)
        elif len(expected) == 3 and images.ndim == 4:
            batch = images[:, 0]
        elif len(expected) == 3 and _has_signals_last(expected, images.shape):
            batch = np.moveaxis(images, 1, -1)
        elif len(expected) == 2:
            batch = images.reshape(len(images), -1)
        outs = self.graph.run(batch)
        return tuple(outs[k].reshape(len(images), -1) for k in _find_outputs(self.graph.output_names))


@dataclass(frozen=True, eq=False)
class _OnnxDecoder:
    graph: Graph
    channels: int = 0
    """Of the signals that it draws; 0 for pictures and rows."""

    def __call__(self, latents: Floats) -> Floats:
        sides = self.graph.input_shape[1:]
        if len(sides) > 1:
            filled = _fill(sides, latents.shape[1])
            if filled is None:
                raise InputError(
                    f"the decoder takes {_format_shape(self.graph.input_shape)}; latents of {latents.shape[1]} numbers "
                    "do not fill it"
                )
            latents = latents.reshape(len(latents), *filled)
        pictures = self.graph.run(latents)[0]
        if pictures.ndim == 4 and _is_channels_last(pictures.shape):
            pictures = np.moveaxis(pictures, -1, 1)
        if self.channels == 1 and pictures.ndim == 2:
            pictures = pictures[:, None]
        elif self.channels and pictures.ndim == 3 and pictures.shape[1] != self.channels == pictures.shape[2]:
            pictures = np.moveaxis(pictures, -1, 1)
        return pictures


def _fill(sides: tuple[int | None, ...], size: int) -> tuple[int, ...] | None:
    """Return `sides` as `size` numbers fill them, of which one may be free; None if they do not."""
    known = int(np.prod([side for side in sides if side is not None]))
    free = sides.count(None)
    if free > 1 or known == 0 or (size % known if free else size != known):
        return None
    return tuple(size // known if side is None else side for side in sides)


def _find_outputs(names: list[str]) -> list[int]:
    """Return the indices of the latent, or of the posterior's mean and log-variance, among an encoder's outputs.

    Of three outputs or more, as in Keras's example of a VAE, mean and log-variance are known by their names.
    """
    if len(names) <= 2:
        return list(range(len(names)))
    plain = [name.lower().replace("_", "").replace("-", "") for name in names]
    spreads = [k for k, name in enumerate(plain) if "logvar" in name]
    means = [k for k, name in enumerate(plain) if ("mean" in name or "mu" in name) and k not in spreads]
    if len(means) == len(spreads) == 1:
        return [*means, *spreads]
    raise InputError(
        f"the encoder has the outputs {', '.join(names)[:120]}; the latent, or a mean and a log-variance named so, is "
        "allowed"
    )


def _is_channels_last(shape: tuple[int | None, ...]) -> bool:
    return shape[-1] in CHANNELS and shape[1] not in CHANNELS


def _has_signals_last(expected: tuple[int | None, ...], shape: tuple[int, ...]) -> bool:
    """Return whether a graph takes signals (N, T, C), where (N, C, T) would not fit."""
    _, channels, points = shape
    fits = [all(a in (None, b) for a, b in zip(expected[1:], sides, strict=True))
            for sides in ((channels, points), (points, channels))]  # fmt: skip
    return fits == [False, True]


def count_inputs(functions: ExternalFunctions) -> int | None:
    """Return how many numbers an ONNX encoder takes for a sample; None if it takes any number of them."""
    if not isinstance(functions.encode, _OnnxEncoder):
        return None
    sides = [side for side in functions.encode.graph.input_shape[1:] if side is not None]
    whole = len(sides) == len(functions.encode.graph.input_shape) - 1
    return int(np.prod(sides, dtype=np.int64)) if whole else None


def _format_shape(shape: tuple[int | None, ...]) -> str:
    return f"({', '.join('N' if side is None else str(side) for side in shape)})"
