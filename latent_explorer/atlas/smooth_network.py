"""The smooth part of the inverse projection: a small network from the map (N, 2) to latents (N, d), in numpy.

It is fitted in `smoothing`, where torch is; here it is only asked, on the way of every frame.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

LEVELS = 127  # of a weight on either side of zero, as stored
MOST = 4096  # features or units that a file may name
BLOCK = 512  # positions at once: what lies between the layers stays in the cache


@dataclass(frozen=True, eq=False)
class Layer:
    """Weights (n_in, n_out) and bias (n_out,)."""

    weights: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        y: Floats = x @ self.weights
        y += self.bias
        return y


@dataclass(frozen=True, eq=False)
class Smooth:
    """Sines of random directions (Rahimi and Recht 2007; Tancik et al. 2020, arXiv:2006.10739), two hidden layers
    with SiLU, a latent.

    `directions` (2, F) are in radians a map unit, `phases` (F,) in radians.
    """

    directions: Floats
    phases: Floats
    first: Layer
    second: Layer
    last: Layer

    def __call__(self, xy: Floats) -> Floats:
        """(N, 2) -> (N, d)."""
        if len(xy) <= BLOCK:
            return self._block(xy)
        return np.concatenate([self._block(xy[i : i + BLOCK]) for i in range(0, len(xy), BLOCK)])

    def _block(self, xy: Floats) -> Floats:
        waves_of, phases, straight, level = self._folded
        xy = np.asarray(xy, np.float32)
        waves = xy @ waves_of
        waves += phases
        np.sin(waves, out=waves)
        h = waves @ self.first.weights[: len(phases)]
        h += xy @ straight
        h += level
        return self.last(_silu(self.second(_silu(h))))

    @cached_property
    def _folded(self) -> tuple[Floats, Floats, Floats, Floats]:
        """The first layer without its input's shift to the map's middle: a single position is asked every frame."""
        straight: Floats = 2 * self.first.weights[len(self.phases) :]
        middle = np.full(2, 0.5, np.float32)
        return (
            self.directions,
            (self.phases - middle @ self.directions).astype(np.float32),
            straight.astype(np.float32),
            (self.first.bias - middle @ straight).astype(np.float32),
        )

    @property
    def is_finite(self) -> bool:
        """Whether the corners and the middle of the map lead to numbers: weights may be finite, and what comes of them
        not."""
        with np.errstate(over="ignore", invalid="ignore"):
            return bool(np.isfinite(self(np.array([[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5]], np.float32))).all())

    # -- in a file ------------------------------------------------------------------------------------

    def parameters(self) -> dict[str, int]:
        """What JSON holds: the widths that give every tensor's shape."""
        return {"features": len(self.phases), "width": len(self.first.bias)}

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Weights as whole numbers of a byte, with a scale for every unit: a quarter of the room, the same field."""
        found: dict[str, NDArray[Any]] = {"directions": self.directions, "phases": self.phases}
        for name in LAYERS:
            layer: Layer = getattr(self, name)
            levels, scale = _levels(layer.weights)
            found |= {f"{name}.weights": levels, f"{name}.scale": scale, f"{name}.bias": layer.bias}
        return found

    @classmethod
    def restore(cls, tensors: Mapping[str, NDArray[Any]]) -> "Smooth":
        layers = {
            name: Layer(
                tensors[f"{name}.weights"].astype(np.float32) * tensors[f"{name}.scale"], tensors[f"{name}.bias"]
            )
            for name in LAYERS
        }
        return cls(tensors["directions"], tensors["phases"], **layers)

    def stored(self) -> "Smooth":
        """As it will be when it is read again."""
        return self.restore(self.tensors())

    @staticmethod
    def shapes(parameters: Mapping[str, Any], latent_dim: int) -> dict[str, tuple[int, ...]]:
        """Raises `ValueError` for widths that are none."""
        features, width = parameters["features"], parameters["width"]
        if not all(type(n) is int and 1 <= n <= MOST for n in (features, width)):
            raise ValueError(f"a smooth field of {features!r} features and {width!r} units")
        shapes: dict[str, tuple[int, ...]] = {"directions": (2, features), "phases": (features,)}
        widths = (features + 2, width, width, latent_dim)
        for name, n_in, n_out in zip(LAYERS, widths[:-1], widths[1:], strict=True):
            shapes |= {f"{name}.weights": (n_in, n_out), f"{name}.scale": (n_out,), f"{name}.bias": (n_out,)}
        return shapes


LAYERS = tuple(field.name for field in fields(Smooth) if field.name not in ("directions", "phases"))


def _silu(x: NDArray[Any]) -> NDArray[Any]:
    """x * sigmoid(x), in place of x: half of x (1 + tanh(x / 2)), where nothing overflows."""
    x *= np.float32(0.5)
    bent = np.tanh(x)
    bent += 1
    x *= bent
    return x


def _levels(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Weights (n_in, n_out) as whole numbers and what a unit of each column is worth, (n_out,)."""
    share, power = np.frexp(np.maximum(np.abs(weights).max(axis=0), 1e-12) / LEVELS)
    # so few digits that the largest weight, and from it the scale, come out the same when they are stored again
    scale = np.ldexp(np.ceil(share * 4096) / 4096, power).astype(np.float32)
    return np.rint(weights / scale).astype(np.int8), scale
