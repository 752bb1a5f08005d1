"""Pictures that are of two classes at once, and a reader that says when it can read neither.

Hybrids of held-out pictures of two classes: one laid over the other (their mean, the brighter and the darker of the
two pixels), and halves of both beside and above each other. Hybrids of a model: codes half-way between two samples of
different classes, decoded. Not all of those are hybrids: half-way between a 4 and a 7 a decoder may draw a clean 9. So
a reader looks at them. It learns pictures and mixtures of two of them with the labels of both (mixup, Zhang et al.
2018; CutMix, Yun et al. 2019), and what it reads with less confidence than 95 of 100 real pictures is none of its
classes. It has the labels, which the judge never sees, and learns nothing of the judge or the models.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.data import datasets

STEPS, BATCH_SIZE, READERS = 1500, 128, 2
READABLE_SHARE = 0.95
"""Share of real pictures that are called readable."""


def draw_pairs(labels: np.ndarray, count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of `count` pairs of different classes."""
    a, b = np.random.default_rng(seed).integers(0, len(labels), (2, 4 * count))
    a, b = (one[labels[a] != labels[b]][:count] for one in (a, b))
    return a, b


def make_hybrids(images: Floats, labels: np.ndarray, count: int = 2000) -> dict[str, Floats]:
    """Return `count` hybrids of each kind of images (N, C, H, W) from 0 to 1."""
    first, second = (images[rows] for rows in draw_pairs(labels, count))
    height, width = images.shape[2:]
    beside, above = first.copy(), first.copy()
    beside[..., width // 2 :] = second[..., width // 2 :]
    above[..., height // 2 :, :] = second[..., height // 2 :, :]
    return {
        "laid over, mean": (first + second) / 2,
        "laid over, brighter": np.maximum(first, second),
        "laid over, darker": np.minimum(first, second),
        "halves, left and right": beside,
        "halves, above and below": above,
    }


def decode_middles(model: Checkpoint, count: int = 2000) -> Floats:
    """Return pictures of codes half-way between two samples of different classes; of a conditional model under the
    label of the first."""
    a, b = draw_pairs(model.labels, count)
    return model.decode((model.latents[a] + model.latents[b]) / 2, model.labels[a] if model.conditional else None)


class DoubtfulReader:
    """Some convolutional networks that have learnt pictures (N, 1, H, W) and mixtures of two."""

    def __init__(self, images: Tensor, labels: Tensor, real: Floats) -> None:
        self.networks = [_train(images, labels, seed) for seed in range(READERS)]
        self.limit = float(np.quantile(self.measure_confidence(real), 1 - READABLE_SHARE))

    def measure_confidence(self, pictures: Floats) -> Floats:
        """Return the probability (N,) of the likeliest class."""
        with torch.inference_mode():
            parts = torch.from_numpy(np.asarray(pictures, np.float32)).split(1000)
            read = [torch.stack([one(part).softmax(1) for one in self.networks]).mean(dim=0) for part in parts]
            return torch.cat(read).amax(dim=1).numpy()

    def can_read(self, pictures: Floats) -> np.ndarray:
        """Return which pictures (N,) are of one class alone."""
        return self.measure_confidence(pictures) >= self.limit


def _train(images: Tensor, labels: Tensor, seed: int) -> nn.Sequential:
    torch.manual_seed(seed)
    classes, (height, width) = int(labels.max()) + 1, images.shape[2:]
    stride = 2 if height > 16 else 1
    network = nn.Sequential(
        nn.Conv2d(1, 24, 4, stride, 1), nn.BatchNorm2d(24), nn.SiLU(),
        nn.Conv2d(24, 48, 4, 2, 1), nn.BatchNorm2d(48), nn.SiLU(), nn.Flatten(), nn.Dropout(0.2),
        nn.LazyLinear(96), nn.SiLU(), nn.Linear(96, classes),
    )  # fmt: skip
    network(torch.zeros(2, 1, height, width))
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=STEPS)
    for _ in range(STEPS):
        (x, first), (other, second) = (_draw(images, labels, classes) for _ in range(2))
        x, wanted = _mix(x, first, other, second)
        optimiser.zero_grad()
        F.cross_entropy(network(x), wanted).backward()
        optimiser.step()
        schedule.step()
    return network.eval()


def _draw(images: Tensor, labels: Tensor, classes: int) -> tuple[Tensor, Tensor]:
    rows = torch.randint(0, len(images), (BATCH_SIZE,))
    return datasets.to_floats(images[rows]), F.one_hot(labels[rows].long(), classes).float()


def _mix(x: Tensor, first: Tensor, other: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Mix half of the pictures with others, in one of four ways, blur a third, and return them with their labels."""
    share, half = torch.rand(len(x), 1, 1, 1), x.shape[-1] // 2
    beside, above = x.clone(), x.clone()
    beside[..., half:], above[..., half:, :] = other[..., half:], other[..., half:, :]
    both = (first + second) / 2
    ways: list[tuple[Tensor, Tensor]] = [
        *[(x, first)] * 4,
        (torch.lerp(other, x, share), torch.lerp(second, first, share[:, :, 0, 0])),
        (torch.maximum(x, other), both), (beside, both), (above, both),
    ]  # fmt: skip
    way, each = torch.randint(0, len(ways), (len(x),)), torch.arange(len(x))
    mixed, wanted = (torch.stack(one)[way, each] for one in zip(*ways, strict=True))
    blurred = torch.rand(len(x), 1, 1, 1) < 1 / 3
    return torch.where(blurred, F.avg_pool2d(mixed, 3, 1, 1), mixed), wanted


def describe_pass(usual: Callable[[Floats], np.ndarray], reader: DoubtfulReader, pictures: Floats) -> list[float]:
    """Return the share of pictures that is `usual`, the share that can be read, and the share of those that cannot be
    read that is usual all the same."""
    passed, read = usual(pictures), reader.can_read(pictures)
    return [float(passed.mean()), float(read.mean()), float(passed[~read].mean()) if (~read).any() else 0.0]
