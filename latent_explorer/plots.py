"""Maps and rows of pictures as matplotlib draws them, in the colours of the window. Knows no models."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats, as_floats
from latent_explorer.errors import InputError
from latent_explorer.palette import CLASS_COLOURS_ON_LIGHT, UNLABELLED_ON_LIGHT

MATPLOTLIB_MISSING = 'matplotlib is not installed: pip install "latent-explorer[plot]"'
MOST_IN_LEGEND = 20  # classes: there are as many colours


def make_axes(ax: Any = None, *, size: tuple[float, float] = (6.4, 5.6)) -> Any:
    """Return `ax`, or the axes of a new figure if it is None; raise `InputError` without matplotlib."""
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError:
        raise InputError(MATPLOTLIB_MISSING) from None
    return pyplot.subplots(figsize=size, layout="constrained")[1]


def draw_classes(ax: Any, xy: Floats, labels: NDArray[np.integer[Any]], names: Sequence[str]) -> Any:
    """Draw dots (M, 2) in the colours of their labels (M,), with a legend of the `names`, and return the axes."""
    _draw_dots(ax, xy, labels < 0, color=UNLABELLED_ON_LIGHT, zorder=1)
    classes = []
    for k, name in enumerate(names):
        colour = CLASS_COLOURS_ON_LIGHT[k % len(CLASS_COLOURS_ON_LIGHT)]
        classes.append(_draw_dots(ax, xy, labels == k, color=colour, label=_escape(name)))
    if classes:
        column = {"loc": "upper left", "bbox_to_anchor": (1, 1)}
        legend = ax.legend(frameon=False, handles=classes[:MOST_IN_LEGEND], borderaxespad=0, **column)
        for handle in legend.legend_handles:
            handle.set(sizes=[36.0], alpha=1.0)
    return _frame_map(ax)


def draw_numbers(ax: Any, xy: Floats, values: Floats, label: str) -> Any:
    """Draw dots (M, 2) in the colours of numbers (M,), grey where they are NaN, with a colour bar, and return the
    axes."""
    known = np.isfinite(values)
    _draw_dots(ax, xy, ~known, color=UNLABELLED_ON_LIGHT, zorder=1)
    dots = _draw_dots(ax, xy, known, c=values[known], cmap="viridis")
    if known.any():
        ax.figure.colorbar(dots, ax=ax, label=_escape(label))
    return _frame_map(ax)


def plot_film(pictures: Any, ax: Any = None) -> Any:
    """Draw pictures side by side with matplotlib, as one film; needs matplotlib.

    Args:
        pictures: (N, C, H, W) in [0, 1] with C 1 or 3, as `Checkpoint.decode` returns them; an array or a tensor.
        ax: matplotlib axes to draw on; new ones by default.

    Returns:
        The axes. Picture k covers k to k + 1 along x.

    Raises:
        InputError: for another shape, or if matplotlib is missing.
    """
    images, _ = as_floats(pictures)
    if images.ndim != 4 or images.shape[1] not in (1, 3) or not images.size:
        raise InputError(f"pictures: shape {images.shape} arrived; (N, 1, H, W) or (N, 3, H, W) is allowed")
    count, channels, height, width = images.shape
    film = images.transpose(2, 0, 3, 1).reshape(height, count * width, channels).clip(0, 1)
    ax = make_axes(ax, size=(min(12.0, 1.0 * count), min(12.0, count) / count * height / width))
    shown = film[:, :, 0] if channels == 1 else film
    ax.imshow(shown, cmap="gray", vmin=0, vmax=1, extent=(0, count, 0, height / width), interpolation="nearest")
    ax.set_axis_off()
    return ax


def _draw_dots(ax: Any, xy: Floats, chosen: NDArray[np.bool_], **colours: Any) -> Any:
    size = float(np.clip(20_000 / max(1, len(xy)), 3, 24))
    return ax.scatter(xy[chosen, 0], xy[chosen, 1], s=size, alpha=0.8, linewidths=0, **colours)


def _frame_map(ax: Any) -> Any:
    ax.set(aspect="equal", xticks=[], yticks=[])
    return ax


def _escape(text: str) -> str:
    """Return text that matplotlib shows as it is: no formulas, and no name that hides a legend entry."""
    shown = text.replace("$", r"\$")
    return f" {shown}" if shown.startswith("_") else shown
