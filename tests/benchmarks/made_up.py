"""Made-up models of any size for the benchmarks: an MLP with random weights each, and normally distributed classes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from latent_explorer import config, models
from latent_explorer.atlas import Atlas
from latent_explorer.atlas.pca import PCA
from latent_explorer.checkpoint.checkpoint import Checkpoint

SPREAD = 3.0
"""Standard deviation of the centres of the classes, where that of a class is 1."""


@dataclass(frozen=True)
class Work:
    """What the window has to do."""

    dots: int = 10_000
    models: int = 1
    latent: int = 32
    side: int = 28
    """Pixels of a side of a picture."""
    classes: int = 10


def make_checkpoint(work: Work, seed: int) -> Checkpoint:
    """Return a made-up checkpoint; those of other seeds are other models of the same images."""
    draw = np.random.default_rng(seed)
    labels = np.random.default_rng(0).permutation(np.arange(work.dots) % work.classes)
    centres = SPREAD * draw.standard_normal((work.classes, work.latent), np.float32)
    z = centres[labels] + draw.standard_normal((work.dots, work.latent), np.float32)
    shape = (1, work.side, work.side)
    settings = config.Config(
        data=config.Data(name="array", shape=shape),
        model=config.Model(latent_dim=work.latent),
        map=config.Map(methods=("pca",), points=work.dots),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = models.build(settings.model, settings.objective, shape)
    return Checkpoint(
        config=settings,
        image_shape=shape,
        class_names=tuple(f"class {k + 1}" for k in range(work.classes)),
        maps={"pca": Atlas(PCA.fit(z), z, labels)},
        indices=np.arange(work.dots),
        weights={key: value.numpy() for key, value in network.state_dict().items()},
        metrics={"test": {"mse": 0.1}},
        device="cpu",
    )


def save(work: Work, folder: Path) -> list[str]:
    """Write the models into a folder; return their paths."""
    return [str(make_checkpoint(work, seed).save(folder / f"{seed}.safetensors")) for seed in range(work.models)]
