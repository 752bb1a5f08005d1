"""Timelines: the aligned maps of a training's moments, or of a sweep's models, in order, for playback as a film.

Each moment is a checkpoint under a name that is in no menu (`Timeline.model_names`). Rotations between moments, which
are not learnt, are removed (orthogonal Procrustes, Schoenemann 1966): by `procrustes.align_to_last` for a finished
training, by `procrustes.PcaTracker` for a running one, by `procrustes.align_pca` for models trained separately.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import Atlas, procrustes
from latent_explorer.atlas.map_frame import MapFrame
from latent_explorer.atlas.projection import PCA
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.snapshots import Snapshots
from latent_explorer.checkpoint.tensor_file import Arrays
from latent_explorer.config import Config

OWN_FRAME_SHARE = 0.7  # interpolation from the common map frame (0) to a moment's own frame (1), in a film
SEPARATOR = " @ "
"""Between the name of a timeline and the number of a moment, in the moment's checkpoint name."""


@dataclass(frozen=True, eq=False)
class TimelineMoment:
    """One moment of a timeline: a model, its latents and its aligned map."""

    axis_value: float
    """Epochs done, or the value of the swept key."""
    label: str
    config: Config
    latents: Floats
    """(M, d)"""
    weights: Arrays
    plane: PCA
    kl_by_dimension: Floats | None = None
    """(d,): the KL of each dimension in nats a picture, on held-out images; None if it is not known."""


@dataclass(frozen=True, eq=False)
class Timeline:
    """The moments of a training or sweep, in order, all of the same images."""

    name: str
    kind: str
    """One of film, live and sweep."""
    axis: str
    """Name of the quantity in `axis_values`: "epoch", or the swept key."""
    class_names: tuple[str, ...]
    indices: NDArray[np.int64]
    labels: NDArray[np.int64]
    moments: tuple[TimelineMoment, ...]
    loss_curves: Mapping[str, Floats] = field(default_factory=dict)
    """The loss's named parts at every moment (T,), by "part" for held-out images and "train part" for training images;
    empty if they are not computed yet."""
    image_shape: tuple[int, int, int] | None = None
    """(C, H, W) of the images, if the config does not give it."""
    source: str = ""
    """Digest of images of one's own, as in a checkpoint."""

    def __len__(self) -> int:
        return len(self.moments)

    @cached_property
    def axis_values(self) -> Floats:
        """The moments' values on the axis, (T,)."""
        return np.array([one.axis_value for one in self.moments], np.float32)

    @cached_property
    def model_names(self) -> tuple[str, ...]:
        """The checkpoint name of every moment."""
        return tuple(f"{self.name}{SEPARATOR}{t}" for t in range(len(self.moments)))

    def make_checkpoint(self, t: int, device: str = "auto", allow_import: Collection[str] = ()) -> Checkpoint:
        """Return moment `t` as a checkpoint with one map, "pca"."""
        moment = self.moments[t]
        return Checkpoint(
            config=moment.config,
            image_shape=self.image_shape or moment.config.data.image_shape,
            class_names=self.class_names,
            maps={"pca": Atlas(moment.plane, moment.latents, self.labels)},
            indices=self.indices,
            weights=moment.weights,
            metrics=self._make_metrics(t),
            made_by={"source": self.source} if self.source else {},
            name=f"{self.name}, {moment.label}",
            device=device,
            allow_import=tuple(allow_import),
        )

    def _make_metrics(self, t: int) -> dict[str, Any]:
        """Return the metrics of moment `t`: its axis value and the finite parts of its loss; empty if no part is."""
        parts = {part: float(values[t]) for part, values in self.loss_curves.items() if len(values) > t}
        finite = {part: value for part, value in parts.items() if math.isfinite(value)}
        return {"moment": {self.axis: self.moments[t].axis_value, **finite}} if finite else {}

    def with_moment(self, moment: TimelineMoment, parts: Mapping[str, float]) -> "Timeline":
        """Return the timeline with `moment` appended; `parts` are the named parts of its loss."""
        grown = {
            name: np.append(self.loss_curves.get(name, np.empty(0, np.float32)), np.float32(value))
            for name, value in parts.items()
        }
        return replace(self, moments=(*self.moments, moment), loss_curves=grown)

    def select_moments(self, chosen: Sequence[int], name: str) -> "Timeline":
        """Return the timeline of the `chosen` moments alone, under another name."""
        curves = {part: values[list(chosen)] for part, values in self.loss_curves.items()}
        return replace(self, name=name, moments=tuple(self.moments[t] for t in chosen), loss_curves=curves)


def from_snapshots(name: str, film: Snapshots) -> Timeline:
    """Return the timeline of a training on the last moment's PCA plane, each moment with a map frame near its dots: the
    latents of an untrained model lie so close together that they would be a single spot in the common frame."""
    aligned = procrustes.align_to_last([moment.latents for moment in film.moments])
    planes = [_move_frame_nearer(plane) for plane in aligned]
    moments = tuple(
        TimelineMoment(
            epoch, format_epoch(epoch), config=film.config, latents=moment.latents, weights=moment.weights, plane=plane
        )
        for epoch, moment, plane in zip(film.epochs, film.moments, planes, strict=True)
    )
    return Timeline(
        name, kind="film", axis="epoch", class_names=film.class_names, indices=film.indices, labels=film.labels,
        moments=moments, source=film.source,
    )  # fmt: skip


def format_epoch(epoch: float) -> str:
    """Return the label of a moment of a training; none but the untrained model is at epoch 0."""
    return f"epoch {round(epoch, 1):g}" if epoch >= 0.05 else f"epoch {epoch:.1g}"


def _move_frame_nearer(plane: PCA) -> PCA:
    """Return the map with its frame moved from the common one towards the frame of its own dots."""
    raw = plane.frame.to_raw(plane.xy)
    own = MapFrame.from_points(raw)
    scale = own.scale**OWN_FRAME_SHARE * plane.frame.scale ** (1 - OWN_FRAME_SHARE)
    centre = own.centre * OWN_FRAME_SHARE + plane.frame.centre * (1 - OWN_FRAME_SHARE)
    frame = MapFrame((float(centre[0]), float(centre[1])), scale)
    return PCA(frame.to_map(raw), plane.mean, plane.components, frame, plane.explained_variance_ratio)
