"""Snapshots of a training: the map's latents and the weights at several moments, in one file beside the checkpoint.

It holds no map: `atlas.procrustes` makes those of the moments, aligned with each other.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats, as_float16_if_safe
from latent_explorer.checkpoint import tensor_file
from latent_explorer.checkpoint.header import ModelHeader, check_layout, report_damage
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
    """The moments of one training, in order."""

    config: Config
    class_names: tuple[str, ...]
    indices: NDArray[np.int64]
    labels: NDArray[np.int64]
    steps_per_epoch: int
    moments: tuple[Moment, ...]
    source: str = ""
    """Digest of the images of one's own that it was trained on, as in a checkpoint."""

    def __len__(self) -> int:
        return len(self.moments)

    @property
    def epochs(self) -> tuple[float, ...]:
        """Number of epochs done at each moment."""
        return tuple(moment.step / self.steps_per_epoch for moment in self.moments)

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
            "steps": [moment.step for moment in self.moments],
            "steps_an_epoch": self.steps_per_epoch,
            **({"source": self.source} if self.source else {}),
        }
        tensor_file.write(path, header, arrays)


def load(path: Path) -> Snapshots:
    """Read a snapshots file; raise `InputError` if it is missing, damaged or of another kind."""

    def check(header: Header, layout: TensorLayout) -> tuple[ModelHeader, list[int], int, str]:
        if header.get("kind") != "snapshots":
            raise InputError(f"{path}: no snapshots of a training; train.py --snapshots makes them")
        contents = ModelHeader.of(header, path)
        with report_damage(path):
            steps, each, source = header["steps"], header["steps_an_epoch"], header.get("source", "")
            if not isinstance(source, str):
                raise ValueError(f"the source {source!r:.60}")
            if not _is_step_list(steps) or type(each) is not int or each < 1:
                raise ValueError(f"the steps {steps!r:.60} of {each!r:.60} an epoch")
        _check_layout(contents, len(steps), layout)
        return contents, steps, each, source

    (contents, steps, each, source), arrays = tensor_file.read(path, check)
    contents.check_values(arrays)
    latents = arrays["latents"].astype(np.float32)
    return Snapshots(
        config=contents.config,
        class_names=contents.class_names,
        indices=arrays["indices"].astype(np.int64),
        labels=arrays["labels"].astype(np.int64),
        steps_per_epoch=each,
        moments=tuple(
            Moment(step, latents[t], tensor_file.select_prefix(f"weights.{t}.", arrays)) for t, step in enumerate(steps)
        ),
        source=source,
    )


def choose_steps(total: int, count: int) -> list[int]:
    """Return up to `count` steps of a training of `total` steps, both ends included, more of them early (quadratic)."""
    shares = np.linspace(0, 1, count) ** 2
    return sorted({round(total * float(share)) for share in shares})


def _is_step_list(steps: Any) -> bool:
    return (
        isinstance(steps, list)
        and 0 < len(steps) <= MAX_MOMENTS
        and all(type(step) is int and step >= 0 for step in steps)
        and steps == sorted(set(steps))
    )


def _check_layout(contents: ModelHeader, count: int, layout: TensorLayout) -> None:
    """Check types and shapes; one tensor holds the latents of all moments, no map is stored."""
    points, d = contents.points, contents.config.model.latent_dim
    expected = {"labels": (points,), "indices": (points,), "latents": (count, points, d)}
    if {name: shape for name, (_, shape) in layout.items() if not name.startswith("weights.")} != expected:
        raise InputError(f"{contents.source}: damaged: its tensors do not fit its header")
    check_layout(contents.source, expected, layout)
