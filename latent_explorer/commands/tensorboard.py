"""`--log-dir`: write the metrics of every epoch as TensorBoard curves."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from latent_explorer.commands.exit_status import say
from latent_explorer.errors import InputError
from latent_explorer.training import Epoch


class TensorBoardLog:
    """A TensorBoard log: loss parts under `train/`, held-out metrics under `held_out/`, validation loss."""

    def __init__(self, folder: Path) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            raise InputError('--log-dir needs TensorBoard: pip install "latent-explorer[tensorboard]"') from None
        try:
            self._writer = SummaryWriter(str(folder))
            self._folder, self._failed = folder, False
        except OSError as error:
            raise InputError(f"--log-dir {folder}: cannot be written there: {error.strerror or error}") from None

    def write_epoch(self, epoch: Epoch) -> None:
        """Write the metrics of one epoch and flush them."""
        figures = {f"train/{name}": value for name, value in epoch.parts.items()}
        figures |= {f"held_out/{name}": value for name, value in epoch.held_out.items()}
        if epoch.validation is not None:
            figures["validation/loss"] = epoch.validation
        if self._failed:
            return
        try:
            for name, value in figures.items():
                self._writer.add_scalar(name, value, epoch.number)
            self._writer.flush()
        except OSError as error:  # a full disk ends the log, not the training
            self._failed = True
            say(f"--log-dir {self._folder}: cannot be written: {error.strerror or error}; the training goes on")

    def close(self) -> None:
        with suppress(OSError):
            self._writer.close()


@contextmanager
def open_log(folder: Path | None) -> Iterator[TensorBoardLog | None]:
    """Open the log in `folder` and close it at the end; yield None if `folder` is None."""
    logs = TensorBoardLog(folder) if folder is not None else None
    try:
        yield logs
    finally:
        if logs is not None:
            logs.close()
