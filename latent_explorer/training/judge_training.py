"""Fits the judge of pictures to a data set, without labels and without any of the models that it will judge.

It learns to tell two kinds of pictures apart. Like the data: real pictures, and copies of them by an autoencoder of its
own. Unlike the data: pictures half-way between two others, in the pixels (mixup, Zhang et al. 2018)
and in the latents of that autoencoder, pictures of latents drawn at random, halves of two pictures, and noise. A tenth
of the pictures is kept aside: their scores say what is usual, so that the share of them that a picture's score exceeds
is the p-value of a conformal novelty test (Laxhammar and Falkman 2010).
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from latent_explorer.arrays import Floats
from latent_explorer.models.picture_judge import PictureJudge, choose_side, make_decoder, make_encoder, scale_pictures

STEPS = 2000
MIN_STEPS = 200
BATCH_SIZE = 128
LATENT_DIM = 24
KEPT_ASIDE = 0.1
"""Share of the pictures that the judge does not learn from."""
LEARNING_RATE = 4e-3
QUANTILES = 1000
"""Number of quantiles that the scores of real pictures are kept as."""
Progress = Callable[[int, int], None]


def fit_judge(
    images: Tensor, *, steps: int = STEPS, seed: int = 0, progress: Progress = lambda done, steps: None
) -> tuple[PictureJudge, Floats]:
    """Fit a judge to images (N, C, H, W) uint8; return it with ascending scores (`QUANTILES`,) of images that it has
    not learnt from."""
    state = torch.random.get_rng_state()
    try:
        torch.manual_seed(seed)
        return _fit(images, steps, progress)
    finally:
        torch.random.set_rng_state(state)


def choose_steps(count: int) -> int:
    """Return the number of training steps for `count` images: fewer for few of them."""
    return int(np.clip(count // 2, MIN_STEPS, STEPS))


def _fit(images: Tensor, steps: int, progress: Progress) -> tuple[PictureJudge, Floats]:
    order = torch.randperm(len(images))
    aside = images[order[: max(1, round(KEPT_ASIDE * len(images)))]]
    x = images[order[len(aside) :]] if len(images) > 1 else images
    channels, height, width = images.shape[1:]
    judge, makers = PictureJudge((channels, height, width)), _Makers(x, steps, progress)
    optimiser = torch.optim.AdamW(judge.parameters(), LEARNING_RATE, weight_decay=1e-3)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, steps)
    wanted = torch.cat([torch.ones(BATCH_SIZE), torch.zeros(BATCH_SIZE)])
    for step in range(steps):
        with torch.no_grad():
            batch = _soften(torch.cat([makers.make_likely(), makers.make_unlikely()]))
        loss = F.binary_cross_entropy_with_logits(judge(batch), wanted)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        rate.step()
        progress(steps // 2 + step + 1, steps + steps // 2)
    scores = judge.eval().score(aside.float() / 255).numpy()
    return judge, np.quantile(scores, np.linspace(0, 1, QUANTILES)).astype(np.float32)


def _soften(x: Tensor) -> Tensor:
    """Blur some of the pictures, likely and unlikely ones alike: that decoders draw softly is not to be judged."""
    amount = (1.7 * torch.rand(len(x), 1, 1, 1) - 0.7).clamp(min=0)
    blurred = F.avg_pool2d(F.avg_pool2d(x, 3, 1, 1), 3, 1, 1)
    return (torch.lerp(x, blurred, amount) * (1 + 0.4 * amount)).clamp(0, 1)


class _Makers:
    """Makes pictures like and unlike those of a data set, from the pictures and an autoencoder that is fitted here."""

    def __init__(self, images: Tensor, steps: int, progress: Progress) -> None:
        self.images = images
        channels, height, width = images.shape[1:]
        self.side = choose_side((channels, height, width))
        self.encoder = make_encoder(channels, self.side, LATENT_DIM)
        self.decoder = make_decoder(channels, self.side, LATENT_DIM)
        weights = [*self.encoder.parameters(), *self.decoder.parameters()]
        optimiser = torch.optim.Adam(weights, 1.5e-3)
        for step in range(steps // 2):
            x, _ = self._draw()
            loss = F.binary_cross_entropy(self.decoder(self.encoder(x)), x)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            progress(step + 1, steps + steps // 2)
        with torch.no_grad():
            z = torch.cat([self.encoder(self._draw()[0]) for _ in range(20)])
        self.mean, self.deviation = z.mean(dim=0), z.std(dim=0)

    def _draw(self) -> tuple[Tensor, Tensor]:
        """Return pictures (N, C, side, side), drawn at random, and their indices."""
        index = torch.randint(0, len(self.images), (BATCH_SIZE,))
        return scale_pictures(self.images[index].float() / 255, self.side), index

    def make_likely(self) -> Tensor:
        x, _ = self._draw()
        return torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, self.decoder(self.encoder(x)), x)

    def make_unlikely(self) -> Tensor:
        (x, _), (other, _) = self._draw(), self._draw()
        share = 0.35 + 0.3 * torch.rand(len(x), 1)
        pixel_share = share[:, :, None, None]
        between = share * self.encoder(x) + (1 - share) * self.encoder(other)
        drawn = self.mean + self.deviation * torch.randn_like(between) * (0.7 + 0.8 * torch.rand_like(share))
        decoded = self.decoder(torch.cat([between, drawn]))
        mixed = pixel_share * x + (1 - pixel_share) * other
        noisy = (x + torch.randn_like(x) * (0.2 + 0.5 * torch.rand_like(pixel_share))).clamp(0, 1)
        halves, half = x.clone(), self.side // 2
        upright = torch.rand(len(x)) < 0.5
        halves[upright, :, half:], halves[~upright, :, :, half:] = (
            other[upright, :, half:],
            other[~upright, :, :, half:],
        )
        noise = torch.rand_like(x) * torch.rand_like(pixel_share)
        # halves of the pictures are between two in the latents, which is what decoders draw
        kinds = torch.stack([decoded[: len(x)]] * 4 + [mixed, mixed, decoded[len(x) :], noise, noisy, halves])
        return kinds[torch.randint(0, len(kinds), (len(x),)), torch.arange(len(x))]
