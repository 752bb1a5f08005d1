"""Runs slow fits in a separate process: the window stays responsive, and a fit can be stopped at any moment.

t-SNE, UMAP and torch hold the interpreter for long stretches, so that in a thread they would block the window's frames.
The process runs at low priority and leaves a core free.
"""

import contextlib
import copy
import os
import signal
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any, Protocol

from latent_explorer.arrays import Floats
from latent_explorer.atlas import PROJECTIONS, Atlas, Projection, SmoothNetwork, projection
from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.background import child_process, stoppable_thread
from latent_explorer.errors import LatentExplorerError, StoppedError, WorkError
from latent_explorer.texts import mark

ReportProgress = Callable[[float, str], None]
"""Callback that receives the finished share, 0 to 1, and a progress message."""
POLL_SECONDS = 0.05  # seconds between two checks of the stop event


@dataclass(frozen=True)
class FitMap:
    """Job that fits a map of latents (M, d)."""

    spec: MapSpec
    latents: Floats

    def work(self, report: ReportProgress) -> Any:
        spec, threads = self.spec, count_threads()
        fitted = projection.fit(spec.method, self.latents, **spec.arguments, threads=threads, progress=report)
        return fitted.to_header(), fitted.to_tensors()

    def restore_result(self, answer: Any) -> Projection:
        parameters, tensors = answer
        return PROJECTIONS[self.spec.method].restore(parameters, tensors, self.latents)


@dataclass(frozen=True)
class FitInverse:
    """Job that fits the smooth part of the inverse projection of a checkpoint's only map."""

    checkpoint: Checkpoint

    def work(self, report: ReportProgress) -> Any:
        import torch

        torch.set_num_threads(count_threads())
        one = self.checkpoint
        (which,) = one.maps
        one.fit_inverse(which, lambda done, steps: report(done / steps, ""))
        assert one.atlas.smooth_network is not None
        return one.atlas.smooth_network.to_tensors()

    def restore_result(self, answer: Any) -> SmoothNetwork:
        return SmoothNetwork.restore(answer)


FitJob = FitMap | FitInverse


class Job(Protocol):
    """Anything that is worked on in a process of its own; it and its answer can be pickled."""

    def work(self, report: ReportProgress) -> Any: ...

    def restore_result(self, answer: Any) -> Any: ...


def copy_with_one_map(checkpoint: Checkpoint, atlas: Atlas) -> Checkpoint:
    """Return a small copy of `checkpoint` for another process: without its network and metrics, and with one map."""
    projection = copy.copy(atlas.projection)
    projection.__dict__.pop("placement", None)  # megabytes that the process does not need
    alone = Atlas(projection, atlas.latents, atlas.labels)
    return replace(checkpoint, maps={atlas.method: alone}, metrics={}, made_by={}, attributes={})


def run(job: Job, report: ReportProgress, stop: threading.Event) -> Any:
    """Run `job` in a separate process and return its result. Raises `StoppedError` when `stop` is set, `WorkError` if
    the process ends without a result, and any `LatentExplorerError` of the job."""
    process, ours = child_process.start(_serve, job, name="fit")
    try:
        while True:
            if stop.is_set():
                raise StoppedError
            if not ours.poll(POLL_SECONDS):
                continue
            kind, *rest = ours.recv()
            if kind == "progress":
                report(*rest)
            elif kind == "done":
                result = job.restore_result(rest[0])
                process.join(1)  # a process that ends by itself cleans up
                return result
            else:
                raise rest[0] if isinstance(rest[0], LatentExplorerError) else WorkError(str(rest[0]))
    except (EOFError, ConnectionError):
        process.join(1)
        text = mark("the fit ended by itself (status {status}); is there enough memory?", status=process.exitcode)
        raise WorkError(text) from None
    finally:
        process.kill()
        process.join()
        ours.close()


def run_in_process(job: FitJob, report: ReportProgress, stop: threading.Event) -> Any:
    """Run `job` in this process and return its result; for quick fits: planes of components or dimensions."""
    if stop.is_set():
        raise StoppedError
    return job.restore_result(job.work(report))


def is_quick(job: FitJob) -> bool:
    """Return True if `job` is worth no process of its own."""
    return isinstance(job, FitMap) and job.spec.method in ("pca", "latent")


def stay_in_background() -> None:
    """Give this process, a worker of the window, low priority and nothing to say in the terminal."""
    from tqdm import tqdm

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the window, which ends this
    os.environ["TQDM_DISABLE"] = "1"
    tqdm.set_lock(threading.RLock())  # one of several processes would be left behind when this one is killed
    if hasattr(os, "nice"):
        os.nice(max(0, stoppable_thread.NICE - os.nice(0)))  # the thread that starts it may give way already
    warnings.simplefilter("ignore")  # there is no terminal to show them


def _serve(connection: Connection, job: Job) -> None:
    """Run `job` in the worker process and send its result or error."""
    stay_in_background()
    answer: tuple[Any, ...]
    try:
        answer = ("done", job.work(lambda share, text: connection.send(("progress", share, text))))
    except LatentExplorerError as error:
        answer = ("failed", error)
    except (BrokenPipeError, ConnectionError):
        return  # the window is gone
    except BaseException as error:
        answer = ("failed", f"{type(error).__name__}: {error}".splitlines()[0])
    with contextlib.suppress(ConnectionError):  # the window may have gone meanwhile, and nobody reads a traceback
        connection.send(answer)


def count_threads() -> int:
    """Return the number of cores less one, which is left to the window."""
    return max(1, (os.cpu_count() or 1) - 1)
