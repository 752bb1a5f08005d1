"""Charts of trainings as PNG files, drawn with matplotlib."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from latent_explorer import files
from latent_explorer.errors import InputError

SUFFIX = ".png"
CURVES = {"mse": "MSE a pixel", "neg_elbo": "negative ELBO, nats", "knn_accuracy": "10-NN accuracy"}
COLOURS = ("#3f90da", "#bd1f01", "#832db6")
LOG_SCALE_RATIO = 8.0  # ratio of largest to smallest value from which the axis is logarithmic


def draw_learning_curve(path: Path, title: str, epochs: Sequence[dict[str, Any]]) -> Path:
    """Draw the loss with its parts, and the held-out error in a second panel; return `path`.

    `epochs` is a checkpoint's `metrics["history"]`. Raises `WorkError` if the file cannot be written.
    """
    from matplotlib.figure import Figure

    at = [epoch["epoch"] for epoch in epochs]
    parts = [name for name in epochs[0] if name not in ("epoch", "held_out", "validation", "loss")]
    held_out = [epoch.get("held_out", {}).get("mse") for epoch in epochs]
    figure = Figure(figsize=(8.4, 3.4), dpi=150, layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(at, [epoch["loss"] for epoch in epochs], color="#14171c", label="loss")
    for part, colour in zip(parts, (*COLOURS, "#e76300", "#94a4a2"), strict=False):
        left.plot(at, [epoch[part] for epoch in epochs], color=colour, label=part)
    if all("validation" in epoch for epoch in epochs):
        left.plot(at, [epoch["validation"] for epoch in epochs], color="#14171c", linestyle=":", label="validation")
    left.set(xlabel="epoch", title=f"{title}: training loss a picture")
    left.legend(frameon=False)
    if None not in held_out:
        right.plot(at, held_out, color=COLOURS[0])
    right.set(xlabel="epoch", title="held-out MSE a pixel")
    for axes in (left, right):
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    return _write_png(figure, path)


def draw_tradeoff(path: Path, key: str, rows: Sequence[dict[str, Any]]) -> Path:
    """Draw one panel per metric over the values of a sweep; raise `WorkError` if `path` cannot be written."""
    from matplotlib.figure import Figure

    curves = {name: title for name, title in CURVES.items() if any(row.get(name) is not None for row in rows)}
    values = [row["value"] for row in rows]
    numeric = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    figure = Figure(figsize=(4.2 * len(curves), 3.4), dpi=150, layout="constrained")
    for i, (name, title) in enumerate(curves.items()):
        axes = figure.add_subplot(1, len(curves), i + 1)
        at = values if numeric else list(range(len(values)))
        figures = [float(row.get(name, "nan")) for row in rows]
        axes.plot(at, figures, marker="o", color=COLOURS[i])
        if numeric and min(values) > 0 and max(values) / min(values) >= LOG_SCALE_RATIO:
            axes.set_xscale("log", base=2)
        axes.set_xticks(at, [f"{v:g}" if numeric else str(v) for v in values])
        axes.minorticks_off()
        axes.set(xlabel=key, title=title)
        if name == "mse":  # the only metric that can reach 0
            axes.set_ylim(0, 1.1 * max(figures))
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    return _write_png(figure, path)


def check(path: Path) -> None:
    """Check before the training that `path` is a writable PNG file; raise `InputError` if it is not."""
    if path.suffix != SUFFIX:
        raise InputError(f"--curve {path}: a file name that ends in {SUFFIX} is allowed")
    files.check_writable(path, "--curve")


def _write_png(figure: Any, path: Path) -> Path:
    drawn = BytesIO()
    figure.savefig(drawn, format="png")
    files.write(path, drawn.getvalue())
    return path
