"""`--snapshots N`: record snapshots of a training while it runs."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import half
from latent_explorer.checkpoint import snapshots as films
from latent_explorer.checkpoint.snapshots import Moment, Snapshots
from latent_explorer.commands.exit_status import Say
from latent_explorer.config import Config
from latent_explorer.data.datasets import Split
from latent_explorer.errors import InputError, WorkError
from latent_explorer.metrics import reconstruction
from latent_explorer.models import Autoencoder


class Camera:
    """A recorder that writes `count` snapshots of a training to a file beside `out`, each as soon as it is taken."""

    def __init__(
        self, out: Path, config: Config, class_names: Sequence[str], shown: Split, indices: NDArray[np.int64],
        *, steps_an_epoch: int, count: int, say: Say,
    ) -> None:  # fmt: skip
        """Prepare an empty recording; `map_images` are the images on the map, `indices` (M,) their data set indices."""
        self.path = out.with_suffix(films.SUFFIX)
        self._shown, self._say, self._failed = shown, say, False
        self._wanted = set(films.wanted_steps(steps_an_epoch * config.training.epochs, count))
        self._film = Snapshots(config, tuple(class_names), indices, shown.labels.numpy(), steps_an_epoch, ())

    def resume(self, step: int) -> None:
        """Restore the snapshots before `step` that an interrupted run of the same training has written."""
        try:
            before = films.load(self.path)
        except InputError:
            return
        if before.config == self._film.config and np.array_equal(before.indices, self._film.indices):
            self._film = replace(self._film, moments=tuple(one for one in before.moments if one.step < step))

    def before_step(self, model: Autoencoder, step: int) -> None:
        """Take a snapshot if one is due at `step`."""
        if step in self._wanted:
            self.take(model, step)

    def take(self, model: Autoencoder, step: int) -> None:
        """Add a snapshot of `model` at `step` and write the file; drop snapshots of later steps."""
        latents = reconstruction.encode_all(model, self._shown.images, self._shown.labels).numpy()
        weights = {name: half(value.cpu().numpy()) for name, value in model.state_dict().items()}
        earlier = tuple(one for one in self._film.moments if one.step < step)
        moment = Moment(step, half(latents).astype(np.float32), weights)
        self._film = replace(self._film, moments=(*earlier, moment))
        try:
            self._film.save(self.path)
        except WorkError as error:  # a full disk ends the recording, not the training; reported once
            if not self._failed:
                self._say(f"{error}; the training goes on")
            self._failed = True
