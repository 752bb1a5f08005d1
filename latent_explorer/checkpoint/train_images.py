"""A training from Python: images in memory in, a checkpoint out, by the same steps as `train.py`."""

import os
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from latent_explorer import config as configuration
from latent_explorer import device, models, training
from latent_explorer.checkpoint import build_checkpoint
from latent_explorer.checkpoint.build_checkpoint import Kind
from latent_explorer.config import Config
from latent_explorer.data import datasets, given_samples
from latent_explorer.data.array_columns import Annotations
from latent_explorer.errors import InputError, WorkError
from latent_explorer.metrics import reconstruction
from latent_explorer.time_left import LongStep
from latent_explorer.training import prepare_training
from latent_explorer.training.device_fallback import fit_on_any_device
from latent_explorer.training.interrupts import Interrupts, handle_interrupts, report_out_of_memory
from latent_explorer.training.prepare_training import PreparedTraining, Say

AnyConfig = Config | Mapping[str, Any] | str | os.PathLike[str] | None


def train(
    kind: type[Kind], images: Any, config: AnyConfig, labels: Any, *, class_names: Sequence[str] | None,
    attributes: Mapping[str, Any] | None, name: str, progress: Callable[[str], None] | None,
    allow_import: Collection[str],
) -> Kind:  # fmt: skip
    """Compute `Checkpoint.train`."""
    settings, preset = read_config(config)
    say = progress or (lambda _: None)
    prepare_training.check_map_methods(settings)
    wanted = adapt_data(settings.data)
    annotations = Annotations(labels, class_names, attributes)
    dataset = given_samples.make_dataset(images, annotations, wanted, settings.training.seed)
    settings = replace(settings, data=replace(wanted, shape=dataset.image_shape))
    where = device.pick(settings.training.device, say)
    with torch.random.fork_rng([where] if where.type == "cuda" else []):  # the caller's random numbers stay as they are
        prepared = prepare_training.prepare_with(dataset, settings, where, say=say, allow_import=allow_import)
        with prepare_training.limit_threads(prepared), handle_interrupts() as interrupts:
            history = _fit(prepared, interrupts, say)
            checkpoint = build_checkpoint.make_checkpoint(
                kind, prepared, history, preset=preset, interrupts=interrupts, say=say, probe=False
            )
    return replace(
        checkpoint, name=name or preset or "trained", device=settings.training.device, allow_import=tuple(allow_import)
    )


def read_config(config: AnyConfig) -> tuple[Config, str]:
    """Return the config and the name of its preset, empty if it is none."""
    if config is None or isinstance(config, Config):
        return config or Config(), ""
    if isinstance(config, Mapping):
        return configuration.from_dict(config), ""
    if isinstance(config, str | os.PathLike):
        return configuration.load(os.fspath(config)), Path(config).stem
    raise InputError(f"config: {type(config).__name__} arrived; a Config, a dict, or the name of a preset is allowed")


def adapt_data(data: configuration.Data) -> configuration.Data:
    """Return the data section for given samples: what another data set's says of location and shape does not apply."""
    if data.name in given_samples.MAKERS:
        return replace(data, path=None, attributes=None, columns=None, curves=None)
    name = "table" if data.name in datasets.TABLES else "signal" if data.name == "beats" else "array"
    return configuration.Data(name=name, held_out=data.held_out, limit=data.limit, leave_out=data.leave_out)


def _fit(prepared: PreparedTraining, interrupts: Interrupts, say: Say) -> training.History:
    """Train the model; warn if Ctrl-C or a loss that is not finite ended it early, and raise if nothing was learnt."""
    settings, held_out = prepared.config.training, prepared.parts.held_out

    def measure(model: models.Autoencoder) -> dict[str, float]:
        return reconstruction.evaluate_subset(model, held_out.images, held_out.labels, seed=settings.seed)

    def report(epoch: training.Epoch) -> None:
        figures = {**epoch.parts, **{f"held-out {name}": value for name, value in epoch.held_out.items()}}
        line = "  ".join(f"{name} {value:.4g}" for name, value in figures.items())
        say(f"epoch {epoch.number} of {settings.epochs}: {line}")

    step = LongStep(say, "the training", "Ctrl+C ends it, and what was learnt is kept")

    def show(now: training.Progress) -> None:
        step((now.epoch - 1) * now.steps + now.step, settings.epochs * now.steps)

    with interrupts.enter_training(), report_out_of_memory("the training", "a smaller model or training.batch_size"):
        history = fit_on_any_device(
            prepared.model, prepared.train.images, settings, say, labels=prepared.train.labels,
            validation=prepared.validation, measure=measure, progress=show, epoch_done=report,
            stop=lambda: interrupts.stop_requested,
        )  # fmt: skip
    if history.diverged_in is not None:
        trouble = f"the loss became NaN or infinite in epoch {history.diverged_in}"
        if not history.epochs:
            raise WorkError(f"{trouble}: nothing was learnt; a smaller training.learning_rate may help")
        warnings.warn(f"{trouble}; the weights before it are kept", RuntimeWarning, stacklevel=4)
    elif history.stopped:
        if not history.epochs:
            raise KeyboardInterrupt
        warnings.warn("the training was interrupted; what was learnt is kept", RuntimeWarning, stacklevel=4)
    return history
