"""The activation functions a preset can name, and layers that end in one."""

from itertools import pairwise

from torch import nn

from latent_explorer.models.batch_norm import BatchNorm

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU, "silu": nn.SiLU, "gelu": nn.GELU, "elu": nn.ELU, "tanh": nn.Tanh
}  # fmt: skip


def make_dense_layers(widths: list[int], activation: str, normalisation: str = "none") -> list[nn.Module]:
    """Return fully connected layers of these `widths`, each followed by normalisation and activation."""
    stack: list[nn.Module] = []
    for n_in, n_out in pairwise(widths):
        stack += [nn.Linear(n_in, n_out), *make_activation(n_out, activation, normalisation)]
    return stack


def make_activation(channels: int, activation: str, normalisation: str = "none") -> list[nn.Module]:
    """Return the activation of feature maps or vectors (N, channels, ...), after `normalisation` if there is any."""
    before = [BatchNorm(channels)] if normalisation == "batch" else []
    return [*before, ACTIVATIONS[activation]()]
