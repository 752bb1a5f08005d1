"""The activation functions a preset can name."""

from itertools import pairwise

from torch import nn

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU, "silu": nn.SiLU, "gelu": nn.GELU, "elu": nn.ELU, "tanh": nn.Tanh
}  # fmt: skip


def make_dense_layers(widths: list[int], activation: str) -> list[nn.Module]:
    """Return fully connected layers of these `widths`, each followed by the activation."""
    stack: list[nn.Module] = []
    for n_in, n_out in pairwise(widths):
        stack += [nn.Linear(n_in, n_out), ACTIVATIONS[activation]()]
    return stack
