"""Fits the judge of pictures to a data set, without labels and without any of the models that it will judge.

It learns to tell pictures like the data from pictures unlike them (`judge_examples`). A tenth of the pictures is kept
aside: their scores say what is usual, so that the share of them that a picture's score exceeds is the p-value of a
conformal novelty test (Laxhammar and Falkman 2010).
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from latent_explorer.arrays import Floats
from latent_explorer.models.picture_judge import PictureJudge
from latent_explorer.training.judge_examples import CODES, ExampleMaker
from latent_explorer.training.precision import has_bfloat16_instructions

STEPS = 2000
MIN_STEPS = 200
COPIER_STEPS = 800
"""Largest number of training steps of each of the autoencoders."""
BATCH_SIZE = 128
"""Number of pictures of each of the two kinds in a training step."""
KEPT_ASIDE = 0.1
"""Share of the pictures that the judge does not learn from."""
LEARNING_RATE = 4e-3
MAX_GRADIENT = 1.0
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
    return int(np.clip(2 * count, MIN_STEPS, STEPS))


def count_copier_steps(steps: int) -> int:
    """Return the number of training steps of each autoencoder, where the judge takes `steps`."""
    return min(steps // 2, COPIER_STEPS)


def _fit(images: Tensor, steps: int, progress: Progress) -> tuple[PictureJudge, Floats]:
    order = torch.randperm(len(images))
    aside = images[order[: max(1, round(KEPT_ASIDE * len(images)))]]
    x = images[order[len(aside) :]] if len(images) > 1 else images
    channels, height, width = images.shape[1:]
    judge, maker = PictureJudge((channels, height, width)), ExampleMaker(x)
    autocast = torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16_instructions())
    before = count_copier_steps(steps)
    progress(0, before + steps)
    for step in range(before):
        for copier in maker.copiers:
            with autocast:
                copier.learn(maker.draw(BATCH_SIZE))
        progress(step + 1, before + steps)
    with torch.no_grad():
        for copier in maker.copiers:
            copier.find_codes(maker.draw(CODES))
    judge.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(judge.parameters(), LEARNING_RATE, weight_decay=1e-3)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, steps)
    wanted = torch.cat([torch.ones(BATCH_SIZE), torch.zeros(BATCH_SIZE)])
    for step in range(steps):
        with torch.no_grad(), autocast:
            examples = torch.cat([maker.make_likely(BATCH_SIZE), maker.make_unlike(BATCH_SIZE)])
        batch = _soften(examples.float()).contiguous(memory_format=torch.channels_last)
        with autocast:
            scores = judge(batch).float()
        loss = F.binary_cross_entropy_with_logits(scores, wanted)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(judge.parameters(), MAX_GRADIENT)
        optimiser.step()
        rate.step()
        progress(before + step + 1, before + steps)
    judge.to(memory_format=torch.contiguous_format)
    real = judge.eval().score(aside.float() / 255).numpy()
    return judge, np.quantile(real, np.linspace(0, 1, QUANTILES)).astype(np.float32)


def _soften(x: Tensor) -> Tensor:
    """Blur some of the pictures, likely and unlikely ones alike: that decoders draw softly is not to be judged."""
    amount = (1.7 * torch.rand(len(x), 1, 1, 1) - 0.7).clamp(min=0)
    blurred = F.avg_pool2d(F.avg_pool2d(x, 3, 1, 1), 3, 1, 1)
    return (torch.lerp(x, blurred, amount) * (1 + 0.4 * amount)).clamp(0, 1)
