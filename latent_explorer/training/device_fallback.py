"""Training that goes on with the CPU, from the last state it kept, if the accelerator runs out of memory or is lost."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import torch
from torch import Tensor

from latent_explorer import config, device, training
from latent_explorer.models import Autoencoder
from latent_explorer.training import distributed
from latent_explorer.training.run_state import History, RunState

KEPT_INTERVAL = 60.0  # seconds between the states kept in memory where none are saved


def fit_on_any_device(
    model: Autoencoder, images: Tensor, settings: config.Training, say: Callable[[str], None], *,
    state: RunState | None = None, save_state: Callable[[RunState], None] | None = None, **options: Any,
) -> History:  # fmt: skip
    """Train as `training.fit` does; where the accelerator fails, say so in one line and go on with the CPU."""
    if not _is_alone_on_accelerator(model):
        return training.fit(model, images, settings, state=state, save_state=save_state, **options)
    kept, beginning = state, {name: value.cpu().clone() for name, value in model.state_dict().items()}

    def keep(now: RunState) -> None:
        nonlocal kept
        kept = move_to_cpu(now, settings)
        if save_state is not None:
            save_state(now)

    if save_state is None:
        options.setdefault("save_interval", KEPT_INTERVAL)
    try:
        return training.fit(model, images, settings, state=state, save_state=keep, **options)
    except RuntimeError as error:
        why = device.describe_failure(error)
        if not why:
            raise
        before = model.device
    since = "its beginning" if kept is None else f"step {kept.step:,} of epoch {len(kept.history.epochs) + 1:,}"
    say(f"{before}: {why}; the training goes on with the CPU, from {since}")
    try:
        model.to("cpu")
    except RuntimeError:  # a device that is gone gives nothing back
        model.to_empty(device="cpu")
    model.load_state_dict(beginning)
    return training.fit(model, images.cpu(), settings, state=kept, save_state=save_state, **options)


def _is_alone_on_accelerator(model: Autoencoder) -> bool:
    """Return whether an accelerator trains the model, and no other process waits for this one at every step."""
    return model.device.type != "cpu" and distributed.get_world_size() == 1


def move_to_cpu(state: RunState, settings: config.Training) -> RunState:
    """Return a state with which the CPU can go on: its tensors there, and noise of the CPU's own generator."""
    noise = torch.Generator().manual_seed(settings.seed + state.history.images_seen + state.epoch_images_seen)
    moved = {field.name: _move(getattr(state, field.name)) for field in fields(state)}
    history = replace(state.history, epochs=list(state.history.epochs))
    return replace(
        state, **{**moved, "history": history, "noise_rng_state": noise.get_state(), "accelerator_rng_state": None}
    )


def _move(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.cpu()
    return {name: one.cpu() for name, one in value.items()} if isinstance(value, dict) else value
