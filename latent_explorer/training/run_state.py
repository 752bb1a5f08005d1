"""The state of a training: its history, and everything that another process needs to resume it exactly.

The file is a safetensors file like a checkpoint: tensors and a JSON header, no pickle.
"""

import hashlib
import json
import typing
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from latent_explorer import files
from latent_explorer.config import schema
from latent_explorer.errors import InputError, give_reason
from latent_explorer.training.muon import is_matrix

FORMAT_VERSION = 2
HEADER_KEY = "latent_explorer_training"
ADAM = frozenset({"step", "exp_avg", "exp_avg_sq"})
MOMENTUM = frozenset({"momentum_buffer"})
Tensors = dict[str, Tensor]


@dataclass(frozen=True)
class Epoch:
    number: int
    """Counts from 1."""
    parts: dict[str, float]
    """Named loss terms, averaged over the epoch's images."""
    seconds: float
    held_out: dict[str, float] = field(default_factory=dict)
    """Metrics on the held-out images after this epoch."""
    validation: float | None = None
    """Loss on the validation images, for early stopping."""


@dataclass
class History:
    epochs: list[Epoch] = field(default_factory=list)
    images_seen: int = 0
    seconds: float = 0.0
    """Time in training steps, without the measurements between them."""
    stopped: bool = False
    """Whether the training was stopped by request before the last epoch."""
    diverged_in: int | None = None
    """The epoch whose loss or weights became NaN or infinite; the weights are those of the epoch before."""
    best: int | None = None
    """The epoch with the lowest validation loss, if there is one."""
    early: bool = False
    """Whether early stopping ended the training: no lower validation loss for `patience` epochs."""

    @property
    def images_per_second(self) -> float:
        return self.images_seen / self.seconds if self.seconds else 0.0


@dataclass
class RunState:
    """The complete state of a training between two steps."""

    model: Tensors
    last_good_weights: Tensors
    """The weights after the last complete epoch."""
    best_weights: Tensors
    """The weights of the lowest validation loss; empty without validation."""
    optimizer: Tensors
    """The optimizer's state by parameter number and name: `3.exp_avg`."""
    scaler: Tensors
    """State of the loss scaler; empty without loss scaling."""
    shuffle_rng_state: Tensor
    """State of the shuffling generator before the current epoch."""
    noise_rng_state: Tensor
    """State of the objective's noise generator."""
    cpu_rng_state: Tensor
    """State of torch's global CPU generator, used by layers such as dropout."""
    accelerator_rng_state: Tensor | None
    """State of the accelerator's global generator; None on the CPU."""
    sums: Tensors
    """Loss terms of the current epoch, summed over its images."""
    step: int
    """Steps done in the current epoch."""
    epoch_images_seen: int
    """Images seen in the current epoch."""
    epoch_seconds: float
    history: History

    def check(self, weights: Tensors, parameters: Sequence[Tensor], optimizer: str, steps: int) -> None:
        """Raise `ValueError` for what a training with these weights, trained parameters, optimizer and `steps` per
        epoch could not go on with: the optimizer's kernels trust it."""
        shapes = {name: value.shape for name, value in weights.items()}
        for kept in (self.last_good_weights, self.best_weights):
            if kept and {name: value.shape for name, value in kept.items()} != shapes:
                raise ValueError("weights of other shapes")
        remembered: dict[str, set[str]] = {}
        for name, value in self.optimizer.items():
            number, _, part = name.partition(".")
            shape = () if part == "step" else parameters[int(number)].shape
            if value.shape != shape or value.dtype != torch.float32:
                raise ValueError(f"{name} of shape {tuple(value.shape)}")
            remembered.setdefault(number, set()).add(part)
        if any(parts != name_moments(optimizer, parameters[int(number)]) for number, parts in remembered.items()):
            raise ValueError("moments that are missing, or of another optimizer")
        if any(value.ndim or not value.is_floating_point() for value in self.sums.values()):
            raise ValueError("sums that are no numbers")
        if self.step > steps or (self.step and "loss" not in self.sums):
            raise ValueError(f"step {self.step:,} of {steps:,}")

    def save(self, path: Path, fingerprint: Mapping[str, Any]) -> None:
        """Write the state atomically, with the `fingerprint` of its run; raise `WorkError` if that fails."""
        from safetensors.torch import save as to_bytes

        groups = {
            "model": self.model,
            "good": self.last_good_weights,
            "best": self.best_weights,
            "optimizer": self.optimizer,
            "scaler": self.scaler,
        }
        random = {"order": self.shuffle_rng_state, "noise": self.noise_rng_state, "layers": self.cpu_rng_state}
        if self.accelerator_rng_state is not None:
            random["layers_there"] = self.accelerator_rng_state
        groups |= {"sums": self.sums, "random": random}
        tensors = {f"{group}/{name}": value for group, values in groups.items() for name, value in values.items()}
        header = {
            "format": FORMAT_VERSION, "origin": fingerprint, "step": self.step, "seen": self.epoch_images_seen,
            "epoch_seconds": self.epoch_seconds, "history": asdict(self.history),
        }  # fmt: skip
        data = to_bytes(
            {k: v.detach().cpu().contiguous() for k, v in tensors.items()}, {HEADER_KEY: json.dumps(header)}
        )
        files.write(path, data)

    @classmethod
    def load(cls, path: Path, fingerprint: Mapping[str, Any]) -> "RunState":
        """Read a state; raise `InputError` if the file is damaged or its run does not match `fingerprint`."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="pt") as file:
                header = json.loads((file.metadata() or {})[HEADER_KEY])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            if header["format"] != FORMAT_VERSION:
                raise InputError(f"{path}: format {header['format']} arrived; {FORMAT_VERSION} is expected")
            _check_same_run(path, header["origin"], fingerprint)
            history = _read_history(path, header["history"])
            step, seen, epoch_seconds = header["step"], header["seen"], header["epoch_seconds"]
            if type(step) is not int or type(seen) is not int or min(step, seen) < 0:
                raise ValueError(f"step {step!r:.40} and {seen!r:.40} images")
            groups: dict[str, Tensors] = {}
            for name, value in tensors.items():
                group, _, rest = name.partition("/")
                groups.setdefault(group, {})[rest] = value
            return cls(
                model=groups["model"],
                last_good_weights=groups["good"],
                best_weights=groups.get("best", {}),
                optimizer=groups.get("optimizer", {}),
                scaler=groups.get("scaler", {}),
                shuffle_rng_state=groups["random"]["order"],
                noise_rng_state=groups["random"]["noise"],
                cpu_rng_state=groups["random"]["layers"],
                accelerator_rng_state=groups["random"].get("layers_there"),
                sums=groups.get("sums", {}),
                step=step,
                epoch_images_seen=seen,
                epoch_seconds=float(epoch_seconds),
                history=history,
            )
        except InputError:
            raise
        except (SafetensorError, OSError, LookupError, AttributeError, TypeError, ValueError, RecursionError) as error:
            what = "truncated, damaged or no state of a training"
            raise InputError(f"{path}: {what}{give_reason(error)}; delete it") from None


def name_moments(optimizer: str, parameter: Tensor) -> frozenset[str]:
    """Return the names of what an optimizer remembers of a parameter."""
    has_momentum_alone = optimizer == "sgd" or (optimizer == "muon" and is_matrix(parameter))
    return MOMENTUM if has_momentum_alone else ADAM


def _read_history(path: Path, entries: Mapping[str, Any]) -> History:
    """Return the history of a file's header; raise `InputError` if it is damaged."""
    hints = typing.get_type_hints(History)
    try:
        epochs = schema.decode(tuple[Epoch, ...], entries["epochs"], "epochs")
        rest = {name: schema.decode(hints[name], value, name) for name, value in entries.items() if name != "epochs"}
    except InputError as error:
        raise InputError(f"{path}: damaged: history: {error}; delete it") from None
    return History(list(epochs), **rest)


def make_run_fingerprint(config: Mapping[str, Any], images: Tensor, device: str, code: str = "") -> dict[str, Any]:
    """Return the fingerprint that a state must match: the run's config sections, a digest of its images, the device
    type, and `code`, a digest of a custom network's source."""
    digest = hashlib.blake2b(images.contiguous().numpy().data, digest_size=16).hexdigest()
    sections = {name: config[name] for name in ("data", "model", "objective", "training")}
    sections["data"] = {k: v for k, v in sections["data"].items() if k != "path"}
    sections["training"] = {k: v for k, v in sections["training"].items() if k != "device"}
    return {**sections, "images": digest, "device": device, "code": code, "torch": torch.__version__}


DEFAULTS_OF_LATER_KEYS: dict[str, dict[str, Any]] = {
    "model": {"output": "sigmoid", "refine": 0},
    "training": {"matmul_precision": "highest", "compile": False, "start": None, "freeze": False},
}  # fmt: skip
"""Values of these later config keys in states written before the keys existed."""


def _check_same_run(path: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise `InputError`, which lists the differences, unless both fingerprints are of one run."""
    filled = {
        section: {key: value for key, value in keys.items() if key in now.get(section, {})} | before[section]
        for section, keys in DEFAULTS_OF_LATER_KEYS.items()
        if section in before
    }
    before = {**before, **filled}
    if before == now:
        return
    changes = []
    for section in now:
        old, new = before.get(section), now[section]
        if isinstance(new, Mapping) and isinstance(old, Mapping):
            changes += [f"{section}.{k} {old.get(k)} -> {new[k]}" for k in new if old.get(k) != new[k]]
        elif old != new:
            changes.append(f"other {section}" if section in ("images", "code") else f"{section} {old} -> {new}")
    raise InputError(
        f"--resume: {path} is of another run ({'; '.join(changes) or 'unknown keys'}); "
        "resume with the same settings, or leave out --resume to begin anew"
    )
