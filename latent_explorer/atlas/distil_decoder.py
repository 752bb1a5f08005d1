"""A small stand-in for a slow decoder, by which the inverse projection is fitted.

A fit decodes some hundred thousand pictures and their gradients. Where one picture takes long, a small network learns
from some thousand pictures what the decoder draws (Hinton et al. 2015, arXiv:1503.02531): the picture's leading
principal components, which carry nearly all of the distances between pictures. It serves the fit alone; what the window
shows is decoded by the model itself.
"""

import time
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from latent_explorer.device import make_autocast
from latent_explorer.errors import InputError
from latent_explorer.texts import mark
from latent_explorer.time_left import ReportDone, ignore_done

Decode = Callable[[Tensor, NDArray[np.intp]], Tensor]
"""Latents (N, d) and the dots (N,) that give their labels -> pictures (N, C, H, W)."""

PICTURES = 6000  # half of them of dots, half between two dots
BASIS_PICTURES = 1000  # of these, those from which the principal components are taken
COMPONENTS = 96
BLOCK = 100
MIN_BLOCKS = 6
TRIAL_COUNTS = (1, 10)  # of pictures, by which a block's time is guessed
TRIAL_STEPS = 3  # of the fit, by which its time is guessed
TIME_BUDGET = 120.0  # seconds for the pictures of a decoder; a very slow one, from elsewhere, draws fewer
WIDTH = 512
STEPS, BATCH, PEAK_LEARNING_RATE = 1200, 512, 3e-3


def distil(
    latents: Tensor, decode: Decode, draw: np.random.Generator, generator: torch.Generator,
    report_pictures: ReportDone = ignore_done, report_steps: ReportDone = ignore_done,
) -> Decode:  # fmt: skip
    """Return a fast decoder (N, d) -> (N, K), whose mean squared differences are nearly those of the pictures.

    It has learnt the latents of dots (M, d), and those between two of them. `decode` must not depend on labels.
    The blocks of pictures that are decoded are reported, then the steps of the fit, each from 0.
    """
    z = _draw_latents(latents, draw)
    blocks = list(torch.split(z, BLOCK))
    start = time.perf_counter()
    leading = [_decode_flat(decode, blocks[0])]
    seconds = time.perf_counter() - start
    blocks = blocks[: _count_blocks(seconds)]
    z = z[: BLOCK * len(blocks)]
    count = min(len(blocks), BASIS_PICTURES // BLOCK)

    def decode_block(k: int) -> Tensor:
        report_pictures(k - 1, len(blocks) - 1)
        return _decode_flat(decode, blocks[k])

    first = torch.cat([*leading, *map(decode_block, range(1, count))])
    mean = first.mean(dim=0)
    components = torch.svd_lowrank(first - mean, q=min(COMPONENTS, *first.shape), niter=2)[2]
    scale = (components.shape[1] / components.shape[0]) ** 0.5  # a mean over K components as one over all pixels
    parts = [(first - mean) @ components]
    parts += [(decode_block(k) - mean) @ components for k in range(count, len(blocks))]
    return _fit(z, torch.cat(parts) * scale, generator, report_steps)


def _count_blocks(seconds: float) -> int:
    """Return the number of blocks of pictures to decode of a decoder that takes so many seconds for one."""
    return min(PICTURES // BLOCK, max(MIN_BLOCKS, int(TIME_BUDGET / max(seconds, 1e-9))))


def require_speed(latents: Tensor, decode: Decode) -> float:
    """Return the seconds for a block of pictures, as a few of them tell; raise `InputError` for a decoder that would
    take many minutes."""
    seconds = []
    for count in TRIAL_COUNTS:
        start = time.perf_counter()
        _decode_flat(decode, latents[:1].expand(count, -1))
        seconds.append(time.perf_counter() - start)
        if seconds[-1] * MIN_BLOCKS > TIME_BUDGET:
            break
    else:
        few, more = TRIAL_COUNTS
        seconds.append(seconds[-1] + (BLOCK - more) * max(0.0, (seconds[1] - seconds[0]) / (more - few)))
    if seconds[-1] * MIN_BLOCKS > TIME_BUDGET:
        text = mark(
            "the decoder takes {seconds:.1f} s for a picture, too long to fit a smooth way back", seconds=seconds[0]
        )
        raise InputError(text)
    return seconds[-1]


def expect_seconds(latents: Tensor, block_seconds: float) -> tuple[float, float]:
    """Return the seconds that the pictures and the fit of `distil` will take, told from those for a block of pictures
    and from a few steps of such a fit."""
    net = make_network(latents.shape[1], COMPONENTS, seed=0).to(latents.device)
    start = 0.0
    for step in range(1 + TRIAL_STEPS):
        if step == 1:  # the first one is slow: threads start
            start = time.perf_counter()
        net(latents[:1].expand(BATCH, -1)).sum().backward()
    return _count_blocks(block_seconds) * block_seconds, STEPS * (time.perf_counter() - start) / TRIAL_STEPS


def make_network(inputs: int, outputs: int, seed: int) -> nn.Sequential:
    """Return the network that stands in for a decoder, untrained."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(
            nn.Linear(inputs, WIDTH), nn.SiLU(), nn.Linear(WIDTH, WIDTH), nn.SiLU(), nn.Linear(WIDTH, outputs)
        )


def depends_on_labels(latents: Tensor, decode: Decode, rows: NDArray[np.intp]) -> bool:
    """Return whether one latent is decoded otherwise for the labels of other dots."""
    one = latents[:1].expand(len(rows), -1)
    with torch.no_grad():
        pictures = decode(one, rows)
    return not torch.allclose(pictures, pictures[:1].expand_as(pictures), atol=1e-3)


def _draw_latents(latents: Tensor, draw: np.random.Generator) -> Tensor:
    """Return latents of dots drawn at random, and points on lines between two dots, in random order."""
    half = PICTURES // 2
    start, end = draw.integers(len(latents), size=(2, 2 * half))
    share = draw.random(2 * half, dtype=np.float32)
    share[:half] = 0
    order = torch.from_numpy(draw.permutation(2 * half)).to(latents.device)
    first, second = (latents[torch.from_numpy(dots).to(latents.device)] for dots in (start, end))
    return torch.lerp(first, second, torch.from_numpy(share).to(latents.device)[:, None])[order]


def _decode_flat(decode: Decode, z: Tensor) -> Tensor:
    with torch.no_grad(), make_autocast(z.device):
        return decode(z, np.zeros(len(z), np.intp)).flatten(1).float()


def _fit(z: Tensor, targets: Tensor, generator: torch.Generator, report: ReportDone) -> Decode:
    """Fit the network to pairs of latents (N, d) and components (N, K)."""
    centre, spread = z.mean(dim=0), z.std(dim=0).clamp(min=1e-6)
    size = targets.square().mean().sqrt().clamp(min=1e-6)
    seed = int(torch.randint(2**31, (1,), generator=generator))
    net = make_network(z.shape[1], targets.shape[1], seed).to(z.device)
    optimizer = torch.optim.AdamW(net.parameters(), lr=PEAK_LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_LEARNING_RATE, total_steps=STEPS)
    for step in range(STEPS):
        report(step, STEPS)
        chosen = torch.randint(len(z), (BATCH,), generator=generator).to(z.device)
        error = (net((z[chosen] - centre) / spread) - targets[chosen] / size).square().mean()
        optimizer.zero_grad(set_to_none=True)
        error.backward()
        optimizer.step()
        schedule.step()
    net.requires_grad_(False)
    return lambda latents, _: net((latents - centre) / spread) * size
