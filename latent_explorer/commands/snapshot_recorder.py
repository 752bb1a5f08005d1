"""`--snapshots N`: record snapshots of a training while it runs."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import as_float16_if_safe
from latent_explorer.checkpoint import snapshots as films
from latent_explorer.checkpoint.snapshots import Moment, Snapshots
from latent_explorer.commands.exit_status import Say
from latent_explorer.config import Config
from latent_explorer.data.split import Split
from latent_explorer.errors import InputError, WorkError
from latent_explorer.metrics import reconstruction
from latent_explorer.models import Autoencoder
from latent_explorer.time_left import LONG, format_duration


class SnapshotRecorder:
    """A recorder that writes `count` snapshots of a training to a file beside `out`, each as soon as it is taken."""

    def __init__(
        self, out: Path, config: Config, class_names: Sequence[str], map_images: Split, indices: NDArray[np.int64],
        *, steps_per_epoch: int, count: int, say: Say, source: str = "",
    ) -> None:  # fmt: skip
        """Prepare an empty recording; `map_images` are the images on the map, `indices` (M,) their data set indices,
        `source` is the digest of images of one's own."""
        self.path = out.with_suffix(films.SUFFIX)
        self._map_images, self._say = map_images, say
        self._failed = self._announced = False
        self._snapshot_steps = set(films.choose_steps(steps_per_epoch * config.training.epochs, count))
        labels = map_images.labels.numpy()
        self._snapshots = Snapshots(
            config, class_names=tuple(class_names), indices=indices, labels=labels, steps_per_epoch=steps_per_epoch,
            moments=(), source=source,
        )  # fmt: skip

    def resume(self, step: int) -> None:
        """Restore the snapshots before `step` that an interrupted run of the same training has written."""
        try:
            before = films.load(self.path)
        except InputError:
            return
        if before.config == self._snapshots.config and np.array_equal(before.indices, self._snapshots.indices):
            self._snapshots = replace(self._snapshots, moments=tuple(one for one in before.moments if one.step < step))

    def before_step(self, model: Autoencoder, step: int) -> None:
        """Take a snapshot if one is due at `step`."""
        if step not in self._snapshot_steps:
            return
        begun = time.monotonic()
        latents = reconstruction.encode_all(model, self._map_images.images, self._map_images.labels).numpy()
        weights = {name: as_float16_if_safe(value.cpu().numpy()) for name, value in model.state_dict().items()}
        self.add(Moment(step, as_float16_if_safe(latents).astype(np.float32), weights))
        whole = (time.monotonic() - begun) * len(self._snapshot_steps)
        if whole >= LONG and not self._announced:
            self._announced = True
            each = f"{len(self._snapshot_steps)} snapshots take about {format_duration(whole)} of the training"
            self._say(f"{each}; fewer with --snapshots")

    def add(self, moment: Moment) -> None:
        """Add `moment` and write the file; drop moments of later steps."""
        earlier = tuple(one for one in self._snapshots.moments if one.step < moment.step)
        self._snapshots = replace(self._snapshots, moments=(*earlier, moment))
        try:
            self._snapshots.save(self.path)
        except WorkError as error:  # a full disk ends the recording, not the training; reported once
            if not self._failed:
                self._say(f"{error}; the training goes on")
            self._failed = True
