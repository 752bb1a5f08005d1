"""Functions of a model that go on with the CPU when the accelerator that holds its network fails."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class OnDevice(Protocol):
    """A model whose network lies on a device that it can leave."""

    def leave_device(self, why: str) -> None: ...


def falls_back_to_cpu(function: F) -> F:
    """Decorate a function whose first argument is a trained model: where the model's device runs out of memory, or is
    lost, the model is built anew on the CPU, and the function called again."""

    @wraps(function)
    def call(model: OnDevice, *arguments: Any, **options: Any) -> Any:
        try:
            return function(model, *arguments, **options)
        except RuntimeError as error:
            from latent_explorer import device

            why = device.describe_failure(error)
            if not why:
                raise
            model.leave_device(why)
        return function(model, *arguments, **options)  # outside the handler, which holds the failed call's tensors

    return call  # type: ignore[return-value]
