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
from latent_explorer.device import make_autocast
from latent_explorer.models.inference import simplify
from latent_explorer.models.picture_judge import PictureJudge, scale_pictures
from latent_explorer.time_left import ReportDone, ignore_done
from latent_explorer.training.judge_examples import ExampleMaker

CPU = torch.device("cpu")
STEPS = 2000
MIN_STEPS = 200
COPIER_SHARE = 0.75
"""Number of training steps of each of the autoencoders, of one of the judge."""
CODES = 2500
"""Number of pictures that say where the autoencoders' codes lie."""
BATCH_SIZE = 128
"""Number of pictures of each of the two kinds in a training step."""
STEPS_AT_ONCE = 4
"""Number of steps whose pictures are made together, which is faster."""
KEPT_ASIDE = 0.1
"""Share of the pictures that the judge does not learn from."""
LEARNING_RATE = 4e-3
MAX_GRADIENT = 1.0
QUANTILES = 1000
"""Number of quantiles that the scores of real pictures are kept as."""


def fit_judge(
    images: Tensor, *, steps: int = STEPS, seed: int = 0, progress: ReportDone = ignore_done
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
    return int(COPIER_SHARE * steps)


def _fit(images: Tensor, steps: int, progress: ReportDone) -> tuple[PictureJudge, Floats]:
    order = torch.randperm(len(images))
    aside = images[order[: max(1, round(KEPT_ASIDE * len(images)))]]
    x = images[order[len(aside) :]] if len(images) > 1 else images
    channels, height, width = images.shape[1:]
    judge, before = PictureJudge((channels, height, width)), count_copier_steps(steps)
    judge.body = judge.make_body(channels, normalised=True)
    maker = ExampleMaker(x, before)
    _teach_copiers(maker, before, lambda done: progress(done, before + steps))
    judge.to(memory_format=torch.channels_last)
    _teach_judge(judge, maker, steps, lambda done: progress(before + done, before + steps))
    judge.body = simplify(judge.body.to(memory_format=torch.contiguous_format))
    real = judge.eval().score(aside.float() / 255).numpy()
    return judge, np.quantile(real, np.linspace(0, 1, QUANTILES)).astype(np.float32)


def _teach_copiers(maker: ExampleMaker, steps: int, progress: Callable[[int], None]) -> None:
    autocast = make_autocast(CPU)
    progress(0)
    for step in range(steps):
        for copier in maker.copiers:
            with autocast:
                copier.learn(maker.draw(BATCH_SIZE))
        progress(step + 1)
    with torch.no_grad():
        for copier in maker.copiers:
            copier.keep_codes(maker.draw(CODES))


def _teach_judge(judge: PictureJudge, maker: ExampleMaker, steps: int, progress: Callable[[int], None]) -> None:
    autocast = make_autocast(CPU)
    optimiser = torch.optim.AdamW(judge.parameters(), LEARNING_RATE, weight_decay=1e-3)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, steps)
    wanted = torch.cat([torch.ones(BATCH_SIZE), torch.zeros(BATCH_SIZE)])
    for step in range(steps):
        if step % STEPS_AT_ONCE == 0:
            with torch.no_grad(), autocast:
                likely = maker.make_likely(STEPS_AT_ONCE * BATCH_SIZE)
                unlike = maker.make_unlike(STEPS_AT_ONCE * BATCH_SIZE)
        part = slice(step % STEPS_AT_ONCE, None, STEPS_AT_ONCE)  # some of each kind
        examples = scale_pictures(torch.cat([likely[part], unlike[part]]), judge.side)
        batch = _soften(examples).contiguous(memory_format=torch.channels_last)
        with autocast:
            scores = judge(batch).float()
        loss = F.binary_cross_entropy_with_logits(scores, wanted)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(judge.parameters(), MAX_GRADIENT)
        optimiser.step()
        rate.step()
        progress(step + 1)


def _soften(x: Tensor) -> Tensor:
    """Blur some of the pictures, and scale a third of them to another size and back, likely and unlike ones alike: that
    decoders draw softly is not to be judged."""
    order = torch.randperm(len(x))
    scaled, others = order[: len(x) // 3], order[len(x) // 3 :]
    softened = x.clone()
    softened[others] = _blur(x[others])
    for some in scaled.chunk(8):
        softened[some] = _scale_and_back(x[some])
    return softened


def _blur(x: Tensor) -> Tensor:
    amount = (1.7 * torch.rand(len(x), 1, 1, 1) - 0.7).clamp(min=0)
    blurred = F.avg_pool2d(F.avg_pool2d(x, 3, 1, 1), 3, 1, 1)
    return (torch.lerp(x, blurred, amount) * (1 + 0.4 * amount)).clamp(0, 1)


def _scale_and_back(x: Tensor) -> Tensor:
    side = int(x.shape[-1] * (0.7 + 0.7 * torch.rand(())))
    return scale_pictures(scale_pictures(x, side), x.shape[-1])
