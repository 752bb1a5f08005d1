"""A made-up model of drawn faces: small, not trained."""

from dataclasses import replace

import numpy as np
import torch

from latent_explorer import models
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.data import faces
from latent_explorer.data.attributes import list_face_attributes
from tests import stage

SHAPE = (3, 16, 16)


def made(name: str, *, seed: int) -> Checkpoint:
    """A checkpoint of 60 faces with random weights, whose dots are the faces 0, 1, ... of the data set."""
    like = stage.make_checkpoint(name, seed=seed, data="faces")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = models.build(like.config.model, like.config.objective, SHAPE)
    weights = {key: 3 * value.numpy() for key, value in network.state_dict().items()}
    factors = faces.sample(60)
    known = {one: value.select(like.indices) for one, value in list_face_attributes(factors).items()}
    return replace(like, image_shape=SHAPE, weights=weights, attributes=known)


def world() -> stage.World:
    shelf = stage.make_world()
    shelf |= {"drawn": made("drawn", seed=1), "drawn again": made("drawn again", seed=2)}
    return shelf


def drawn_like(checkpoint: Checkpoint, shares: np.ndarray) -> np.ndarray:
    """The codes of faces of such factors, as the model encodes them."""
    from latent_explorer.labs.factors.true_factors import to_factors

    return checkpoint.encode(np.divide(faces.draw(to_factors(shares), SHAPE[1]), 255, dtype=np.float32))
