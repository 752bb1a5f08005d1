"""The fit of the smooth part of the inverse projection: least reconstruction error at a limited rate of change.

Networks from map to latent are usually fitted to latents or to pictures (NNInv, Espadoto et al. 2021), without control
over how fast the picture changes under the mouse. Here the loss is `E |decode(f(xy)) - decode(z)|^2` over the dots,
plus a quadratic penalty on a step of one screen pixel anywhere on the map that changes the picture by more than
`max_change_per_pixel`. At equal smoothness this field is the more faithful one: it changes as fast as it is allowed to
where clusters meet, and spends the rest on detail.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from latent_explorer.arrays import Floats
from latent_explorer.atlas import distil_decoder
from latent_explorer.atlas.distil_decoder import Decode
from latent_explorer.atlas.projection import LatentPlane
from latent_explorer.atlas.smooth_network import Layer, SmoothNetwork
from latent_explorer.errors import InputError
from latent_explorer.texts import mark
from latent_explorer.time_left import JoinedParts, ReportDone, ignore_done

PIXEL = 1 / 900  # map units: the whole map on a screen of usual size
PENALTY = 0.1  # for a step of twice `max_change_per_pixel`, in units of the squared error of the pictures' mean
STEPS, BATCH = 1200, 1024
MIN_STEPS, MIN_BATCH = 300, 256
FLOP_BUDGET = 3.5e12  # multiplications and additions of a fit: half a minute on two cores
FULL_EFFORT_DOTS = 10_000  # dots from which all steps are taken
PAIRS = 512  # of pictures, for the typical distance between two of them
PEAK_LEARNING_RATE = 5e-3  # of the one-cycle schedule


@dataclass(frozen=True)
class SmoothnessSpec:
    """The settings that suit a projection: its finest structure, and the largest change of a picture in one pixel."""

    frequency: float
    """Waves per map unit, for 10,000 dots."""
    max_change_per_pixel: float
    """The largest change of a picture in one screen pixel, as a share of the typical distance of two pictures."""
    features: int
    width: int


NEIGHBOUR_MAP = SmoothnessSpec(frequency=15.0, max_change_per_pixel=0.042, features=256, width=160)
"""For maps on which neighbouring dots are similar, such as t-SNE's."""
LINEAR_MAP = SmoothnessSpec(frequency=1.5, max_change_per_pixel=0.02, features=64, width=96)
"""For maps on which they need not be, such as a plane of principal components: between dots lies an average."""
SMOOTHNESS_SPECS = {"tsne": NEIGHBOUR_MAP, "umap": NEIGHBOUR_MAP, "pca": LINEAR_MAP, "latent": LINEAR_MAP}
"""The settings by the projection's name."""


def fit(
    xy: Floats, latents: Floats, decode: Decode, spec: SmoothnessSpec, *, device: torch.device | str = "cpu",
    seed: int = 0, plane: LatentPlane | None = None,
    progress: ReportDone = ignore_done,
) -> SmoothNetwork:  # fmt: skip
    """Return the network fitted to dots (M, 2) with latents (M, d), in the precision in which it is stored.

    With a `plane`, its two dimensions are set from the position, and the network is fitted for the others.

    The same seed, device and number of threads give the same network. `progress` is called with what is done and what
    there is to do. A decoder that is slow, or passes no gradient, is distilled first. Raise `InputError` if it then
    cannot be: it depends on labels, or takes too long.
    """
    probe = decode(torch.from_numpy(latents[:1]).to(device).requires_grad_(), np.zeros(1, np.intp))
    draw = np.random.default_rng(seed)
    generator = torch.Generator().manual_seed(seed)
    density = math.sqrt(min(len(xy), 2 * FULL_EFFORT_DOTS) / FULL_EFFORT_DOTS)
    net = _TorchSmoothNetwork(latents, spec, density, generator).to(device)
    at, z = torch.from_numpy(xy).to(device), torch.from_numpy(latents).to(device)
    if not probe.requires_grad or _is_too_slow(net, z, decode):
        block_seconds = distil_decoder.require_speed(z, decode)
        if not distil_decoder.depends_on_labels(z, decode, np.arange(min(len(xy), 50))):
            parts = JoinedParts(progress, _expect_parts(len(xy), net, z, block_seconds))
            decode = distil_decoder.distil(z, decode, draw, generator, parts.get_part(0), parts.get_part(1))
            progress = parts.get_part(2)
        elif not probe.requires_grad:
            raise InputError(mark("the decoder passes no gradient, without which no smooth way back can be fitted"))
    far = _measure_picture_distance(z, decode, draw)
    steps, batch = _choose_effort(len(xy), net, z, decode)
    optimizer = torch.optim.AdamW(net.parameters(), lr=PEAK_LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_LEARNING_RATE, total_steps=steps)
    progress(0, steps)
    for step in range(steps):
        dots = draw.integers(len(xy), size=batch)
        jitter = torch.randn(batch, 2, generator=generator).to(device) * PIXEL
        beside = at[torch.from_numpy(dots).to(device)] + jitter
        places, moved, near = _sample_mouse_steps(xy, batch // 2, draw, device)
        with torch.no_grad():
            wanted = decode(z[torch.from_numpy(dots).to(device)], dots).flatten(1)
        positions = torch.cat([beside, places, moved])
        latent = net(positions) if plane is None else _set_plane_dimensions(plane, net(positions), positions)
        pictures = decode(latent, np.concatenate([dots, near, near])).flatten(1)
        decoded, before, after = torch.tensor_split(pictures, (batch, batch + len(near)))
        error = (decoded - wanted).square().mean()
        change = (after - before).square().mean(dim=1).add(1e-12).sqrt() / far
        excess = torch.relu(change / spec.max_change_per_pixel - 1).square().mean()
        loss = error + PENALTY * excess
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)  # a decoder is steep where no latent of its training was
        optimizer.step()
        schedule.step()
        progress(step + 1, steps)
    return net.to_numpy().quantise()


class _TorchSmoothNetwork(nn.Module):
    """`SmoothNetwork` with gradients, in torch."""

    directions: Tensor
    phases: Tensor

    def __init__(self, latents: Floats, spec: SmoothnessSpec, density: float, generator: torch.Generator) -> None:
        super().__init__()
        waves = torch.randn(2, spec.features, generator=generator) * spec.frequency * density
        self.register_buffer("directions", 2 * math.pi * waves)
        self.register_buffer("phases", 2 * math.pi * torch.rand(spec.features, generator=generator))
        d = latents.shape[1]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(torch.randint(2**31, (1,), generator=generator)))
            self.first = nn.Linear(spec.features + 2, spec.width)
            self.second = nn.Linear(spec.width, spec.width)
            self.last = nn.Linear(spec.width, d)
        self.register_buffer("mean", torch.from_numpy(latents.mean(axis=0)))
        self.register_buffer("spread", torch.from_numpy(np.maximum(latents.std(axis=0), 1e-6)))

    def forward(self, xy: Tensor) -> Tensor:
        at = xy - 0.5
        h = torch.cat([torch.sin(at @ self.directions + self.phases), 2 * at], dim=1)
        h = nn.functional.silu(self.second(nn.functional.silu(self.first(h))))
        out: Tensor = self.last(h) * self.spread + self.mean
        return out

    def to_numpy(self) -> SmoothNetwork:
        """Return the network in numpy, with the mean and scale of the latents folded into the last layer."""

        def make_layer(linear: nn.Linear, spread: Any = 1.0, mean: Any = 0.0) -> Layer:
            weights = linear.weight.T * spread, linear.bias * spread + mean
            return Layer(*(np.ascontiguousarray(part.detach().cpu().numpy()) for part in weights))

        layers = make_layer(self.first), make_layer(self.second), make_layer(self.last, self.spread, self.mean)
        return SmoothNetwork(self.directions.cpu().numpy(), self.phases.cpu().numpy(), *layers)


def _set_plane_dimensions(plane: LatentPlane, latents: Tensor, xy: Tensor) -> Tensor:
    """Set the plane's two dimensions from `xy`: `LatentPlane.set_plane_dimensions` with gradients."""
    centre = torch.tensor(plane.frame.centre, dtype=xy.dtype, device=xy.device)
    columns = torch.tensor(plane.axes, device=xy.device) - 1
    return latents.index_copy(1, columns, (xy - 0.5) / plane.frame.scale + centre)


def _sample_mouse_steps(
    xy: Floats, count: int, draw: np.random.Generator, device: torch.device | str
) -> tuple[Tensor, Tensor, NDArray[np.intp]]:
    """Return positions on lines between dots, where a mouse moves, the positions one pixel further, and for each the
    nearer of its two dots."""
    start, end = draw.integers(len(xy), size=(2, count))
    share = draw.random((count, 1), dtype=np.float32)
    places = xy[start] + share * (xy[end] - xy[start])
    angle = draw.random(count, dtype=np.float32) * np.float32(2 * np.pi)
    moved = places + np.stack([np.cos(angle), np.sin(angle)], axis=1) * np.float32(PIXEL)
    near = np.where(share[:, 0] < 0.5, start, end)
    return torch.from_numpy(places).to(device), torch.from_numpy(moved).to(device), near


@torch.no_grad()
def _measure_picture_distance(z: Tensor, decode: Decode, draw: np.random.Generator) -> float:
    """Return the typical distance of two samples' pictures, root mean square over pixels."""
    first, second = draw.integers(len(z), size=(2, PAIRS))
    pictures = [decode(z[torch.from_numpy(dots).to(z.device)], dots).flatten(1) for dots in (first, second)]
    return max(float((pictures[0] - pictures[1]).square().mean().sqrt()), 1e-6)


def _is_too_slow(net: nn.Module, z: Tensor, decode: Decode) -> bool:
    """Return whether the least effort with this decoder is more than a fit may take."""
    return MIN_STEPS * MIN_BATCH * _count_operations(net, z, decode) > FLOP_BUDGET


def _count_operations(net: nn.Module, z: Tensor, decode: Decode) -> int:
    """Return the multiplications and additions of a step, per dot of the batch."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter, torch.no_grad():
        decode(z[:1], np.zeros(1, np.intp))
    decoder = counter.get_total_flops()
    network = 2 * sum(p.numel() for p in net.parameters())
    # one forward and two backward passes for a dot and half as many pairs, and a forward pass for the target
    return int(6 * (decoder + network) + decoder)


def _expect_parts(dots: int, net: nn.Module, z: Tensor, block_seconds: float) -> tuple[float, float, float]:
    """Return the seconds that the three parts of a fit by a distilled decoder will take: pictures, distilling, fit."""
    pictures, distilling = distil_decoder.expect_seconds(z, block_seconds)
    stand_in = distil_decoder.make_network(z.shape[1], distil_decoder.COMPONENTS, seed=0).to(z.device)
    steps, batch = _choose_effort(dots, net, z, lambda latents, _: stand_in(latents))
    operations = steps * batch * _count_operations(net, z, lambda latents, _: stand_in(latents))
    of_distilling = distil_decoder.STEPS * distil_decoder.BATCH * 6 * sum(p.numel() for p in stand_in.parameters())
    return pictures, distilling, distilling * operations / of_distilling


def _choose_effort(dots: int, net: nn.Module, z: Tensor, decode: Decode) -> tuple[int, int]:
    """Return the number of steps and the batch size: smaller for few dots, and for a slow decoder."""
    each = _count_operations(net, z, decode)
    steps = max(MIN_STEPS, round(STEPS * min(1.0, math.sqrt(dots / FULL_EFFORT_DOTS))))
    batch = min(BATCH, max(MIN_BATCH, dots // 4))
    batch = max(MIN_BATCH, min(batch, int(FLOP_BUDGET / (steps * each))))
    return max(MIN_STEPS, min(steps, int(FLOP_BUDGET / (batch * each)))), batch
