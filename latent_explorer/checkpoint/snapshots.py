"""Snapshots of a training: the map's latents and the weights at several moments, in one file beside the checkpoint.

The loss does not fix the orientation of the latent space: it may rotate from one moment to the next. So each moment's
map is the last moment's PCA plane, after the rotation that brings its latents nearest to the next moment's (orthogonal
Procrustes, Schoenemann 1966); the remaining movement has been learnt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats, as_float16_if_safe
from latent_explorer.atlas import Atlas
from latent_explorer.atlas.projection import PCA, MapFrame
from latent_explorer.checkpoint import tensor_file
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.header import CheckedHeader, report_damage
from latent_explorer.checkpoint.tensor_file import Arrays, Header, TensorLayout
from latent_explorer.config import Config
from latent_explorer.errors import InputError

SUFFIX = ".snapshots"
MAX_MOMENTS = 1000


@dataclass(frozen=True, eq=False)
class Moment:
    """The state of a model at one step of its training."""

    step: int
    """Training steps done."""
    latents: Floats
    """(M, d): latents of the images on the map, as encoded at this step."""
    weights: Arrays


@dataclass(frozen=True, eq=False)
class Snapshots:
    """The moments of one training, in order; `snapshots.at(t)` is a normal checkpoint."""

    config: Config
    class_names: tuple[str, ...]
    indices: NDArray[np.int64]
    labels: NDArray[np.int64]
    steps_an_epoch: int
    moments: tuple[Moment, ...]

    def __len__(self) -> int:
        return len(self.moments)

    @property
    def epochs(self) -> tuple[float, ...]:
        """Number of epochs done at each moment."""
        return tuple(moment.step / self.steps_an_epoch for moment in self.moments)

    def at(self, t: int, device: str = "auto", allow_import: Sequence[str] = ()) -> Checkpoint:
        """Return moment `t` as a checkpoint with one map, "pca", aligned across moments; may raise `IndexError`."""
        moment = self.moments[t]
        return Checkpoint(
            config=self.config,
            image_shape=self.config.data.image_shape,
            class_names=self.class_names,
            maps={"pca": Atlas(aligned_pca(tuple(self.moments))[t], moment.latents, self.labels)},
            indices=self.indices,
            weights=moment.weights,
            name=f"epoch {self.epochs[t]:.1f}",
            device=device,
            allow_import=tuple(allow_import),
        )

    def save(self, path: Path) -> None:
        """Write the file atomically; raise `WorkError` if it cannot be written."""
        arrays: Arrays = {
            "labels": self.labels.astype(np.int16),
            "indices": self.indices.astype(np.int32),
            "latents": as_float16_if_safe(np.stack([moment.latents for moment in self.moments])),
        }
        for t, moment in enumerate(self.moments):
            arrays |= {f"weights.{t}.{name}": value for name, value in moment.weights.items()}
        header = {
            "kind": "snapshots",
            "config": self.config.as_dict(),
            "image_shape": list(self.config.data.image_shape),
            "class_names": list(self.class_names),
            "points": len(self.labels),
            "maps": [{"name": "pca"}],
            "metrics": {},
            "made_by": {},
            "steps": [moment.step for moment in self.moments],
            "steps_an_epoch": self.steps_an_epoch,
        }
        tensor_file.write(path, header, arrays)


def load(path: Path) -> Snapshots:
    """Read a snapshots file; raise `InputError` if it is missing, damaged or of another kind."""
    found: list[tuple[CheckedHeader, list[int], int]] = []

    def check(header: Header, layout: TensorLayout) -> None:
        if header.get("kind") != "snapshots":
            raise InputError(f"{path}: no snapshots of a training; train.py --snapshots makes them")
        contents = CheckedHeader.of(header, path)
        with report_damage(path):
            steps, each = header["steps"], header["steps_an_epoch"]
            if not _is_step_list(steps) or type(each) is not int or each < 1:
                raise ValueError(f"the steps {steps!r:.60} of {each!r:.60} an epoch")
        found.append((contents, steps, each))
        _check_layout(contents, len(steps), layout)

    _, arrays = tensor_file.read(path, check)
    contents, steps, each = found[0]
    contents.check_values(arrays)
    latents = arrays["latents"].astype(np.float32)
    return Snapshots(
        config=contents.config,
        class_names=contents.class_names,
        indices=arrays["indices"].astype(np.int64),
        labels=arrays["labels"].astype(np.int64),
        steps_an_epoch=each,
        moments=tuple(Moment(step, latents[t], _select_weights(arrays, t)) for t, step in enumerate(steps)),
    )


def choose_steps(total: int, count: int) -> list[int]:
    """Return up to `count` steps of a training of `total` steps, both ends included, more of them early (quadratic)."""
    shares = np.linspace(0, 1, count) ** 2
    return sorted({round(total * float(share)) for share in shares})


@lru_cache(maxsize=4)
def aligned_pca(moments: tuple[Moment, ...]) -> tuple[PCA, ...]:
    """Project every moment to the last moment's PCA plane, with one common map frame."""
    means = [moment.latents.mean(axis=0) for moment in moments]
    centred = [moment.latents - mean for moment, mean in zip(moments, means, strict=True)]
    last = PCA.fit(moments[-1].latents)
    turns = procrustes_chain(centred)
    planes = [(last.components @ turn.T).astype(np.float32) for turn in turns]
    raw = [z @ plane.T for z, plane in zip(centred, planes, strict=True)]
    frame = MapFrame.from_points(np.concatenate(raw))
    return tuple(
        PCA(frame.to_map(xy), mean, plane, frame, last.explained_variance_ratio)
        for xy, mean, plane in zip(raw, means, planes, strict=True)
    )


def procrustes_chain(centred: Sequence[Floats]) -> list[Floats]:
    """Compute the orthogonal (d, d) that aligns each (M, d) of `centred` with the last, chained from next to next."""
    turns = [np.eye(centred[-1].shape[1], dtype=np.float32)]
    for z, following in zip(reversed(centred[:-1]), reversed(centred[1:]), strict=True):
        left, _, right = np.linalg.svd(z.T.astype(np.float64) @ (following @ turns[-1]))
        turns.append((left @ right).astype(np.float32))
    return turns[::-1]


def _is_step_list(steps: Any) -> bool:
    return (
        isinstance(steps, list)
        and 0 < len(steps) <= MAX_MOMENTS
        and all(type(step) is int and step >= 0 for step in steps)
        and steps == sorted(set(steps))
    )


def _check_layout(contents: CheckedHeader, count: int, layout: TensorLayout) -> None:
    """Check shapes like `CheckedHeader.check_layout`; one tensor holds the latents of all moments, no map is stored."""
    one = {name: what for name, what in layout.items() if not name.startswith("weights.") and name != "latents"}
    expected = {"labels": (contents.points,), "indices": (contents.points,)}
    shape = (count, contents.points, contents.config.model.latent_dim)
    if {name: s for name, (_, s) in one.items()} != expected or layout.get("latents", ("", ()))[1] != shape:
        raise InputError(f"{contents.source}: damaged: its tensors do not fit its header")
    for name, (dtype, _) in layout.items():
        allowed = ("int16", "int32") if name in expected else ("float16", "float32")
        if dtype not in allowed:
            raise InputError(f"{contents.source}: {name} is {dtype}; {' or '.join(allowed)} is expected")


def _select_weights(arrays: Arrays, t: int) -> Arrays:
    prefix = f"weights.{t}."
    return {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}
