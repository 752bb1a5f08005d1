"""The training loop.

Images stay in memory as one tensor and batches are indexed from it, since a DataLoader that fetches sample by
sample costs more than a step of these networks. The loop knows neither data sets nor files.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from latent_explorer import config
from latent_explorer.data.split import Split
from latent_explorer.errors import InputError, give_reason
from latent_explorer.models import Autoencoder
from latent_explorer.training import compilation, distributed, precision, schedule
from latent_explorer.training.loss_inputs import LossInputs
from latent_explorer.training.muon import Muon
from latent_explorer.training.precision import MixedPrecision
from latent_explorer.training.run_state import Epoch, History, RunState, Tensors

REPORT_INTERVAL = 0.2  # seconds between reports of the running loss; each synchronises with the device
NOISE_SEED_STRIDE = 1_000_003  # between the noise seeds of the processes
SAVE_INTERVAL = 10.0  # seconds between saved states


@dataclass(frozen=True)
class Progress:
    epoch: int
    step: int
    steps: int
    """Steps per epoch."""
    parts: dict[str, float]


def fit(
    model: Autoencoder,
    images: Tensor,
    training: config.Training,
    *,
    labels: Tensor | None = None,
    validation: Split | None = None,
    measure: Callable[[Autoencoder], dict[str, float]] | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    epoch_done: Callable[[Epoch], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    state: RunState | None = None,
    save_state: Callable[[RunState], None] | None = None,
    save_interval: float = SAVE_INTERVAL,
    before_step: Callable[[Autoencoder, int], None] | None = None,
) -> History:
    """Train `model` in place, on its device, with uint8 images (N, C, H, W); return the history.

    The same seed, device and number of threads give the same weights. `stop` is called before every step and ends the
    training if it returns True. A loss that is not finite ends it with the weights of the last good epoch.

    `labels` (N,) are for objectives that use them. `measure` returns an epoch's held-out metrics. The loss on
    `validation` decides on early stopping (`training.patience`) and, with `training.keep` "best", on the final
    weights. `save_state` receives the state every `save_interval` seconds and when the training is stopped; resumed
    from such a `state`, the training makes the same further steps. `before_step` receives the model and the number of
    steps done; it may read the model and change its training or evaluation mode.

    In a process group (`distributed.join_process_group`) each process takes its share of every batch, and all end
    with the same weights; `measure`, `progress`, `save_state` and `before_step` are called in the leader only.
    """
    run = _TrainingRun(model, images, training, labels, validation)
    state = distributed.broadcast(state)
    if state is not None:
        run.restore(state)
    run.save_state, run.save_interval = save_state, save_interval
    run.progress, run.stop, run.before_step = progress, stop, before_step
    history = run.history
    with precision.use_matmul_precision(training):
        while len(history.epochs) < training.epochs and not history.early:
            if not run.run_epoch() or not run.close_epoch(measure, epoch_done) or history.stopped:
                break
    if training.keep == "best" and run.best_weights and history.diverged_in is None:
        model.load_state_dict(run.best_weights)
    model.eval()
    model.progress = 1.0
    return history


class _TrainingRun:
    """A training in progress: the values that `RunState` saves, and the step that changes them."""

    def __init__(
        self, model: Autoencoder, images: Tensor, training: config.Training, labels: Tensor | None,
        validation: Split | None,
    ) -> None:  # fmt: skip
        self.model, self.training, self.validation = model, training, validation
        self.device = model.device
        self.inputs = LossInputs(model, images.to(self.device))
        self.validation_inputs = None if validation is None else LossInputs(model, validation.images.to(self.device))
        self.labels = None if labels is None else labels.to(self.device)
        self.steps = -(-len(images) // training.batch_size)
        self.optimizer = _make_optimizer(model, training)
        self.parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        count = sum(p.numel() for p in self.parameters)
        self.precision = MixedPrecision(training, self.device, count)
        self.shuffle_rng = torch.Generator().manual_seed(training.seed)
        noise_seed = training.seed + NOISE_SEED_STRIDE * distributed.get_rank()
        self.noise_rng = torch.Generator(self.device).manual_seed(noise_seed)
        loss = distributed.wrap_loss(model)
        self.loss = compilation.compile_loss(loss, self.device) if training.compile else loss
        self.history = History()
        self.last_good_weights, self.best_weights = _copy_weights(model), Tensors()
        self.shuffle_rng_state = self.shuffle_rng.get_state()
        self.step = self.epoch_images_seen = 0
        self.sums: Tensors = {}
        self.epoch_seconds = 0.0
        self.save_state: Callable[[RunState], None] | None = None
        self.save_interval, self.last_saved = SAVE_INTERVAL, time.perf_counter()
        self.progress: Callable[[Progress], None] = lambda _: None
        self.stop: Callable[[], bool] = lambda: False
        self.before_step: Callable[[Autoencoder, int], None] | None = None

    # -- an epoch -------------------------------------------------------------------------------------

    def run_epoch(self) -> bool:
        """Run the remaining steps of the current epoch; return False if no step of it was made."""
        self.shuffle_rng_state = self.shuffle_rng.get_state()
        shuffled = torch.randperm(len(self.inputs), generator=self.shuffle_rng).to(self.device)  # one copy an epoch
        batches = torch.split(shuffled, self.training.batch_size)[self.step :]
        self.model.train()
        before, began = self.epoch_seconds, time.perf_counter()
        reported = began
        for index in batches:
            if distributed.is_true_in_any(self.stop(), self.device):
                self.history.stopped = True
                self._save_if_due(force=True)
                break
            self._run_step(index)
            now = time.perf_counter()
            self.epoch_seconds = before + now - began
            if self.step in (1, self.steps) or now - reported > REPORT_INTERVAL:
                reported = now
                if not torch.isfinite(self.sums["loss"]) and distributed.get_world_size() == 1:
                    break  # several processes must detect it together, at the end of the epoch
                self.progress(Progress(len(self.history.epochs) + 1, self.step, self.steps, self.compute_mean_terms()))
            if self.step < self.steps:
                self._save_if_due()
        return self.step > 0

    def _run_step(self, index: Tensor) -> None:
        """Make one optimizer step on the images at `index` (B,)."""
        done = len(self.history.epochs) * self.steps + self.step
        if self.before_step is not None:
            self.before_step(self.model, done)
            self.model.train()
        self.model.progress = done / (self.training.epochs * self.steps)
        schedule.apply(self.optimizer, self.training, self.model.progress)
        index, weight = distributed.split_batch(index)
        x = self.inputs.take(index)
        labels = None if self.labels is None else self.labels[index]
        with self.precision.autocast:
            parts = self.loss(x, self.noise_rng, labels)
        loss = parts["loss"] if weight == 1 else parts["loss"] * weight
        self.precision.step(loss, self.optimizer, self.parameters)
        count = len(x) if weight else 0
        for name, value in parts.items():
            value = value.detach() * count
            self.sums[name] = self.sums[name].add_(value) if name in self.sums else value
        self.step += 1
        self.epoch_images_seen += count

    def close_epoch(
        self, measure: Callable[[Autoencoder], dict[str, float]] | None, epoch_done: Callable[[Epoch], None]
    ) -> bool:
        """Append the epoch to the history; restore the last good weights and return False if it was not finite."""
        history, number = self.history, len(self.history.epochs) + 1
        self.sums, self.epoch_images_seen = distributed.sum_over_processes(
            self.sums, self.epoch_images_seen, self.device
        )
        history.images_seen += self.epoch_images_seen
        history.seconds += self.epoch_seconds
        if not _is_finite(self.model, self.sums):
            self.model.load_state_dict(self.last_good_weights)
            history.diverged_in = number
            return False
        self.last_good_weights = _copy_weights(self.model)
        self.model.eval()
        held_out = measure(self.model) if measure is not None else {}
        loss = distributed.broadcast(self._compute_validation_loss()) if self.validation is not None else None
        epoch = Epoch(number, self.compute_mean_terms(), self.epoch_seconds, held_out, loss)
        history.epochs.append(epoch)
        if loss is not None:
            self._check_early_stopping(epoch)
        self.step = self.epoch_images_seen = 0
        self.sums, self.epoch_seconds = {}, 0.0
        self.shuffle_rng_state = self.shuffle_rng.get_state()
        epoch_done(epoch)
        if not history.stopped:
            self._save_if_due()
        return True

    def compute_mean_terms(self) -> dict[str, float]:
        """Return the loss terms of the current epoch, averaged over the images that it has seen."""
        return {name: float(total) / self.epoch_images_seen for name, total in self.sums.items()}

    # -- validation -----------------------------------------------------------------------------------

    @torch.no_grad()
    def _compute_validation_loss(self) -> float:
        """Return the mean loss on the validation images, with the same noise and term weights every time."""
        assert self.validation is not None
        assert self.validation_inputs is not None
        self.model.progress = 1.0
        noise = torch.Generator(self.device).manual_seed(self.training.seed)
        total, size, count = 0.0, self.training.batch_size, len(self.validation)
        for i in range(0, count, size):
            x = self.validation_inputs.take(torch.arange(i, min(i + size, count), device=self.device))
            labels = self.validation.labels[i : i + size].to(self.device)
            total += float(self.model.loss(x, noise, labels)["loss"]) * len(x)
        return total / count

    def _check_early_stopping(self, epoch: Epoch) -> None:
        """Keep the weights of `epoch` if its validation loss is the lowest; end the training if it was not for long."""
        history = self.history
        lowest = min((e.validation for e in history.epochs if e.validation is not None), default=None)
        if epoch.validation == lowest:
            history.best, self.best_weights = epoch.number, dict(self.last_good_weights)
        patience = self.training.patience
        history.early = patience is not None and epoch.number - (history.best or 0) >= patience

    # -- the state ------------------------------------------------------------------------------------

    def _save_if_due(self, *, force: bool = False) -> None:
        now = time.perf_counter()
        if self.save_state is not None and (force or now - self.last_saved >= self.save_interval):
            self.save_state(self.capture_state())
            self.last_saved = time.perf_counter()

    def capture_state(self) -> RunState:
        """Return the state between two steps, from which `restore` goes on."""
        moments = {
            f"{i}.{name}": torch.as_tensor(value).clone()
            for i, parameter in enumerate(self.parameters)
            for name, value in self.optimizer.state.get(parameter, {}).items()
        }
        return RunState(
            model=_copy_weights(self.model),
            last_good_weights=self.last_good_weights,
            best_weights=self.best_weights,
            optimizer=moments,
            scaler=self.precision.get_scaler_state(),
            shuffle_rng_state=self.shuffle_rng_state,
            noise_rng_state=self.noise_rng.get_state(),
            cpu_rng_state=torch.get_rng_state(),
            accelerator_rng_state=self._get_accelerator_rng_state(),
            sums={name: value.clone() for name, value in self.sums.items()},
            step=self.step,
            epoch_images_seen=self.epoch_images_seen,
            epoch_seconds=self.epoch_seconds,
            history=replace(self.history, epochs=list(self.history.epochs), stopped=False),
        )

    def restore(self, state: RunState) -> None:
        """Restore `state`; raise `InputError` if it does not fit this model."""
        try:
            state.check(self.model.state_dict(), self.parameters, self.training.optimizer, self.steps)
            self._restore(state)
        except (RuntimeError, KeyError, IndexError, TypeError, ValueError) as error:
            raise InputError(
                f"--resume: the state of the training does not fit this model{give_reason(error)}; without --resume it "
                "begins anew"
            ) from None

    def _get_accelerator_rng_state(self) -> Tensor | None:
        if self.device.type == "cpu":
            return None
        accelerator = torch.get_device_module(self.device)
        return accelerator.get_rng_state()  # type: ignore[no-any-return]

    def _restore(self, state: RunState) -> None:
        self.model.load_state_dict(state.model)
        self.last_good_weights = self._to_device(state.last_good_weights)
        self.best_weights = self._to_device(state.best_weights)
        for i, parameter in enumerate(self.parameters):
            moments = {k.partition(".")[2]: v for k, v in state.optimizer.items() if k.partition(".")[0] == str(i)}
            # the step count stays float32 on the parameter's device, as the fused optimizers keep it
            self.optimizer.state[parameter] = self._to_device(moments)
        self.precision.restore(state.scaler)
        self.shuffle_rng.set_state(state.shuffle_rng_state)
        self.noise_rng.set_state(state.noise_rng_state)
        if not distributed.is_leader():  # the state holds the leader's noise
            self.noise_rng.manual_seed(
                self.training.seed + NOISE_SEED_STRIDE * distributed.get_rank() + state.history.images_seen
            )
        torch.set_rng_state(state.cpu_rng_state)
        if state.accelerator_rng_state is not None:
            torch.get_device_module(self.device).set_rng_state(state.accelerator_rng_state)
        self.sums = self._to_device(state.sums)
        self.step, self.epoch_images_seen, self.epoch_seconds = state.step, state.epoch_images_seen, state.epoch_seconds
        if not distributed.is_leader():  # the leader's sums hold the earlier steps
            self.sums, self.epoch_images_seen = {name: torch.zeros_like(value) for name, value in self.sums.items()}, 0
        self.history = replace(state.history, epochs=list(state.history.epochs))

    def _to_device(self, tensors: Tensors) -> Tensors:
        return {name: value.to(self.device) for name, value in tensors.items()}


def _make_optimizer(model: Autoencoder, training: config.Training) -> torch.optim.Optimizer:
    """Return the optimizer of the parameters that are trained."""
    trained = [p for p in model.parameters() if p.requires_grad]
    settings: dict[str, Any] = {"lr": training.learning_rate, "weight_decay": training.weight_decay}
    # one kernel for all parameters: the loop over them costs as much as a small network's backward pass
    if training.optimizer == "sgd":
        # fused SGD takes its momentum for initialised after a first step that the loss scaler skipped
        return torch.optim.SGD(trained, momentum=0.9, fused=training.precision != "float16", **settings)
    if training.optimizer == "muon":
        return Muon(trained, **settings)
    kind: type[torch.optim.Adam] = torch.optim.AdamW if training.optimizer == "adamw" else torch.optim.Adam
    return kind(trained, fused=True, **settings)


def _copy_weights(model: Autoencoder) -> Tensors:
    return {name: value.clone() for name, value in model.state_dict().items()}


def _is_finite(model: Autoencoder, sums: Tensors) -> bool:
    return bool(torch.isfinite(sums["loss"])) and all(bool(torch.isfinite(p).all()) for p in model.parameters())
