"""Makes pictures like and unlike those of a data set, from its pictures alone, for the judge to learn from.

Like the data: real pictures, and copies of them by two autoencoders that are fitted here. Unlike the data: noise, and
what is of two pictures at once: mixtures of their pixels (mixup, Zhang et al. 2018), one laid over the other, parts of
both side by side (CutMix, Yun et al. 2019), and what the autoencoders draw half-way between their codes; also of codes
drawn at random.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from latent_explorer.models.picture_judge import choose_side, make_decoder, make_encoder, scale_pictures

Kind = Callable[[Tensor, Tensor], Tensor]
"""Makes pictures (N, C, side, side) of two each."""
LATENT_DIM = 24
KL_WEIGHT = 0.65
"""Weight of the divergence in the loss of the variational one: its pictures half-way between two are cleaner than those
of the plain one, and the judge has to know both."""
ENOUGH = 10_000
"""Number of images from which on they are varied enough as they are."""
LIGHT = 127.5
"""Mean brightness above which pictures have a light ground, on which what is darker is laid over."""
BLOCK = 500
"""Number of images that are scaled at a time."""
CODES = 2500
"""Number of pictures that say where the codes lie."""


class Copier:
    """An autoencoder of pictures (N, C, side, side), plain (`kl_weight` 0) or variational (Kingma and Welling 2014)."""

    def __init__(self, image_channels: int, side: int, kl_weight: float) -> None:
        self.kl_weight = kl_weight
        self.encoder = make_encoder(image_channels, side, 2 * LATENT_DIM if kl_weight else LATENT_DIM)
        self.decoder = make_decoder(image_channels, side, LATENT_DIM)
        self.optimiser = torch.optim.Adam([*self.encoder.parameters(), *self.decoder.parameters()], 1.5e-3)
        self.mean, self.deviation = torch.zeros(LATENT_DIM), torch.ones(LATENT_DIM)

    def learn(self, x: Tensor) -> None:
        """Make a training step."""
        h = self.encoder(x).float()
        z, divergence = h[:, :LATENT_DIM], torch.zeros(())
        if self.kl_weight:
            mean, log_variance = z, h[:, LATENT_DIM:].clamp(-8, 4)
            z = mean + torch.randn_like(mean) * (log_variance / 2).exp()
            divergence = (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=1).mean() / 2
        copies = self.decoder(z).float().clamp(1e-4, 1 - 1e-4)
        error = -(x * copies.log() + (1 - x) * (1 - copies).log()).sum(dim=(1, 2, 3)).mean()
        self.optimiser.zero_grad()
        (error + self.kl_weight * divergence).backward()
        self.optimiser.step()

    def encode(self, x: Tensor) -> Tensor:
        z: Tensor = self.encoder(x)[:, :LATENT_DIM].float()
        return z

    def copy(self, x: Tensor) -> Tensor:
        copies: Tensor = self.decoder(self.encode(x))
        return copies

    def blend(self, x: Tensor, other: Tensor) -> Tensor:
        """Return what is drawn about half-way between the codes of two pictures each."""
        blended: Tensor = self.decoder(torch.lerp(self.encode(x), self.encode(other), _draw_share(x)[:, :, 0, 0]))
        return blended

    def find_codes(self, x: Tensor) -> None:
        """Keep where the codes of pictures lie."""
        z = self.encode(x)
        self.mean, self.deviation = z.mean(dim=0), z.std(dim=0, correction=0)

    def invent(self, count: int) -> Tensor:
        """Return what is drawn of codes about where those of pictures lie."""
        away = 0.7 + 0.8 * torch.rand(count, 1)
        invented: Tensor = self.decoder(self.mean + self.deviation * away * torch.randn(count, LATENT_DIM))
        return invented


class ExampleMaker:
    """Makes examples (N, C, side, side), from images (M, C, H, W) of bytes."""

    def __init__(self, images: Tensor) -> None:
        channels, height, width = images.shape[1:]
        self.side = choose_side((channels, height, width))
        self.images = images if max(height, width) <= self.side else _shrink(images, self.side)
        self.has_light_ground = float(self.images.mean(dtype=torch.float32)) > LIGHT
        self.copiers = (Copier(channels, self.side, 0.0), Copier(channels, self.side, KL_WEIGHT))

    def draw(self, count: int) -> Tensor:
        """Return real pictures, drawn at random; where there are few of them, a little turned, sized and shifted."""
        index = torch.randint(0, len(self.images), (count,))
        pictures = scale_pictures(self.images[index].float() / 255, self.side)
        return pictures if len(self.images) >= ENOUGH else _vary(pictures)

    def make_likely(self, count: int) -> Tensor:
        """Return pictures like the data: half real ones, half copies."""
        plain, variational = (copier.copy(self.draw(count // 4)) for copier in self.copiers)
        return torch.cat([self.draw(count - 2 * (count // 4)), plain, variational])

    def make_unlike(self, count: int) -> Tensor:
        """Return pictures unlike the data: of each kind a fixed share, half of them by the autoencoders."""
        plain, variational = self.copiers
        kinds: tuple[tuple[int, Kind], ...] = (
            (4, plain.blend), (10, variational.blend), (2, self._invent), (2, _mix), (5, self._lay_over),
            (5, self._patch), (2, self._patch_and_copy), (1, _add_noise), (1, _make_noise),
        )  # fmt: skip
        parts = sum(part for part, _ in kinds)
        ends = torch.tensor([part for part, _ in kinds]).cumsum(0) * count // parts
        sizes = ends.diff(prepend=ends.new_zeros(1)).tolist()
        batches = [make(self.draw(size), self.draw(size)) for size, (_, make) in zip(sizes, kinds, strict=True) if size]
        return torch.cat(batches)

    def _invent(self, x: Tensor, other: Tensor) -> Tensor:
        plain, variational = self.copiers
        return torch.cat([plain.invent(len(x) // 2), variational.invent(len(x) - len(x) // 2)])

    def _lay_over(self, x: Tensor, other: Tensor) -> Tensor:
        """Return the brighter of the two pixels, on a light ground for half of the pictures the darker one; of a half
        of the pictures the second is faded."""
        share = (0.5 + torch.rand(len(x), 1, 1, 1)).clamp(max=1)
        brighter = torch.maximum(x, other * share)
        if not self.has_light_ground:
            return brighter
        darker = 1 - torch.maximum(1 - x, (1 - other) * share)
        return torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, darker, brighter)

    def _patch(self, x: Tensor, other: Tensor) -> Tensor:
        """Return a part of each picture beside or above the rest of another."""
        place, cut = torch.arange(self.side), self.side * (0.4 + 0.2 * torch.rand(len(x), 1))
        first = place < cut  # (N, side)
        mask = torch.where(torch.rand(len(x), 1, 1) < 0.5, first[:, None, :], first[:, :, None])[:, None]
        return torch.where(mask, x, other)

    def _patch_and_copy(self, x: Tensor, other: Tensor) -> Tensor:
        """Return copies of patched pictures, which have no seam."""
        return self.copiers[0].copy(self._patch(x, other))


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
    return 0.35 + 0.3 * torch.rand(len(x), 1, 1, 1)


def _mix(x: Tensor, other: Tensor) -> Tensor:
    return torch.lerp(x, other, _draw_share(x))


def _add_noise(x: Tensor, _other: Tensor) -> Tensor:
    return (x + torch.randn_like(x) * (0.2 + 0.5 * torch.rand(len(x), 1, 1, 1))).clamp(0, 1)


def _make_noise(x: Tensor, _other: Tensor) -> Tensor:
    return torch.rand_like(x) * torch.rand(len(x), 1, 1, 1)
