"""Muon: momentum whose matrices are orthogonalised, so that every direction of a layer learns at one pace.

Gradients of a layer are dominated by few directions: those of what makes the largest difference to a picture. Adam
keeps their shares, and what is small in a picture is learnt late; Muon makes all of them equally long.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

BETAS = (0.95, 0.999)
ADAM_EPSILON = 1e-8
COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of the polynomial that moves singular values from 0..1 to about 1
POLYNOMIAL_STEPS = 5
SIZE = 0.2
"""Root mean square of the entries of an update, divided by the learning rate: about that of Adam's updates, so that
both take one learning rate (Liu et al. 2025, arXiv:2502.16982)."""


class Muon(torch.optim.Optimizer):
    """Trains matrices and kernels by Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon), biases and scales by
    Adam. A kernel is the matrix that its dimensions after the first make when they are flattened."""

    def __init__(
        self,
        parameters: Iterable[nn.Parameter],
        lr: float,
        betas: tuple[float, float] = BETAS,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    compute = self._compute_matrix_update if is_matrix(parameter) else self._compute_adam_update
                    parameter.sub_(compute(parameter, parameter.grad, group), alpha=group["lr"])
        return loss

    def _compute_matrix_update(self, parameter: nn.Parameter, gradient: Tensor, group: dict[str, Any]) -> Tensor:
        """Return the orthogonalised momentum, looked ahead by one step (Nesterov)."""
        state, share = self.state[parameter], 1 - group["betas"][0]
        if not state:
            state["momentum_buffer"] = torch.zeros_like(parameter)
        momentum = state["momentum_buffer"].lerp_(gradient, share)
        matrix = torch.lerp(momentum, gradient, share).flatten(1)
        update: Tensor = orthogonalise(matrix).view_as(parameter) * (SIZE * max(matrix.shape) ** 0.5)
        return update

    def _compute_adam_update(self, parameter: nn.Parameter, gradient: Tensor, group: dict[str, Any]) -> Tensor:
        state, (first, second) = self.state[parameter], group["betas"]
        if not state:
            state["step"] = torch.zeros((), device=parameter.device)
            state["exp_avg"], state["exp_avg_sq"] = torch.zeros_like(parameter), torch.zeros_like(parameter)
        state["step"] += 1
        mean = state["exp_avg"].lerp_(gradient, 1 - first) / (1 - first ** state["step"])
        # as torch's Adam, which stays finite where a square overflows: a lerp makes inf - inf of such a square, and the
        # correction, before the root, makes one overflow that did not
        square = state["exp_avg_sq"].mul_(second).addcmul_(gradient, gradient, value=1 - second)
        length = square.sqrt() / (1 - second ** state["step"]) ** 0.5
        update: Tensor = mean / (length + ADAM_EPSILON)
        return update


def is_matrix(parameter: Tensor) -> bool:
    """Return whether Muon trains a parameter; Adam trains the others."""
    return parameter.ndim > 1


def orthogonalise(matrix: Tensor) -> Tensor:
    """Return about U V^T of a matrix U S V^T: its singular values become 0.7 to 1.2, and stay smaller only below two
    thousandths of its Frobenius norm.

    A step of Newton and Schulz multiplies X by a polynomial of X X^T. All of these commute, so that their product is
    made in the size of the shorter side, and the matrix is multiplied once.
    """
    if matrix.shape[0] > matrix.shape[1]:
        return orthogonalise(matrix.T).T
    linear, cubic, quintic = COEFFICIENTS
    matrix = matrix / (matrix.norm() + 1e-7)
    gram = matrix @ matrix.T
    product: Tensor | None = None
    for _ in range(POLYNOMIAL_STEPS):
        polynomial = torch.addmm(gram, gram, gram, beta=cubic, alpha=quintic)
        polynomial.diagonal().add_(linear)
        product = polynomial if product is None else polynomial @ product
        gram = polynomial @ gram @ polynomial
    assert product is not None
    return product @ matrix
