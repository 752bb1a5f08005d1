"""Numerical precision of a training: matrix products, autocast forward pass, loss scaling."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from latent_explorer import config
from latent_explorer.device import multiplies

DTYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16}
BFLOAT16_PAYS = 100_000_000  # parameters times batch size; in smaller steps the casts cost most of what products save
SCALER_STATE_KEYS = ("scale", "_growth_tracker")  # in the scaler's state


@contextmanager
def use_matmul_precision(training: config.Training) -> Iterator[None]:
    """Set the float32 matmul precision to `training.matmul_precision` in the `with` block, then restore it.

    A program that set it per backend (`torch.backends.cuda.matmul.fp32_precision`) keeps its settings.
    """
    try:
        before = torch.get_float32_matmul_precision()
    except RuntimeError:
        yield
        return
    torch.set_float32_matmul_precision(training.matmul_precision)
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def choose_dtype(training: config.Training, device: torch.device, parameter_count: int) -> torch.dtype | None:
    """Return the number format of the forward pass; None for float32 without autocast."""
    if training.precision == "auto":
        large = parameter_count * training.batch_size >= BFLOAT16_PAYS
        return torch.bfloat16 if large and device.type == "cpu" and multiplies(torch.bfloat16, device) else None
    dtype = DTYPES.get(training.precision)
    return None if dtype is None or multiplies(dtype, device) is False else dtype


class MixedPrecision:
    """Mixed precision: autocast for the forward pass, and loss scaling for float16.

    Small gradients vanish in float16; the loss is multiplied by a scale that grows until a gradient overflows, and
    that step is skipped (Micikevicius et al., Mixed Precision Training, 2018).
    """

    def __init__(self, training: config.Training, device: torch.device, parameter_count: int = 0) -> None:
        wanted = choose_dtype(training, device, parameter_count)
        self.autocast = torch.autocast(device.type, wanted or torch.bfloat16, enabled=wanted is not None)
        self.scaler = torch.amp.GradScaler(device.type, enabled=wanted is torch.float16)
        self.clip = training.clip

    def step(self, loss: Tensor, optimizer: torch.optim.Optimizer, parameters: list[nn.Parameter]) -> None:
        """Make one optimizer step on `loss`, with scaling and gradient clipping."""
        optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        if self.clip is not None:
            self.scaler.unscale_(optimizer)
            nn.utils.clip_grad_norm_(parameters, self.clip)
        self.scaler.step(optimizer)
        self.scaler.update()

    def get_scaler_state(self) -> dict[str, Tensor]:
        """Return the state of the loss scaler; empty without loss scaling."""
        state = self.scaler.state_dict()
        return {name: torch.tensor(state[name], dtype=torch.float64) for name in SCALER_STATE_KEYS if name in state}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Restore the loss scaler; raise `KeyError` if `state` is of another precision."""
        now = self.scaler.state_dict()
        if now:
            self.scaler.load_state_dict({**now, **{name: type(now[name])(state[name]) for name in SCALER_STATE_KEYS}})
