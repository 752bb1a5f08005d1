"""Batch normalisation whose state is its two running averages, so that a checkpoint holds floats alone."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

EPSILON = 1e-5
"""Added to a variance, which may be 0."""


class BatchNorm(nn.Module):
    """Normalises each channel of (N, C, ...) by its mean and variance in the batch (Ioffe and Szegedy 2015,
    arXiv:1502.03167), and in evaluation by their running averages."""

    mean: Tensor
    variance: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("variance", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        in_batch = self.training and len(x) > 1  # a single picture has no spread
        return F.batch_norm(x, self.mean, self.variance, self.weight, self.bias, training=in_batch, eps=EPSILON)

    def compute_factor_and_summand(self) -> tuple[Tensor, Tensor]:
        """Return by what a channel is multiplied in evaluation, and what is added to it then, (channels,) each."""
        factor = self.weight / (self.variance + EPSILON).sqrt()
        return factor, self.bias - self.mean * factor
