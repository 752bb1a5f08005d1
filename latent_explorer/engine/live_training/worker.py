"""The process of live trainings: one after the other, of one model or of two side by side, until the window is gone."""

from multiprocessing.connection import Connection

from latent_explorer.engine.background.worker_process import stay_in_background
from latent_explorer.engine.live_training import training_process
from latent_explorer.engine.live_training.settings import PairSettings
from latent_explorer.errors import LatentExplorerError, summarise


def run_worker(connection: Connection) -> None:
    """Run the training process at low priority until the other end of `connection` is closed."""
    stay_in_background()
    import torch

    torch.set_num_threads(1)
    train_loop(connection)


def train_loop(connection: Connection) -> None:
    """Run the requested trainings, one after the other, until the other end of `connection` is closed."""
    from latent_explorer import models, training
    from latent_explorer.engine.live_training.model_pair import PairTrainer
    from latent_explorer.metrics import reconstruction

    pipe, pairs = training_process.CommandPipe(connection), PairTrainer()
    _ = pipe.dataset, reconstruction, models, training  # do slow loading before the first request
    try:
        while True:
            run, settings = pipe.wait_for_training()
            try:
                if isinstance(settings, PairSettings):
                    error_text = pairs.train(pipe, run, settings)
                else:
                    error_text = training_process.train(pipe, run, settings)
            except LatentExplorerError as error:
                error_text = summarise(error)
            except (MemoryError, RuntimeError, ValueError, ArithmeticError) as error:
                error_text = f"{type(error).__name__}: {error}".splitlines()[0]
            pipe.send(run, training_process.Ended(error_text))
    except (EOFError, ConnectionError):
        return  # the window is gone
