"""Recurrent encoder and decoder: an image is read and written as a sequence of its rows, a signal (H = 1) as one of
its points in time.

Srivastava et al. 2015 (arXiv:1502.04681) for sequences of frames, with gated recurrent units (Cho et al. 2014,
arXiv:1406.1078). `model.hidden` gives the width of each recurrent layer.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

from latent_explorer import config
from latent_explorer.errors import InputError
from latent_explorer.models.encoder_body import EncoderBody


def make_encoder(image_shape: tuple[int, int, int], model: config.Model) -> EncoderBody:
    """Return the encoder body: (N, C, H, W) -> (N, 2 hidden[-1]), the last layer's final states in both
    directions."""
    _check_hidden(model)
    channels, height, width = image_shape
    return EncoderBody([_RowEncoder(channels * (width if height > 1 else 1), model.hidden)], 2 * model.hidden[-1])


def make_decoder(image_shape: tuple[int, int, int], model: config.Model) -> nn.Module:
    """Return the decoder: (N, d) -> (N, C, H, W) logits."""
    _check_hidden(model)
    channels, height, width = image_shape
    if height > 1:
        return _RowDecoder(image_shape, model.latent_dim, model.hidden)
    return nn.Sequential(_RowDecoder((channels, width, 1), model.latent_dim, model.hidden), _ToSignal())


def _check_hidden(model: config.Model) -> None:
    if not model.hidden:
        raise InputError("model.hidden: an empty list arrived; a sequence network needs at least one width")


class _RowEncoder(nn.Module):
    """Bidirectional recurrent encoder over the rows (Schuster and Paliwal 1997), which remembers both ends."""

    def __init__(self, row_size: int, hidden: tuple[int, ...]) -> None:
        super().__init__()
        widths = [row_size, *(2 * width for width in hidden)]
        self.units = nn.ModuleList(
            nn.GRU(before, width, batch_first=True, bidirectional=True)
            for before, width in zip(widths, hidden, strict=False)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = x if x.shape[2] > 1 else x.transpose(2, 3)
        rows = x.transpose(1, 2).flatten(2)  # (N, H, C W)
        for unit in self.units:
            rows, last = unit(rows)
        return torch.cat([last[0], last[1]], dim=1)


class _RowDecoder(nn.Module):
    """Recurrent decoder: takes the latent as input at every row; its hidden state holds the rows so far."""

    def __init__(self, image_shape: tuple[int, int, int], latent_dim: int, hidden: tuple[int, ...]) -> None:
        super().__init__()
        self.image_shape = image_shape
        channels, _, width = image_shape
        widths = [latent_dim, *reversed(hidden)]
        self.hidden = widths[1:]
        self.begin = nn.Linear(latent_dim, sum(hidden))
        self.units = nn.ModuleList(nn.GRU(before, after, batch_first=True) for before, after in pairwise(widths))
        self.row = nn.Linear(widths[-1], channels * width)

    def forward(self, z: Tensor) -> Tensor:
        channels, height, width = self.image_shape
        memories = torch.split(torch.tanh(self.begin(z)), self.hidden, dim=1)
        rows = z[:, None, :].expand(-1, height, -1)
        for unit, memory in zip(self.units, memories, strict=True):
            rows, _ = unit(rows, memory[None].contiguous())
        logits: Tensor = self.row(rows)  # (N, H, C W)
        return logits.reshape(len(z), height, channels, width).transpose(1, 2)


class _ToSignal(nn.Module):
    """(N, C, T, 1) -> (N, C, 1, T)."""

    def forward(self, x: Tensor) -> Tensor:
        return x.transpose(2, 3)
