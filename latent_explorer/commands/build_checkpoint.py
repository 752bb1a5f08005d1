"""Build a checkpoint from a trained model: rounded weights, held-out metrics, maps, one file."""

import math
import platform
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import torch

from latent_explorer import atlas, models, training
from latent_explorer.arrays import as_float16_if_safe
from latent_explorer.atlas import projection
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.header import LARGEST_LATENT
from latent_explorer.commands.exit_status import Say
from latent_explorer.commands.progress import Interrupts
from latent_explorer.config import Config
from latent_explorer.data import datasets
from latent_explorer.errors import InputError, WorkError
from latent_explorer.metrics import anomaly_detection, linear_probe, reconstruction


def make_checkpoint(
    model: models.Autoencoder, config: Config, dataset: datasets.Dataset, parts: datasets.DatasetParts,
    history: training.History, *, preset: str, interrupts: Interrupts, say: Say, probe: bool = False,
) -> Checkpoint:  # fmt: skip
    """Build the checkpoint of a trained model; with `probe`, measure its linear-probe accuracy too.

    Ctrl-C skips metrics and maps that are not ready. Metrics use `parts` (without the classes left out), the map uses
    all images. Raises `WorkError` if a latent's entry is not below `LARGEST_LATENT`.
    """
    weights = _round_weights(model)
    say("measuring on held-out images")
    found = reconstruction.evaluate(model, parts.held_out.images, parts.held_out.labels, seed=config.training.seed)
    more: dict[str, Any] = {"errors": _measure_errors(model, parts, found)}
    train_latents = reconstruction.encode_all(model, dataset.train.images, dataset.train.labels)
    test_latents = reconstruction.encode_all(model, dataset.test.images, dataset.test.labels)
    if not max(float(z.abs().max()) for z in (train_latents, test_latents)) < LARGEST_LATENT:
        raise WorkError(f"the latents grew beyond {LARGEST_LATENT:g}; a smaller training.learning_rate may help")
    if dataset.class_names:
        try:
            with interrupts.enter_optional():
                found["knn_accuracy"] = _knn_accuracy(train_latents, test_latents, dataset, config.data.leave_out)
        except KeyboardInterrupt:
            say("interrupted: the checkpoint goes without the accuracy of its neighbours")
    if probe:
        say("comparing the codes with pixels and principal components")
        try:
            with interrupts.enter_optional():
                more["features"] = _measure_features(train_latents, test_latents, dataset, config.training.seed)
        except KeyboardInterrupt:
            say("interrupted: the checkpoint goes without the quality of its features")
    indices = draw_indices(len(dataset.train), len(dataset.test), config.map.points, config.training.seed)
    latents = as_float16_if_safe(torch.cat([train_latents, test_latents]).numpy()[indices]).astype(np.float32)
    labels = torch.cat([dataset.train.labels, dataset.test.labels]).numpy()[indices]
    return Checkpoint(
        config=config,
        image_shape=dataset.image_shape,
        class_names=dataset.class_names,
        maps=_make_maps(model, config, latents, labels, interrupts, say),
        indices=indices,
        weights=weights,
        metrics={"test": _drop_non_finite(found), "history": [_to_history_entry(e) for e in history.epochs], **more},
        made_by=_describe_origin(preset, history, dataset),
    )


def _measure_errors(
    model: models.Autoencoder, parts: datasets.DatasetParts, metrics: dict[str, float]
) -> dict[str, list[float]]:
    """Compute quantiles of the reconstruction errors; add the AUC of the classes left out to `metrics`."""
    normal = reconstruction.compute_errors(model, parts.held_out.images, parts.held_out.labels).numpy()
    kept = {"normal": anomaly_detection.quantiles(normal)}
    if parts.left_out is not None and len(parts.left_out):
        unseen = reconstruction.compute_errors(model, parts.left_out.images, parts.left_out.labels).numpy()
        kept["left_out"] = anomaly_detection.quantiles(unseen)
        metrics["auc"] = anomaly_detection.roc(normal, unseen).auc
    return {name: values for name, values in kept.items() if all(math.isfinite(v) for v in values)}


def _knn_accuracy(
    train: torch.Tensor, test: torch.Tensor, dataset: datasets.Dataset, leave_out: tuple[str, ...] | None
) -> float:
    """Compute the k-NN accuracy of the latents, without the classes in `leave_out`."""
    unseen = torch.tensor([dataset.class_names.index(name) for name in leave_out or ()])
    first, second = (~torch.isin(part.labels, unseen) for part in (dataset.train, dataset.test))
    return reconstruction.knn_accuracy(
        train[first], dataset.train.labels[first], test[second], dataset.test.labels[second]
    )  # fmt: skip


def _measure_features(
    train: torch.Tensor, test: torch.Tensor, dataset: datasets.Dataset, seed: int
) -> dict[str, linear_probe.ProbeAccuracies]:
    flat = tuple(datasets.to_floats(part.images).flatten(1).numpy() for part in (dataset.train, dataset.test))
    labels = (dataset.train.labels.numpy(), dataset.test.labels.numpy())
    return linear_probe.compare_representations((train.numpy(), test.numpy()), (flat[0], flat[1]), labels, seed=seed)


def save(result: Checkpoint, out: Path) -> Path:
    """Write the checkpoint to `out`; if that fails, to a temporary folder, and raise `WorkError` with the path."""
    try:
        return result.save(out)
    except WorkError as error:
        try:
            saved = result.save(Path(tempfile.mkdtemp(prefix="latent-explorer-")) / out.name)
        except (OSError, WorkError):
            raise error from None
        raise WorkError(f"{error}; the trained model was kept as {saved}") from None


def _round_weights(model: models.Autoencoder) -> dict[str, np.ndarray[Any, Any]]:
    """Return the weights at the file's precision; load them into `model`, so that the metrics match the file."""
    weights = {name: as_float16_if_safe(value.cpu().numpy()) for name, value in model.state_dict().items()}
    model.load_state_dict({name: torch.from_numpy(value.astype(np.float32)) for name, value in weights.items()})
    return weights


def draw_indices(train: int, test: int, points: int, seed: int) -> np.ndarray[Any, Any]:
    """Draw the ascending indices of the images on the map: from training images first, then from held-out ones."""
    draw = np.random.default_rng(seed)
    first = draw.permutation(train)[:points]
    rest = train + draw.permutation(test)[: max(0, points - train)]
    return np.sort(np.concatenate([first, rest]))


def _make_maps(
    model: models.Autoencoder,
    config: Config,
    latents: np.ndarray[Any, Any],
    labels: np.ndarray[Any, Any],
    interrupts: Interrupts,
    say: Say,
) -> dict[str, atlas.Atlas]:
    """Fit the maps of the config, and the latent plane if `latent_dim` is 2; Ctrl-C skips maps that are not ready."""
    methods = list(config.map.methods)
    if config.model.latent_dim == 2 and "latent" not in methods:
        methods.append("latent")
    maps: dict[str, atlas.Atlas] = {}
    for method in methods:
        say(f"map of {len(latents):,} latents: {projection.PROJECTIONS[method].title}")
        try:
            with interrupts.enter_optional():
                fitted = projection.fit(
                    method,
                    latents,
                    perplexity=config.map.perplexity,
                    metric=config.map.metric,
                    seed=config.training.seed,
                )
        except KeyboardInterrupt:
            say(f"interrupted: the checkpoint goes without the {projection.PROJECTIONS[method].title} map")
            continue
        maps[method] = atlas.Atlas(fitted, latents, labels)
    if not maps:
        maps["pca"] = atlas.Atlas(projection.PCA.fit(latents), latents, labels)
    for one in maps.values():
        _fit_inverse(one, model, config, interrupts, say)
    return maps


def _fit_inverse(
    fitted_map: atlas.Atlas, model: models.Autoencoder, config: Config, interrupts: Interrupts, say: Say
) -> None:
    """Fit the smooth inverse projection of `fitted_map`; after Ctrl-C the map inverts by interpolation alone."""
    if not fitted_map.needs_inverse_fit:
        return
    title = projection.PROJECTIONS[fitted_map.which].title
    say(f"way back from the {title} map")
    model.eval().requires_grad_(False)
    try:
        with interrupts.enter_optional(), training.precision.use_matmul_precision(config.training):
            device = next(model.parameters()).device
            fitted_map.fit_inverse(model.make_row_decoder(fitted_map.labels), device=device, seed=config.training.seed)
    except KeyboardInterrupt:
        say(f"interrupted: the {title} map goes back by interpolation alone")
    except InputError as error:  # a custom network
        say(f"{error}: the {title} map goes back by interpolation alone")


def _to_history_entry(epoch: training.Epoch) -> dict[str, Any]:
    """Return the entry of `epoch` in the checkpoint's `metrics["history"]`."""
    found: dict[str, Any] = {"epoch": epoch.number, **_drop_non_finite(epoch.parts)}
    found |= {"held_out": _drop_non_finite(epoch.held_out)} if epoch.held_out else {}
    return found | ({} if epoch.validation is None else _drop_non_finite({"validation": epoch.validation}))


def _drop_non_finite(figures: dict[str, float]) -> dict[str, float]:
    """Return `figures` without NaN and infinity, which JSON cannot represent."""
    return {name: value for name, value in figures.items() if math.isfinite(value)}


def _describe_origin(preset: str, history: training.History, dataset: datasets.Dataset) -> dict[str, Any]:
    return {
        "preset": preset,
        "epochs": len(history.epochs),
        "complete": not history.stopped,
        "train_images": len(dataset.train),
        "held_out_images": len(dataset.test),
        **({"source": dataset.folder_digest} if dataset.folder_digest else {}),
        "versions": {name: _find_version(name) for name in ("latent-explorer", "torch", "openTSNE")},
        "python": platform.python_version(),
    }


def _find_version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "source"
