"""Build a checkpoint from a trained model: rounded weights, held-out metrics, maps, one file."""

import math
import platform
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from latent_explorer import atlas, models, training
from latent_explorer.arrays import Floats, as_float16_if_safe
from latent_explorer.atlas import projection
from latent_explorer.atlas.map_frame import LARGEST_LATENT
from latent_explorer.checkpoint.tensor_file import Arrays
from latent_explorer.checkpoint.trained_model import TrainedModel
from latent_explorer.config import Config
from latent_explorer.data.attributes import Attribute
from latent_explorer.data.dataset import Dataset
from latent_explorer.data.datasets import to_floats
from latent_explorer.data.measure_drawings import DRAWINGS
from latent_explorer.errors import InputError, WorkError
from latent_explorer.metrics import anomaly_detection, encoded_data, linear_probe, reconstruction
from latent_explorer.metrics.encoded_data import EncodedData
from latent_explorer.time_left import LongStep
from latent_explorer.training.interrupts import Interrupts
from latent_explorer.training.prepare_training import PreparedTraining, Say

T = TypeVar("T")
Kind = TypeVar("Kind", bound=TrainedModel)
SKIP = "Ctrl+C skips it"


def make_checkpoint(
    kind: type[Kind], prepared: PreparedTraining, history: training.History, *, preset: str,
    interrupts: Interrupts, say: Say, probe: bool, fit_inverse: bool = True, encoded: EncodedData | None = None,
) -> Kind:  # fmt: skip
    """Build the checkpoint, a `kind` of trained model; with `probe`, measure its linear-probe accuracy too, and with
    `fit_inverse`, fit the smooth inverse projections of its maps. `encoded` are its latents if they are there already.

    Ctrl-C skips metrics and maps that are not ready. Metrics are without the classes left out, the map uses all images.
    Raises `WorkError` if a latent's entry is not below `LARGEST_LATENT`.
    """
    config, dataset, parts, model = prepared.config, prepared.dataset, prepared.parts, prepared.model
    seed, weights = config.training.seed, _round_weights(model)
    data = encoded
    if data is None:
        say(f"measuring on held-out {dataset.kind.words.many}")
        data = encoded_data.encode(model, dataset, parts, seed=seed, begin_step=partial(LongStep, say))
    if not float(data.latents.abs().max()) < LARGEST_LATENT:
        raise WorkError(f"the latents grew beyond {LARGEST_LATENT:g}; a smaller training.learning_rate may help")
    metrics = _measure(prepared, data, interrupts, say, probe=probe)
    metrics["history"] = [_to_history_entry(epoch) for epoch in history.epochs]
    indices = draw_indices(len(dataset.train), len(dataset.test), config.map.points, seed)
    rows = None
    if config.map.place == "all" and len(indices) < len(data.latents):
        rows, indices = indices, np.arange(len(data.latents))
    latents = as_float16_if_safe(data.latents.numpy()[indices]).astype(np.float32)
    return kind(
        config=config,
        image_shape=dataset.image_shape,
        class_names=dataset.class_names,
        maps=make_maps(
            model if fit_inverse else None,
            config,
            latents,
            data.labels.numpy()[indices],
            interrupts=interrupts,
            say=say,
            rows=rows,
        ),
        indices=indices,
        weights=weights,
        metrics=metrics,
        made_by=_describe_origin(preset, history, dataset),
        attributes=_describe_dots(dataset, indices, interrupts, say),
    )


def _run_optional(work: Callable[[], T], interrupts: Interrupts, say: Say, loss: str) -> T | None:
    """Return what `work` returns; None if Ctrl-C skipped it, with a line that says the `loss`."""
    try:
        with interrupts.enter_optional():
            return work()
    except KeyboardInterrupt:
        say(f"interrupted: {loss}")
        return None


def _measure(
    prepared: PreparedTraining, data: EncodedData, interrupts: Interrupts, say: Say, *, probe: bool
) -> dict[str, Any]:
    """Return the metrics on held-out samples, but the history; those that Ctrl-C skips are not among them."""
    dataset, parts, seed = prepared.dataset, prepared.parts, prepared.config.training.seed
    scores = dict(data.held_out.metrics)
    if data.left_out is not None:
        scores["auc"] = anomaly_detection.compute_roc(data.held_out.errors.numpy(), data.left_out.errors.numpy()).auc
    metrics: dict[str, Any] = {"errors": _summarise_errors(data)}
    if dataset.class_names:
        measure = partial(
            reconstruction.measure_knn_accuracy, data.train, parts.train.labels, data.held_out.latents,
            parts.held_out.labels, progress=LongStep(say, "the accuracy of neighbours", SKIP),
        )  # fmt: skip
        loss = "the checkpoint goes without the accuracy of its neighbours"
        accuracy = _run_optional(measure, interrupts, say, loss)
        scores |= {} if accuracy is None else {"knn_accuracy": accuracy}
    if probe:
        say(f"comparing the codes with pixels and principal components: minutes for large pictures; {SKIP}")
        compare = partial(_measure_features, data, dataset, seed)
        features = _run_optional(compare, interrupts, say, "the checkpoint goes without the quality of its features")
        metrics |= {} if features is None else {"features": features}
    if names := dataset.kind.value_names:
        explained = reconstruction.explain_values(prepared.model, parts.held_out.images, parts.held_out.labels)
        metrics["r2"] = _drop_non_finite(dict(zip(names, explained.tolist(), strict=True)))
    return {"test": _drop_non_finite(scores), **metrics}


def _summarise_errors(data: EncodedData) -> dict[str, list[float]]:
    """Return quantiles of the reconstruction errors of held-out pictures, and of those of the classes left out."""
    parts = {"normal": data.held_out} | ({} if data.left_out is None else {"left_out": data.left_out})
    quantiles = {name: anomaly_detection.compute_quantiles(part.errors.numpy()) for name, part in parts.items()}
    return {name: values for name, values in quantiles.items() if all(map(math.isfinite, values))}


def _measure_features(data: EncodedData, dataset: Dataset, seed: int) -> dict[str, linear_probe.ProbeAccuracies]:
    """Return what probes read from the codes, from pixels and from principal components."""
    first = len(dataset.train)
    train, test = (to_floats(part.images).flatten(1).numpy() for part in (dataset.train, dataset.test))
    latents, labels = ((all_[:first].numpy(), all_[first:].numpy()) for all_ in (data.latents, data.labels))
    return linear_probe.compare_representations(latents, (train, test), labels, seed=seed)


def _describe_dots(
    dataset: Dataset, indices: NDArray[np.int64], interrupts: Interrupts, say: Say
) -> dict[str, Attribute]:
    """Return the attributes of the images on the map; after Ctrl-C none."""
    if dataset.name in DRAWINGS:
        say(f"measuring thickness, slant and more of {len(indices):,} drawings")
    measure = partial(dataset.make_attributes, indices)
    return _run_optional(measure, interrupts, say, "the checkpoint goes without attributes of its pictures") or {}


def save(result: TrainedModel, out: Path) -> Path:
    """Write the checkpoint to `out`; if that fails, to a temporary folder, and raise `WorkError` with the path."""
    try:
        return result.save(out)
    except WorkError as error:
        try:
            saved = result.save(Path(tempfile.mkdtemp(prefix="latent-explorer-")) / out.name)
        except (OSError, WorkError):
            raise error from None
        raise WorkError(f"{error}; the trained model was kept as {saved}") from None


def _round_weights(model: models.Autoencoder) -> Arrays:
    """Return the weights at the file's precision; load them into `model`, so that the metrics match the file."""
    weights = {name: as_float16_if_safe(value.cpu().numpy()) for name, value in model.state_dict().items()}
    model.load_state_dict({name: torch.from_numpy(value.astype(np.float32)) for name, value in weights.items()})
    return weights


def draw_indices(train: int, test: int, points: int, seed: int) -> NDArray[np.int64]:
    """Draw the ascending indices of the images on the map: from training images first, then from held-out ones."""
    draw = np.random.default_rng(seed)
    first = draw.permutation(train)[:points]
    rest = train + draw.permutation(test)[: max(0, points - train)]
    return np.sort(np.concatenate([first, rest]))


def make_maps(
    model: models.Autoencoder | None, config: Config, latents: Floats, labels: NDArray[np.int64], *,
    interrupts: Interrupts, say: Say, rows: NDArray[np.int64] | None = None,
) -> dict[str, atlas.Atlas]:  # fmt: skip
    """Fit the maps of the config, and the latent plane if `latent_dim` is 2; Ctrl-C skips maps that are not ready.

    With `rows` the maps are fitted to those of the latents, and the others are placed on them. With a `model`, the
    smooth inverse projections are fitted too.
    """
    methods = list(config.map.methods)
    if config.model.latent_dim == 2 and "latent" not in methods:
        methods.append("latent")
    maps: dict[str, atlas.Atlas] = {}
    for method in methods:
        title = projection.PROJECTIONS[method].title
        unknown = f", which takes a time that cannot be told before; {SKIP}" if method == "umap" else ""
        say(f"map of {len(latents if rows is None else rows):,} latents: {title}{unknown}")
        fit = partial(_fit_map, method, config, latents, rows, say)
        fitted = _run_optional(fit, interrupts, say, f"the checkpoint goes without the {title} map")
        if fitted is not None:
            maps[method] = atlas.Atlas(fitted, latents, labels)
    if not maps:
        maps["pca"] = atlas.Atlas(projection.PCA.fit(latents), latents, labels)
    if model is not None:
        for one in maps.values():
            _fit_inverse(one, model, config, interrupts, say)
    return maps


def _fit_map(
    method: str, config: Config, latents: Floats, rows: NDArray[np.int64] | None, say: Say
) -> projection.Projection:
    """Fit a projection to latents (M, d), or to some `rows` of them, on which the others are placed."""
    title = projection.PROJECTIONS[method].title
    step = LongStep(say, f"the {title} map", SKIP)
    settings: dict[str, Any] = {name: getattr(config.map, name) for name in ("perplexity", "metric", "backend")}
    chosen = latents if rows is None else latents[rows]
    fitted = projection.fit(
        method, chosen, seed=config.training.seed, progress=lambda share, _: step(share, 1.0), **settings
    )
    if rows is None:
        return fitted
    say(f"placing {len(latents) - len(rows):,} more on the {title} map")
    placing = LongStep(say, f"placing on the {title} map", SKIP)
    return projection.place_others(fitted, latents, rows, lambda share, _: placing(share, 1.0))


def _fit_inverse(one: atlas.Atlas, model: models.Autoencoder, config: Config, interrupts: Interrupts, say: Say) -> None:
    """Fit the smooth inverse projection of a map; after Ctrl-C it inverts by interpolation alone."""
    if not one.needs_inverse_fit:
        return
    title = projection.PROJECTIONS[one.method].title
    say(f"way back from the {title} map")
    model.eval().requires_grad_(False)
    fit = partial(
        one.fit_inverse, model.make_row_decoder(one.labels), device=model.device, seed=config.training.seed,
        progress=LongStep(say, f"the way back from the {title} map", SKIP),
    )  # fmt: skip
    loss = f"the {title} map goes back by interpolation alone"
    try:
        with training.precision.use_matmul_precision(config.training):
            _run_optional(fit, interrupts, say, loss)
    except InputError as error:  # a custom network
        say(f"{error}: {loss}")


def _to_history_entry(epoch: training.Epoch) -> dict[str, Any]:
    """Return the entry of `epoch` in the checkpoint's `metrics["history"]`."""
    entry: dict[str, Any] = {"epoch": epoch.number, **_drop_non_finite(epoch.parts)}
    entry |= {"held_out": _drop_non_finite(epoch.held_out)} if epoch.held_out else {}
    return entry | ({} if epoch.validation is None else _drop_non_finite({"validation": epoch.validation}))


def _drop_non_finite(figures: dict[str, float]) -> dict[str, float]:
    """Return `figures` without NaN and infinity, which JSON cannot represent."""
    return {name: value for name, value in figures.items() if math.isfinite(value)}


def _describe_origin(preset: str, history: training.History, dataset: Dataset) -> dict[str, Any]:
    """Return the checkpoint's `made_by`."""
    return {
        "preset": preset,
        "epochs": len(history.epochs),
        "complete": not history.stopped,
        "train_images": len(dataset.train),
        "held_out_images": len(dataset.test),
        **({"source": dataset.folder_digest} if dataset.folder_digest else {}),
        **describe_versions(),
    }


def describe_versions() -> dict[str, Any]:
    """Return the entries of `made_by` that name the programs that made a file."""
    names = ("latent-explorer", "torch", "openTSNE")
    return {"versions": {name: _find_version(name) for name in names}, "python": platform.python_version()}


def _find_version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "source"
