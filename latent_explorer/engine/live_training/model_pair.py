"""Trains an autoencoder and a VAE side by side, in the live-training process: from the same initial weights, with the
same batches in the same order.

A training goes on from any of its moments with another beta. Its weights and the state of its optimiser are kept at
some steps; from the last one before the moment, the training is repeated up to it, which gives the same weights again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor, nn

from latent_explorer import config as configuration
from latent_explorer import models, training
from latent_explorer.arrays import Floats
from latent_explorer.checkpoint import snapshots
from latent_explorer.data import datasets, face_set
from latent_explorer.data.dataset import Dataset
from latent_explorer.data.datasets import to_floats
from latent_explorer.data.faces.factors import HELD_OUT_SEED, TRAINING, TRAINING_SEED
from latent_explorer.data.split import Split
from latent_explorer.engine.live_training import training_process
from latent_explorer.engine.live_training.settings import PAIR_DATA, PairSettings
from latent_explorer.engine.live_training.training_process import CommandPipe, Snapshot, SnapshotTaker, Started
from latent_explorer.models import Autoencoder, VariationalAutoencoder
from latent_explorer.models.variational import compute_kl_by_dimension
from latent_explorer.texts import mark
from latent_explorer.training.run_state import RunState

if TYPE_CHECKING:
    from latent_explorer.models.autoencoder import LossTerms

SAVE_INTERVAL = 1.5
"""Seconds between two kept states: so long it takes at most to repeat a training from one, as long as all are kept."""
MAX_STATES = 16
"""Number of kept states; beyond it, every second one is dropped."""


class ModelPair(nn.Module):
    """An autoencoder and a VAE as one model whose loss is the sum of theirs. They share no parameter and the optimiser
    treats each parameter by itself, so each is trained exactly as it would be alone."""

    def __init__(self, autoencoder: Autoencoder, variational: VariationalAutoencoder) -> None:
        super().__init__()
        self.autoencoder, self.variational = autoencoder, variational
        self.progress = 1.0
        """Share of the training done, which `training.fit` sets; neither of the two depends on it."""
        self.is_frozen = False  # which `training.fit` asks

    @property
    def device(self) -> torch.device:
        return self.autoencoder.device

    def set_beta(self, beta: float) -> None:
        """Set the weight of the KL in the loss of the VAE."""
        self.variational.objective = replace(self.variational.objective, beta=beta)

    def loss(self, x: Tensor, generator: Generator | None = None, labels: Tensor | None = None) -> "LossTerms":
        """Return the sum of both losses, as `Autoencoder.loss` does."""
        plain = self.autoencoder.loss(x, generator, labels)
        variational = self.variational.loss(x, generator, labels)
        return {"loss": plain["loss"] + variational["loss"]}


def build_pair(settings: PairSettings, image_shape: tuple[int, int, int]) -> ModelPair:
    """Build both models. The VAE begins with the autoencoder's weights in encoder, decoder, and the layer that gives
    the code, which is the posterior's mean; it alone has outputs for the log-variance."""
    plain_config, config = settings.make_configs()
    torch.manual_seed(config.training.seed)
    plain = models.build(plain_config.model, plain_config.objective, image_shape)
    variational = models.build(config.model, config.objective, image_shape)
    assert isinstance(variational, VariationalAutoencoder)
    variational.encoder.load_state_dict(plain.encoder.state_dict())
    variational.decoder.load_state_dict(plain.decoder.state_dict())
    with torch.no_grad():
        for name, shared in plain.head.named_parameters():
            variational.head.get_parameter(name)[: settings.latent_dim] = shared
    return ModelPair(plain, variational)


@torch.no_grad()
def measure_kl_by_dimension(model: VariationalAutoencoder, split: Split) -> Floats:
    """Return the KL of each dimension (d,) in nats a picture, on the images that the loss is measured on."""
    x = to_floats(split.images[: training_process.LOSS_IMAGES].to(model.device))
    mean, log_variance = model.eval().posterior(x)
    return compute_kl_by_dimension(mean, log_variance).mean(dim=0).cpu().numpy()


@dataclass(frozen=True)
class KeptState:
    step: int
    course: tuple[object, ...]
    """What it depends on, as `PairSettings.find_course` gives it."""
    state: RunState


@dataclass
class KeptStates:
    """States of a training, from which it can go on. They are few: a state is several times as large as the models."""

    steps_per_epoch: int = 1
    states: list[KeptState] = field(default_factory=list)

    def keep_shared(self, settings: PairSettings, steps_per_epoch: int) -> RunState | None:
        """Drop the states that are not on the course of `settings` up to its last change; return the last one, from
        which the training goes on, or None if it begins anew."""
        self.steps_per_epoch = steps_per_epoch
        last = round(settings.start * steps_per_epoch)
        before = [one for one in self.states if one.step <= last]
        self.states = [one for one in before if one.course == self._find_course(settings, one.step)]
        return self.states[-1].state if self.states else None

    def add(self, settings: PairSettings, state: RunState) -> None:
        """Keep a state; beyond `MAX_STATES` every second one is dropped."""
        step = len(state.history.epochs) * self.steps_per_epoch + state.step
        if self.states and self.states[-1].step >= step:
            return  # it is repeated
        self.states.append(KeptState(step, self._find_course(settings, step), state))
        if len(self.states) > MAX_STATES:
            del self.states[-2::-2]

    def _find_course(self, settings: PairSettings, step: int) -> tuple[object, ...]:
        return settings.find_course(step / self.steps_per_epoch)


@dataclass(frozen=True)
class PairImages:
    """The images that a pair learns, and where they are in the whole data set."""

    dataset: Dataset
    indices: NDArray[np.int64]


def load_images(data: str) -> PairImages:
    """Load the images of `data`: all of them, or the first ones of a large set of drawn pictures."""
    chosen = PAIR_DATA[data]
    whole = datasets.load(configuration.load(f"{data}-vae").data)
    if chosen.training_images is None:
        return PairImages(whole, np.arange(whole.count))
    side = whole.image_shape[-1]
    train = face_set.FaceSplit(side, chosen.training_images, TRAINING_SEED)
    test = face_set.FaceSplit(side, chosen.held_out_images, HELD_OUT_SEED)
    indices = np.concatenate([np.arange(len(train)), TRAINING + np.arange(len(test))])
    return PairImages(replace(whole, train=train, test=test), indices)


class PairSnapshotTaker(SnapshotTaker):
    """Takes the snapshots of both models of a pair."""

    def take(self, model: Autoencoder, step: int) -> Snapshot:
        pair = cast(ModelPair, model)
        variational = super().take(pair.variational, step)
        by_dimension = measure_kl_by_dimension(pair.variational, self.dataset.test)
        partner = replace(variational, kl_by_dimension=by_dimension)
        return replace(super().take(pair.autoencoder, step), partner=partner)


class PairTrainer:
    """Trains pairs, one after the other, and keeps the states from which the last one can go on."""

    def __init__(self, load: Callable[[str], PairImages] = load_images) -> None:
        self._load = load
        self._images: dict[str, PairImages] = {}
        self.kept = KeptStates()

    def train(self, pipe: CommandPipe, run: int, settings: PairSettings) -> str:
        """Train until the end or until another training is requested; return an error message, or "". The moments after
        the last change of beta are sent; those before it are known from the training that it goes on from."""
        plain_config, config = settings.make_configs()
        if settings.data not in self._images:
            self._images = {settings.data: self._load(settings.data)}
        dataset, indices = self._images[settings.data].dataset, self._images[settings.data].indices
        plain_config, config = (replace(one, data=dataset.complete(one.data)) for one in (plain_config, config))
        pair = build_pair(settings, dataset.image_shape)
        every = dataset.train + dataset.test
        steps_per_epoch = -(-len(dataset.train) // config.training.batch_size)
        start, end = round(settings.start * steps_per_epoch), steps_per_epoch * config.training.epochs
        started = Started(
            plain_config, dataset.class_names, indices=indices, labels=every.labels.numpy(), steps=end,
            steps_per_epoch=steps_per_epoch, partner=config,
        )  # fmt: skip
        pipe.send(run, started)
        moments = {start + step for step in snapshots.choose_steps(end - start, settings.moments)}
        if start:  # that moment is known already
            moments.discard(start)
        taker = PairSnapshotTaker(
            pipe, run, moment_interval=settings.moment_interval, dataset=dataset, all_images=every,
            snapshot_steps=moments, started=started,
        )  # fmt: skip

        def before_step(model: Autoencoder, step: int) -> None:
            pair.set_beta(settings.find_beta(step / steps_per_epoch))
            taker.before_step(model, step)

        history = training.fit(
            cast(Autoencoder, pair), dataset.train.images, config.training, before_step=before_step,
            stop=lambda: pipe.has_new_request, state=self.kept.keep_shared(settings, steps_per_epoch),
            save_state=lambda state: self.kept.add(settings, state), save_interval=SAVE_INTERVAL,
        )  # fmt: skip
        if history.diverged_in is not None:
            epoch = history.diverged_in
            return mark("the loss became NaN or infinite in epoch {epoch}; a smaller beta may help", epoch=epoch)
        if not history.stopped:
            before_step(cast(Autoencoder, pair), end)
        return ""
