"""How the smooth part of the inverse projection is fitted: the field of least error whose picture never hurries.

Networks from map to latent are usually fitted to latents or to pictures (NNInv, Espadoto et al. 2021), and how fast
the picture changes under the mouse is what comes of it. Here it is said: `E |decode(f(xy)) - decode(z)|^2` over the
dots is minimised while a step of one screen pixel anywhere on the map may change the picture by no more than `pace`;
what exceeds it is charged quadratically. At equal smoothness this field is the more faithful one, since it hurries
exactly as much as it may where clusters meet, and spends the rest on detail.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from latent_explorer.arrays import Floats
from latent_explorer.atlas.projection import LatentPlane
from latent_explorer.atlas.smooth_network import Layer, Smooth
from latent_explorer.errors import InputError

Decode = Callable[[Tensor, NDArray[np.intp]], Tensor]
"""Latents (N, d) and the dots (N,) whose labels they go with -> pictures (N, C, H, W)."""

PIXEL = 1 / 900  # map units: the whole map on a screen of usual size
CHARGE = 0.1  # for a step of twice the pace, in units of the squared error of the pictures' mean
STEPS, BATCH = 1200, 1024
FEWEST_STEPS, SMALLEST_BATCH = 300, 256
WORK = 3.5e12  # multiplications and additions of a fit: half a minute on two cores
FULL = 10_000  # dots that are worth all the steps
PAIRS = 512  # of pictures that are compared to find out how far apart they are
PEAK = 5e-3  # learning rate of the one-cycle schedule


@dataclass(frozen=True)
class Manner:
    """What suits a projection: how fine its structure is, and how much of the way from one sample to another a
    picture may go in one pixel."""

    detail: float
    """Waves a map unit, for 10,000 dots."""
    pace: float
    features: int
    width: int


BESIDE = Manner(detail=15.0, pace=0.042, features=256, width=160)
"""Dots beside each other are alike, as on a t-SNE map."""
ACROSS = Manner(detail=1.5, pace=0.02, features=64, width=96)
"""They need not be, as on a plane of principal components: what lies between them is an average."""
MANNERS = {"tsne": BESIDE, "umap": BESIDE, "pca": ACROSS, "latent": ACROSS}
"""By the projection's name."""


def fit(
    xy: Floats,
    latents: Floats,
    decode: Decode,
    manner: Manner,
    *,
    device: torch.device | str = "cpu",
    seed: int = 0,
    plane: LatentPlane | None = None,
    progress: Callable[[int, int], None] = lambda done, steps: None,
) -> Smooth:
    """The field over dots (M, 2) with latents (M, d), in the precision in which it is stored.

    On the `plane` of two dimensions those are what the position says; the field is fitted for the others.

    The same seed, device and number of threads give the same field. `progress` is told the steps done and all steps.
    Raises `InputError` for a decoder that passes no gradient.
    """
    if not decode(torch.from_numpy(latents[:1]).to(device).requires_grad_(), np.zeros(1, np.intp)).requires_grad:
        raise InputError("the decoder passes no gradient, without which no smooth way back can be fitted")
    draw = np.random.default_rng(seed)
    generator = torch.Generator().manual_seed(seed)
    density = math.sqrt(min(len(xy), 2 * FULL) / FULL)
    net = _Network(latents, manner, density, generator).to(device)
    at, z = torch.from_numpy(xy).to(device), torch.from_numpy(latents).to(device)
    far = _apart(z, decode, draw)
    steps, batch = _effort(len(xy), net, z, decode)
    optimizer = torch.optim.AdamW(net.parameters(), lr=PEAK)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK, total_steps=steps)
    for step in range(steps):
        dots = draw.integers(len(xy), size=batch)
        jitter = torch.randn(batch, 2, generator=generator).to(device) * PIXEL
        beside = at[torch.from_numpy(dots).to(device)] + jitter
        places, moved, near = _walk(xy, batch // 2, draw, device)
        with torch.no_grad():
            wanted = decode(z[torch.from_numpy(dots).to(device)], dots).flatten(1)
        positions = torch.cat([beside, places, moved])
        latent = net(positions) if plane is None else _onto(plane, net(positions), positions)
        found = decode(latent, np.concatenate([dots, near, near])).flatten(1)
        here, before, after = torch.tensor_split(found, (batch, batch + len(near)))
        error = (here - wanted).square().mean()
        change = (after - before).square().mean(dim=1).add(1e-12).sqrt() / far
        hurry = torch.relu(change / manner.pace - 1).square().mean()
        loss = error + CHARGE * hurry
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)  # a decoder is steep where no latent of its training was
        optimizer.step()
        schedule.step()
        progress(step + 1, steps)
    return net.smooth().stored()


class _Network(nn.Module):
    """As `Smooth`, with gradients."""

    directions: Tensor
    phases: Tensor

    def __init__(self, latents: Floats, manner: Manner, density: float, generator: torch.Generator) -> None:
        super().__init__()
        waves = torch.randn(2, manner.features, generator=generator) * manner.detail * density
        self.register_buffer("directions", 2 * math.pi * waves)
        self.register_buffer("phases", 2 * math.pi * torch.rand(manner.features, generator=generator))
        d = latents.shape[1]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(torch.randint(2**31, (1,), generator=generator)))
            self.first = nn.Linear(manner.features + 2, manner.width)
            self.second = nn.Linear(manner.width, manner.width)
            self.last = nn.Linear(manner.width, d)
        self.register_buffer("mean", torch.from_numpy(latents.mean(axis=0)))
        self.register_buffer("spread", torch.from_numpy(np.maximum(latents.std(axis=0), 1e-6)))

    def forward(self, xy: Tensor) -> Tensor:
        at = xy - 0.5
        h = torch.cat([torch.sin(at @ self.directions + self.phases), 2 * at], dim=1)
        h = nn.functional.silu(self.second(nn.functional.silu(self.first(h))))
        out: Tensor = self.last(h) * self.spread + self.mean
        return out

    def smooth(self) -> Smooth:
        """In numpy, with the latents' own scale in the last layer."""

        def layer(linear: nn.Linear, spread: Any = 1.0, mean: Any = 0.0) -> Layer:
            weights = linear.weight.T * spread, linear.bias * spread + mean
            return Layer(*(np.ascontiguousarray(part.detach().cpu().numpy()) for part in weights))

        return Smooth(
            directions=self.directions.cpu().numpy(),
            phases=self.phases.cpu().numpy(),
            first=layer(self.first),
            second=layer(self.second),
            last=layer(self.last, self.spread, self.mean),
        )


def _onto(plane: LatentPlane, latents: Tensor, xy: Tensor) -> Tensor:
    """`LatentPlane.into`, with gradients."""
    centre = torch.tensor(plane.frame.centre, dtype=xy.dtype, device=xy.device)
    columns = torch.tensor(plane.axes, device=xy.device) - 1
    return latents.index_copy(1, columns, (xy - 0.5) / plane.frame.scale + centre)


def _walk(
    xy: Floats, count: int, draw: np.random.Generator, device: torch.device | str
) -> tuple[Tensor, Tensor, NDArray[np.intp]]:
    """Positions on lines between dots, where a mouse goes, one pixel on from each, and a dot each goes with."""
    start, end = draw.integers(len(xy), size=(2, count))
    share = draw.random((count, 1), dtype=np.float32)
    places = xy[start] + share * (xy[end] - xy[start])
    angle = draw.random(count, dtype=np.float32) * np.float32(2 * np.pi)
    moved = places + np.stack([np.cos(angle), np.sin(angle)], axis=1) * np.float32(PIXEL)
    near = np.where(share[:, 0] < 0.5, start, end)
    return torch.from_numpy(places).to(device), torch.from_numpy(moved).to(device), near


@torch.no_grad()
def _apart(z: Tensor, decode: Decode, draw: np.random.Generator) -> float:
    """The typical distance of two samples' pictures, root mean square over pixels."""
    first, second = draw.integers(len(z), size=(2, PAIRS))
    pictures = [decode(z[torch.from_numpy(dots).to(z.device)], dots).flatten(1) for dots in (first, second)]
    return max(float((pictures[0] - pictures[1]).square().mean().sqrt()), 1e-6)


def _effort(dots: int, net: nn.Module, z: Tensor, decode: Decode) -> tuple[int, int]:
    """Steps and positions a step: fewer for few dots, and for a decoder that takes long."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter, torch.no_grad():
        decode(z[:1], np.zeros(1, np.intp))
    decoder = counter.get_total_flops()
    network = 2 * sum(p.numel() for p in net.parameters())
    # forth and twice back for a dot and half as many pairs, and forth for what is wanted
    each = 6 * (decoder + network) + decoder
    steps = max(FEWEST_STEPS, round(STEPS * min(1.0, math.sqrt(dots / FULL))))
    batch = min(BATCH, max(SMALLEST_BATCH, dots // 4))
    batch = max(SMALLEST_BATCH, min(batch, int(WORK / (steps * each))))
    return max(FEWEST_STEPS, min(steps, int(WORK / (batch * each)))), batch
