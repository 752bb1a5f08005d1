"""Starts the processes that work for the window: afresh (`spawn`), with a pipe, and blind to the current folder."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from latent_explorer import import_path


def start(target: Callable[..., None], *arguments: Any, name: str) -> tuple[SpawnProcess, Connection]:
    """Start `target(connection, *arguments)` in a new process; return the process and the other end of the pipe."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(theirs, *arguments), name=name, daemon=True)
    with import_path.use_safe_child_environment():
        process.start()
    theirs.close()
    return process, ours
