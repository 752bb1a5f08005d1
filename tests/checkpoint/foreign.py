"""A linear model from elsewhere, its images, and a torch module of the same shape."""

import numpy as np
import torch
from torch import nn

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.models.external_network import ExternalFunctions

SHAPE = (1, 4, 4)
DRAW = np.random.default_rng(0)
IMAGES = DRAW.integers(0, 256, (60, 4, 4), np.uint8)
LABELS = np.arange(60) % 3
WEIGHT = np.linalg.qr(DRAW.normal(size=(16, 3)))[0].astype(np.float32)
QUICK = {"methods": ("pca",), "fit_inverse": False}


def encode(x):
    return x.reshape(len(x), -1) @ WEIGHT


def decode(z):
    return (z @ WEIGHT.T).clip(0, 1).reshape(len(z), *SHAPE)


def make(model=None, images=IMAGES, **further):
    return Checkpoint.from_model(model or ExternalFunctions(encode, decode), images, LABELS, **{**QUICK, **further})


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.down, self.up = nn.Linear(16, 3), nn.Linear(3, 16)

    def encode(self, x):
        return self.down(x.flatten(1))

    def decode(self, z):
        return torch.sigmoid(self.up(z)).reshape(-1, *SHAPE)
