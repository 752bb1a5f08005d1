"""Autoencoders of several designs that copy the pictures of a data set, so that the judge learns what decoders draw.

They draw pictures of the size of those that they are given. Pictures drawn at another size and scaled would be told by
how soft that makes them, not by what they show.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from latent_explorer.models.picture_judge import choose_side, make_decoder, make_encoder, resize

ImageShape = tuple[int, int, int]
Networks = tuple[nn.Sequential, nn.Sequential]
"""An encoder and a decoder."""
Design = Callable[[ImageShape, int], Networks]
"""Makes the networks for pictures (C, H, W) and a number of outputs of the encoder."""
LATENT_DIM = 24
LEARNING_RATE = 3e-3
HIDDEN, SHALLOW_CHANNELS, DENSE_HIDDEN = 160, 16, 256


class Resize(nn.Module):
    """Scales pictures (N, C, ...) to (height, width), where they are not of that size."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.size = height, width

    def forward(self, x: Tensor) -> Tensor:
        return x if tuple(x.shape[2:]) == self.size else resize(x.float(), *self.size, antialias=True)


class Copier:
    """An autoencoder of pictures (N, C, H, W), plain (`kl_weight` 0) or variational (Kingma and Welling 2014)."""

    def __init__(self, image_shape: ImageShape, design: Design, kl_weight: float, steps: int) -> None:
        """`steps` is how often it will learn."""
        self.kl_weight = kl_weight
        self.encoder, self.decoder = design(image_shape, 2 * LATENT_DIM if kl_weight else LATENT_DIM)
        for network in (self.encoder, self.decoder):
            network.to(memory_format=torch.channels_last)
        self.optimiser = torch.optim.Adam([*self.encoder.parameters(), *self.decoder.parameters()], LEARNING_RATE)
        self.rate = torch.optim.lr_scheduler.OneCycleLR(self.optimiser, LEARNING_RATE, steps)
        self.codes = torch.zeros(1, LATENT_DIM)
        self.lost = 0.0
        """Share of the variance of pictures that their copies lose."""

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
        self.rate.step()

    def encode(self, x: Tensor) -> Tensor:
        z: Tensor = self.encoder(x)[:, :LATENT_DIM].float()
        return z

    def decode(self, z: Tensor) -> Tensor:
        pictures: Tensor = self.decoder(z).float()
        return pictures

    def copy(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))

    def blend(self, x: Tensor, other: Tensor, share: Tensor) -> Tensor:
        """Return what is drawn between the codes of two pictures each, at shares (N, 1) of the second."""
        return self.decode(torch.lerp(self.encode(x), self.encode(other), share))

    def keep_codes(self, x: Tensor) -> None:
        """Keep where the codes of pictures lie, and how much of them their copies lose."""
        self.codes = self.encode(x)
        error = (self.decode(self.codes) - x).square().mean()
        self.lost = float(error / x.var(dim=0, correction=0).mean().clamp(min=1e-6))

    def invent(self, count: int) -> Tensor:
        """Return what is drawn of normal codes with about the mean and covariance of those of pictures."""
        mean = self.codes.mean(dim=0)
        away = (0.8 + 0.6 * torch.rand(count, 1)) / len(self.codes) ** 0.5
        return self.decode(mean + away * torch.randn(count, len(self.codes)) @ (self.codes - mean))


def make_deep(image_shape: ImageShape, outputs: int) -> Networks:
    """Return convolutions down to 4 x 4 pixels, as the judge's, and back."""
    channels, height, width = image_shape
    side = choose_side(image_shape)
    encoder = nn.Sequential(Resize(side, side), *make_encoder(channels, side, outputs))
    return encoder, nn.Sequential(*make_decoder(channels, side, LATENT_DIM), Resize(height, width))


def make_shallow(image_shape: ImageShape, outputs: int) -> Networks:
    """Return two convolutions of stride 2 and a hidden layer, and back."""
    channels, height, width = image_shape
    inner = (height, width) if height % 4 == width % 4 == 0 else (choose_side(image_shape),) * 2
    some, more, (rows, columns) = SHALLOW_CHANNELS, 2 * SHALLOW_CHANNELS, (one // 4 for one in inner)
    encoder = nn.Sequential(
        Resize(*inner), nn.Conv2d(channels, some, 4, 2, 1), nn.SiLU(), nn.Conv2d(some, more, 4, 2, 1), nn.SiLU(),
        nn.Flatten(), nn.Linear(more * rows * columns, HIDDEN), nn.SiLU(), nn.Linear(HIDDEN, outputs),
    )  # fmt: skip
    decoder = nn.Sequential(
        nn.Linear(LATENT_DIM, HIDDEN), nn.SiLU(), nn.Linear(HIDDEN, more * rows * columns), nn.SiLU(),
        nn.Unflatten(1, (more, rows, columns)), nn.ConvTranspose2d(more, some, 4, 2, 1), nn.SiLU(),
        nn.ConvTranspose2d(some, channels, 4, 2, 1), nn.Sigmoid(), Resize(height, width),
    )  # fmt: skip
    return encoder, decoder


def make_dense(image_shape: ImageShape, outputs: int) -> Networks:
    """Return a hidden layer of units that each see all pixels, and back."""
    pixels = image_shape[0] * image_shape[1] * image_shape[2]
    encoder = nn.Sequential(
        nn.Flatten(), nn.Linear(pixels, DENSE_HIDDEN), nn.SiLU(), nn.Linear(DENSE_HIDDEN, outputs)
    )  # fmt: skip
    decoder = nn.Sequential(
        nn.Linear(LATENT_DIM, DENSE_HIDDEN), nn.SiLU(), nn.Linear(DENSE_HIDDEN, pixels), nn.Sigmoid(),
        nn.Unflatten(1, image_shape),
    )  # fmt: skip
    return encoder, decoder


DESIGNS: tuple[tuple[Design, float], ...] = (
    (make_deep, 0.0), (make_deep, 0.65), (make_shallow, 1.0), (make_dense, 0.0), (make_dense, 1.0),
)  # fmt: skip
"""Plain and variational ones, each with the weight of its pull to the prior: what they draw half-way between two
pictures is the cleaner, the stronger the pull is, and has traces of the design. The judge has to know all of it."""


def make_copiers(image_shape: ImageShape, steps: int) -> tuple[Copier, ...]:
    """Return one of each of `DESIGNS`, not trained yet."""
    return tuple(Copier(image_shape, design, kl_weight, steps) for design, kl_weight in DESIGNS)
