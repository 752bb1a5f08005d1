"""The smooth part of the inverse projection: a small network from the map (N, 2) to latents (N, d), in numpy.

It is fitted by `fit_smooth_network`, which uses torch; here it is only evaluated, for every frame.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

LEVELS = 127  # of a stored weight on either side of zero
MAX_WIDTH = 4096  # the most features or units that a file may have
BLOCK = 512  # positions at once: the activations stay in the cache


@dataclass(frozen=True, eq=False)
class Layer:
    """A linear layer: weights (n_in, n_out) and bias (n_out,)."""

    weights: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        y: Floats = x @ self.weights
        y += self.bias
        return y


@dataclass(frozen=True, eq=False)
class SmoothNetwork:
    """A network of random Fourier features (Rahimi and Recht 2007; Tancik et al. 2020, arXiv:2006.10739) and two hidden
    layers with SiLU; its output is a latent.

    `directions` (2, F) are in radians per map unit, `phases` (F,) in radians.
    """

    directions: Floats
    phases: Floats
    first: Layer
    second: Layer
    last: Layer

    def __call__(self, xy: Floats) -> Floats:
        """Return the latents (N, d) of positions (N, 2)."""
        if len(xy) <= BLOCK:
            return self._evaluate_block(xy)
        return np.concatenate([self._evaluate_block(xy[i : i + BLOCK]) for i in range(0, len(xy), BLOCK)])

    def _evaluate_block(self, xy: Floats) -> Floats:
        both, shift, waves_to_first = self._folded_input
        features = len(self.phases)
        x = np.asarray(xy, np.float32) @ both
        x += shift
        waves = x[:, :features]
        h = np.sin(waves, out=waves) @ waves_to_first
        h += x[:, features:]
        return self.last(_apply_silu(self.second(_apply_silu(h))))

    @cached_property
    def _folded_input(self) -> tuple[Floats, Floats, Floats]:
        """The angles of the waves and what the first layer adds of the position itself, as one product (2, F + width)
        and its shift, with that to the map's middle folded in; and the layer's weights of the waves. A position is
        evaluated every frame."""
        straight = 2 * self.first.weights[len(self.phases) :]
        both = np.concatenate([self.directions, straight], axis=1).astype(np.float32)
        shift = np.concatenate([self.phases, self.first.bias]) - np.full(2, 0.5, np.float32) @ both
        return both, shift.astype(np.float32), self.first.weights[: len(self.phases)]

    @property
    def is_finite(self) -> bool:
        """Whether the latents of the map's corners and middle are finite; finite weights alone do not ensure it."""
        with np.errstate(over="ignore", invalid="ignore"):
            return bool(np.isfinite(self(np.array([[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5]], np.float32))).all())

    # -- in a file ------------------------------------------------------------------------------------

    def to_header(self) -> dict[str, int]:
        """Return the parameters for the JSON header: the widths, which give every tensor's shape."""
        return {"features": len(self.phases), "width": len(self.first.bias)}

    def to_tensors(self) -> dict[str, NDArray[Any]]:
        """Return the tensors to store: weights as int8 with a scale per unit, a quarter of the size."""
        tensors: dict[str, NDArray[Any]] = {"directions": self.directions, "phases": self.phases}
        for name in LAYERS:
            layer: Layer = getattr(self, name)
            levels, scale = _quantise_weights(layer.weights)
            tensors |= {f"{name}.weights": levels, f"{name}.scale": scale, f"{name}.bias": layer.bias}
        return tensors

    @classmethod
    def restore(cls, tensors: Mapping[str, NDArray[Any]]) -> "SmoothNetwork":
        def read_layer(name: str) -> Layer:
            weights = tensors[f"{name}.weights"].astype(np.float32) * tensors[f"{name}.scale"]
            return Layer(weights, tensors[f"{name}.bias"])

        return cls(tensors["directions"], tensors["phases"], *map(read_layer, LAYERS))

    def quantise(self) -> "SmoothNetwork":
        """Return the network as it will be after storing and reading."""
        return self.restore(self.to_tensors())

    @staticmethod
    def get_tensor_shapes(parameters: Mapping[str, Any], latent_dim: int) -> dict[str, tuple[int, ...]]:
        """Return the shape of every stored tensor; raise `ValueError` for invalid widths."""
        features, width = parameters["features"], parameters["width"]
        if not all(type(n) is int and 1 <= n <= MAX_WIDTH for n in (features, width)):
            raise ValueError(f"a smooth field of {features!r} features and {width!r} units")
        shapes: dict[str, tuple[int, ...]] = {"directions": (2, features), "phases": (features,)}
        widths = (features + 2, width, width, latent_dim)
        for name, n_in, n_out in zip(LAYERS, widths[:-1], widths[1:], strict=True):
            shapes |= {f"{name}.weights": (n_in, n_out), f"{name}.scale": (n_out,), f"{name}.bias": (n_out,)}
        return shapes


LAYERS = tuple(field.name for field in fields(SmoothNetwork) if field.name not in ("directions", "phases"))


def _apply_silu(x: NDArray[Any]) -> NDArray[Any]:
    """Return x * sigmoid(x), computed in place as x / 2 (1 + tanh(x / 2)), which cannot overflow."""
    x *= np.float32(0.5)
    bent = np.tanh(x)
    bent += 1
    x *= bent
    return x


def _quantise_weights(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return weights (n_in, n_out) as whole numbers, and the scale of each column (n_out,)."""
    share, power = np.frexp(np.maximum(np.abs(weights).max(axis=0), 1e-12) / LEVELS)
    # so few digits that the largest weight, and from it the scale, come out the same when they are stored again
    scale = np.ldexp(np.ceil(share * 4096) / 4096, power).astype(np.float32)
    return np.rint(weights / scale).astype(np.int8), scale
