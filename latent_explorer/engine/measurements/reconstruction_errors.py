"""Reconstruction errors of normal pictures: measured if their data set is on this machine, otherwise estimated."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats, to_unit
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import decode_dots
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.metrics import anomaly_detection
from latent_explorer.metrics.anomaly_detection import Roc
from latent_explorer.texts import mark

if TYPE_CHECKING:
    from latent_explorer.data.dataset import Dataset

MAX_PICTURES = 10_000
"""Maximum number of pictures whose errors are measured."""
SAMPLE_COUNT = 2000
"""Number of samples used instead of held-out pictures, and of values drawn from a stored distribution."""
BLOCK_SIZE = 512
BINS = 44
TYPICAL_ERROR, WORST_ERROR = 0.01, 0.7
"""Mean squared errors a pixel: of a good model, and of a picture compared with its negative."""


@dataclass(frozen=True, eq=False)
class NormalErrorsValue:
    errors: Floats
    """(N,), mean squared error a pixel."""
    left_out_errors: Floats | None
    """(K,): errors of the classes left out of the training."""
    left_out_classes: tuple[str, ...]
    source: str
    """"held out": measured on held-out pictures on this machine; "file": stored in the checkpoint after training;
    "stand-in": errors of decoded samples, scaled to the mean error measured after training."""
    note: str
    """Note on the source for the user; empty for pictures measured here."""
    bin_centres: NDArray[np.float64]
    """(B,): centres of the histogram's bins, spaced geometrically over the error range; the outer bins hold all values
    beyond it."""
    percentages: NDArray[np.float64]
    """(B,): percentage of the normal pictures in each bin."""
    left_out_percentages: NDArray[np.float64] | None
    roc: Roc | None


@dataclass(frozen=True)
class NormalErrors(Query[NormalErrorsValue]):
    """The errors of normal pictures, and of pictures of the classes left out of the training."""

    slow: ClassVar[bool] = True

    def answer(self, context: QueryContext) -> NormalErrorsValue:
        checkpoint = context.get_checkpoint(self.model)
        known = _find_errors(checkpoint, context.find_dataset(self.model))
        ends = find_error_range(checkpoint)
        edges = np.geomspace(*ends, BINS + 1)

        def compute_percentages(errors: Floats) -> NDArray[np.float64]:
            return 100 * np.histogram(np.clip(errors, *ends), edges)[0] / len(errors)

        left_out = known.left_out
        return NormalErrorsValue(
            errors=known.normal,
            left_out_errors=left_out,
            left_out_classes=checkpoint.config.data.leave_out or (),
            source=known.source,
            note=known.note,
            bin_centres=np.sqrt(edges[1:] * edges[:-1]),
            percentages=compute_percentages(known.normal),
            left_out_percentages=None if left_out is None else compute_percentages(left_out),
            roc=None if left_out is None else anomaly_detection.compute_roc(known.normal, left_out),
        )


@dataclass(frozen=True, eq=False)
class _KnownErrors:
    """What is known of the errors of a model; the fields are those of `NormalErrorsValue`."""

    normal: Floats
    left_out: Floats | None
    source: str
    note: str


def _find_errors(checkpoint: Checkpoint, dataset: "Dataset | str") -> _KnownErrors:
    """Return the errors as measured on the data set, as stored after the training, or else as estimated; `dataset` is
    a text where it is not on this machine."""
    if not isinstance(dataset, str):
        return _KnownErrors(*_measure_errors(checkpoint, dataset), "held out", "")
    stored = checkpoint.metrics.get("errors", {})
    if "normal" in stored:
        left_out = _draw_from_quantiles(stored["left_out"]) if "left_out" in stored else None
        note = mark("{reason}: errors as the training measured them on held-out samples", reason=dataset)
        return _KnownErrors(_draw_from_quantiles(stored["normal"]), left_out, "file", note)
    errors, is_scaled = _estimate_errors(checkpoint)
    note = mark("{reason}: errors of decoded samples stand in", reason=dataset)
    if is_scaled:
        note = mark("{reason}: errors of decoded samples stand in, brought to the held-out mean", reason=dataset)
    return _KnownErrors(errors, None, "stand-in", note)


def find_error_range(checkpoint: Checkpoint) -> tuple[float, float]:
    """Return the error range of a histogram: from below the held-out mean up to the error of a wholly wrong picture."""
    mean = float(checkpoint.metrics.get("test", {}).get("mse", 0.0)) or TYPICAL_ERROR
    return min(max(mean / 15, 1e-7), 0.05), WORST_ERROR


def reconstruct(checkpoint: Checkpoint, images: Floats) -> Floats:
    """Reconstruct images (N, C, H, W). A conditional model gets no label, as a foreign picture has none."""
    again: Floats = np.clip(np.nan_to_num(checkpoint.decode(checkpoint.encode(images))), 0, 1)
    return again


def compute_errors(checkpoint: Checkpoint, images: Floats) -> Floats:
    """Return the reconstruction errors (N,) of images (N, C, H, W), computed in blocks."""
    blocks = (images[i : i + BLOCK_SIZE] for i in range(0, len(images), BLOCK_SIZE))
    return np.concatenate([anomaly_detection.compute_errors(block, reconstruct(checkpoint, block)) for block in blocks])


def _measure_errors(checkpoint: Checkpoint, dataset: "Dataset") -> tuple[Floats, Floats | None]:
    """Return the errors of the data set's held-out images, and of the classes left out of the training."""
    from latent_explorer.data import datasets

    def measure(images: Any) -> Floats:
        return compute_errors(checkpoint, to_unit(images[:MAX_PICTURES].numpy()))

    parts = datasets.split_off_classes(dataset, checkpoint.config.data.leave_out)
    return measure(parts.held_out.images), measure(parts.left_out.images) if parts.left_out else None


def _draw_from_quantiles(quantiles: list[float]) -> Floats:
    """Return errors that are distributed as the stored `quantiles`."""
    places = np.linspace(0, 1, len(quantiles))
    return np.interp(np.linspace(0, 1, SAMPLE_COUNT), places, quantiles).astype(np.float32)


def _estimate_errors(checkpoint: Checkpoint) -> tuple[Floats, bool]:
    """Return the errors of decoded samples, which a model reconstructs better than real ones, scaled to the held-out
    mean error of the training; and whether that mean is known (otherwise unscaled)."""
    unknown = [checkpoint.class_names.index(name) for name in checkpoint.config.data.leave_out or ()]
    dots = np.flatnonzero(~np.isin(checkpoint.labels, unknown))
    dots = dots[np.linspace(0, len(dots) - 1, min(SAMPLE_COUNT, len(dots))).astype(int)]
    errors = compute_errors(checkpoint, decode_samples(checkpoint, dots))
    mean = float(checkpoint.metrics.get("test", {}).get("mse", 0.0))
    return (errors * np.float32(mean / max(float(errors.mean()), 1e-12)), True) if mean > 0 else (errors, False)


def decode_samples(checkpoint: Checkpoint, dots: NDArray[np.intp]) -> Floats:
    """Return the reconstructions (N, C, H, W) of `dots`, finite and from 0 to 1."""
    return np.clip(np.nan_to_num(decode_dots(checkpoint, dots)), 0, 1)
