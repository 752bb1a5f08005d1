"""Weights to begin a training with: those of a trained model, in place of weights drawn at random.

Fine-tuning in the sense of Hinton and Salakhutdinov 2006, and, with a frozen encoder and decoder, the second of the two
stages of latent diffusion (Rombach et al. 2021, section 3). The network must be the same; the objective may be another.
"""

from dataclasses import asdict, dataclass

import numpy as np
import torch

from latent_explorer import models
from latent_explorer.checkpoint import checkpoint_paths, header, tensor_file
from latent_explorer.checkpoint.tensor_file import Arrays
from latent_explorer.config import Config
from latent_explorer.errors import InputError
from latent_explorer.models.diffusion import LatentDiffusionAutoencoder

KEY = "training.start"
SHARED_PARTS, FROZEN_PARTS = ("encoder.", "decoder."), ("encoder.", "head.", "decoder.")
"""Prefixes of the weights that must be those of the file, without and with `training.freeze`."""


@dataclass(frozen=True)
class StartingModel:
    """What a training needs of the model that it starts from."""

    config: Config
    image_shape: tuple[int, int, int]
    weights: Arrays


def read(config: Config) -> StartingModel | None:
    """Read the checkpoint that a training starts from; None if it starts anew. Raises `InputError` for one that is not
    there, or of another network."""
    if config.training.start is None:
        return None
    try:
        contents, tensors = header.read(checkpoint_paths.find(config.training.start))
    except InputError as error:
        raise InputError(f"{KEY}: {error}") from None
    start = StartingModel(contents.config, contents.image_shape, tensor_file.select_prefix("weights.", tensors))
    wanted, there = asdict(config.model), asdict(start.config.model)
    for key, value in wanted.items():
        if there[key] != value:
            raise InputError(
                f"{KEY}: {config.training.start} has model.{key} {_describe(there[key])}; {_describe(value)} arrived, "
                "and the same is needed"
            )
    if config.data.has_known_shape:
        check_shape(config, start)
    return start


def check_shape(config: Config, start: StartingModel) -> None:
    """Raise `InputError` if the model that a training starts from is of samples of another shape."""
    if start.image_shape != config.data.image_shape:
        there, wanted = ("x".join(map(str, shape)) for shape in (start.image_shape, config.data.image_shape))
        raise InputError(f"{KEY}: {config.training.start} is of samples of {there}; {wanted} arrived")


def apply(model: models.Autoencoder, config: Config, start: StartingModel) -> None:
    """Give `model` the weights of `start` that fit it, and freeze its autoencoder if the config says so. A layer that
    one of the two objectives has alone keeps its own. Raises `InputError` if encoder or decoder do not fit."""
    check_shape(config, start)
    own = model.state_dict()
    given = {name: torch.from_numpy(np.asarray(value, np.float32)) for name, value in start.weights.items()}
    fitting = {name: value for name, value in given.items() if name in own and own[name].shape == value.shape}
    needed = FROZEN_PARTS if config.training.freeze else SHARED_PARTS
    if odd := sorted(name for name in own if name.startswith(needed) and name not in fitting):
        raise InputError(
            f"{KEY}: {config.training.start} of the objective {start.config.objective.name} arrived for "
            f"{config.objective.name}: its weights do not fit ({odd[0]})"
        )
    model.load_state_dict({**own, **fitting})
    if config.training.freeze:
        assert isinstance(model, LatentDiffusionAutoencoder)  # the config has been checked
        model.freeze_autoencoder()


def _describe(value: object) -> str:
    return str(list(value)) if isinstance(value, tuple) else str(value)
