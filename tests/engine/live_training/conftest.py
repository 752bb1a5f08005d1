"""A training process, played by a thread."""

import multiprocessing
import threading
from collections.abc import Iterator

import pytest

from latent_explorer.engine.live_training import worker
from latent_explorer.engine.live_training.settings import Settings
from latent_explorer.engine.live_training.training_process import Ended

SHORT = Settings(latent_dim=2, epochs=1, moments=3, moment_interval=0.0)


class Pupil:
    """`worker.train_loop` in a thread, with the other end of its pipe."""

    def __init__(self) -> None:
        self.pipe, theirs = multiprocessing.Pipe()
        self.thread = threading.Thread(target=worker.train_loop, args=(theirs,), daemon=True)
        self.thread.start()

    def told(self) -> tuple:
        assert self.pipe.poll(60)
        return self.pipe.recv()

    def all(self) -> list:
        found = []
        while not (found and isinstance(found[-1], Ended)):
            found.append(self.told()[1])
        return found


@pytest.fixture
def pupil() -> Iterator[Pupil]:
    one = Pupil()
    yield one
    one.pipe.close()
    one.thread.join(30)
    assert not one.thread.is_alive()  # it leaves where nobody listens any more
