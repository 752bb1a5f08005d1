"""Codes whose disentanglement is known: perfect, turned by 45 degrees, and random."""

import numpy as np

from latent_explorer.data.attributes import Attribute

COUNT = 2000


def factors(count: int = COUNT, seed: int = 0) -> np.ndarray:
    """Two independent uniform factors (count, 2)."""
    return np.random.default_rng(seed).uniform(-1, 1, (count, 2)).astype(np.float32)


def numbers(truth: np.ndarray) -> list[Attribute]:
    return [Attribute(column) for column in truth.T]


def categories(truth: np.ndarray, classes: int = 4) -> list[Attribute]:
    """The factors in equal steps."""
    names = tuple(f"step {k}" for k in range(classes))
    return [Attribute(np.floor((column + 1) / 2 * classes).clip(0, classes - 1), names) for column in truth.T]


def turned(truth: np.ndarray) -> np.ndarray:
    """The factors turned by 45 degrees: each dimension knows as much of the one as of the other."""
    return truth @ np.array([[1, -1], [1, 1]], np.float32) / np.float32(np.sqrt(2))


def noise(count: int = COUNT, dimensions: int = 2) -> np.ndarray:
    return np.random.default_rng(9).normal(size=(count, dimensions)).astype(np.float32)


def changed(codes: np.ndarray) -> dict[str, np.ndarray]:
    """The same codes, differently written."""
    dead = np.zeros((len(codes), 3), np.float32)
    return {
        "order": codes[:, ::-1],
        "sign": codes * np.array([1, -1], np.float32),
        "scale": codes * np.array([1000, 0.001], np.float32) + np.float32(5),
        "dead": np.concatenate([dead, codes], axis=1),
    }
