"""Makes pictures like and unlike those of a data set, from its pictures alone, for the judge to learn from.

Like the data: real pictures, and copies of them by those of the autoencoders fitted here (`judge_copiers`) that copy
well. Unlike the data: noise, and what is of two pictures: mixtures of their pixels (mixup, Zhang et al. 2018), one laid
over the other, parts of both side by side (CutMix, Yun et al. 2019), what the autoencoders draw between their codes,
and what of codes drawn at random. All are of the size of the data, to be scaled to the judge's side as what it judges;
of larger data they are of that side at once.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from latent_explorer.models.picture_judge import choose_side, scale_pictures
from latent_explorer.training.judge_copiers import Copier, make_copiers

Kind = Callable[[Tensor, Tensor], Tensor]
"""Makes pictures (N, C, H, W) of two each."""
COPIES = 0.6
"""Share of copies among pictures like the data."""
MAX_LOST = 0.25
"""Share of the variance of pictures that a copier may lose. The pull to the prior is strong where there are few pixels:
of digits of 8 x 8 pixels variational ones draw but the blur that is common to many."""
BLENDS = (3, 5, 5, 1, 2)
"""Parts of what each autoencoder blends, of all that is unlike the data."""
ENOUGH = 10_000
"""Number of images from which on they are varied enough as they are."""
LIGHT = 127.5
"""Mean brightness above which pictures have a light ground, on which what is darker is laid over."""
BLOCK = 500
"""Number of images that are scaled at a time."""


class ExampleMaker:
    """Makes examples (N, C, H, W), from images (M, C, H, W) of bytes, which are scaled if they are large."""

    def __init__(self, images: Tensor, copier_steps: int) -> None:
        channels, height, width = images.shape[1:]
        self.side = choose_side((channels, height, width))
        self.images = images if max(height, width) <= self.side else _shrink(images, self.side)
        self.has_light_ground = float(self.images.mean(dtype=torch.float32)) > LIGHT
        self.copiers: tuple[Copier, ...] = make_copiers((channels, *self.images.shape[2:]), copier_steps)

    def draw(self, count: int) -> Tensor:
        """Return real pictures, drawn at random; where there are few of them, half are a little turned, sized and
        shifted."""
        pictures = self.images[torch.randint(0, len(self.images), (count,))].float() / 255
        if len(self.images) >= ENOUGH:
            return pictures
        return torch.where(torch.rand(count, 1, 1, 1) < 0.5, _vary(pictures), pictures)

    def make_likely(self, count: int) -> Tensor:
        """Return pictures like the data: real ones, and copies by the autoencoders that lose little."""
        faithful = [copier for copier in self.copiers if copier.lost <= MAX_LOST]
        each = int(COPIES * count) // max(1, len(faithful))
        copies = [copier.copy(self.draw(each)) for copier in faithful if each]
        return torch.cat([self.draw(count - each * len(faithful)), *copies])

    def make_unlike(self, count: int) -> Tensor:
        """Return pictures unlike the data: of each kind a fixed share, three in five by the autoencoders."""
        kinds: tuple[tuple[int, Kind], ...] = (
            *((parts, _blend_by(copier)) for parts, copier in zip(BLENDS, self.copiers, strict=True)),
            (2, self._invent), (1, _mix), (4, self._lay_over), (6, _patch), (2, self._patch_and_copy),
            (1, _add_noise), (1, _make_noise),
        )  # fmt: skip
        sizes = _share_out(count, [parts for parts, _ in kinds])
        batches = [make(self.draw(size), self.draw(size)) for size, (_, make) in zip(sizes, kinds, strict=True) if size]
        return torch.cat(batches)

    def _invent(self, x: Tensor, other: Tensor) -> Tensor:
        sizes = _share_out(len(x), [1] * len(self.copiers))
        return torch.cat([copier.invent(size) for size, copier in zip(sizes, self.copiers, strict=True) if size])

    def _lay_over(self, x: Tensor, other: Tensor) -> Tensor:
        """Return the brighter of the two pixels, on a light ground for half of the pictures the darker one; of a half
        of the pictures the second is faded."""
        share = (0.5 + torch.rand(len(x), 1, 1, 1)).clamp(max=1)
        brighter = torch.maximum(x, other * share)
        if not self.has_light_ground:
            return brighter
        darker = 1 - torch.maximum(1 - x, (1 - other) * share)
        return torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, darker, brighter)

    def _patch_and_copy(self, x: Tensor, other: Tensor) -> Tensor:
        """Return copies of patched pictures, which have no seam."""
        return self.copiers[0].copy(_patch(x, other))


def _share_out(count: int, parts: Sequence[int]) -> list[int]:
    """Return how many of `count` are of each kind, by the parts that each has."""
    ends = torch.tensor(parts).cumsum(0) * count // sum(parts)
    sizes: list[int] = ends.diff(prepend=ends.new_zeros(1)).tolist()
    return sizes


def _shrink(images: Tensor, side: int) -> Tensor:
    """Return large images (N, C, H, W) uint8 at (side, side), so that no step has to scale them."""
    blocks = (scale_pictures(block.float(), side) for block in torch.split(images, BLOCK))
    return torch.cat([block.round().clamp(0, 255).to(torch.uint8) for block in blocks])


def _vary(x: Tensor) -> Tensor:
    """Return pictures turned by some 4 degrees, sized by some 4% and shifted by some 2%."""
    angle, size = 0.07 * torch.randn(len(x)), torch.exp(0.04 * torch.randn(len(x)))
    columns = (angle.cos() * size, -angle.sin() * size, angle.sin() * size, angle.cos() * size)
    affine = torch.cat([torch.stack(columns, 1).reshape(-1, 2, 2), 0.04 * torch.randn(len(x), 2, 1)], dim=2)
    grid = F.affine_grid(affine, list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, padding_mode="border", align_corners=False)


def _draw_share(x: Tensor) -> Tensor:
    """Return shares (N, 1, 1, 1) about a half."""
    return 0.3 + 0.4 * torch.rand(len(x), 1, 1, 1)


def _blend_by(copier: Copier) -> Kind:
    return lambda x, other: copier.blend(x, other, _draw_share(x)[:, :, 0, 0])


def _mix(x: Tensor, other: Tensor) -> Tensor:
    return torch.lerp(x, other, _draw_share(x))


def _patch(x: Tensor, other: Tensor) -> Tensor:
    """Return a part of each picture beside or above the rest of another."""
    height, width = x.shape[2:]
    cut = 0.4 + 0.2 * torch.rand(len(x), 1)
    beside = (torch.arange(width) + 0.5 < width * cut)[:, None, None]  # (N, 1, 1, W)
    above = (torch.arange(height) + 0.5 < height * cut)[:, None, :, None]
    return torch.where(torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, beside, above), x, other)


def _add_noise(x: Tensor, _other: Tensor) -> Tensor:
    return (x + torch.randn_like(x) * (0.2 + 0.5 * torch.rand(len(x), 1, 1, 1))).clamp(0, 1)


def _make_noise(x: Tensor, _other: Tensor) -> Tensor:
    return torch.rand_like(x) * torch.rand(len(x), 1, 1, 1)
