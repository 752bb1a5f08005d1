"""Functions that run in another process: arrays go there and back over a connection, as plain bytes.

The process of the model serves; that of the window calls, with one connection a thread. Nothing is pickled, so that
neither side can make the other run code.
"""

import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from multiprocessing import ProcessError
from multiprocessing.connection import Client, Connection, Listener
from typing import Any

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.errors import InputError
from latent_explorer.models.external_network import ExternalFunctions, call_checked

KEY_BYTES = 32
PART_SECONDS = 0.1  # that a call aims at
FIRST_PART, GROWTH = 4, 4
GONE = "the Python process that holds the model has ended"


class FunctionServer:
    """Serves `functions` to whoever knows the key, until it is closed; one call runs at a time."""

    def __init__(self, functions: ExternalFunctions, key: bytes) -> None:
        self._functions, self._key = functions, key
        self._listener = Listener(None, authkey=key)
        self._lock = threading.Lock()
        self._open: set[Connection] = set()
        self._closed = threading.Event()
        threading.Thread(target=self._accept, name="functions", daemon=True).start()

    @property
    def address(self) -> str:
        return str(self._listener.address)

    def close(self) -> None:
        """End all connections."""
        if self._closed.is_set():
            return
        self._closed.set()
        with contextlib.suppress(OSError):
            Client(self.address).close()  # wakes the thread that waits for one; it leaves before any key is asked for
        self._listener.close()
        for connection in tuple(self._open):
            _end(connection)

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                connection = self._listener.accept()
            except (EOFError, ConnectionError, ProcessError):  # of one that left, or has a wrong key
                continue
            except OSError:
                return
            if self._closed.is_set():
                connection.close()
                return
            self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), name="functions", daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        try:
            with connection, contextlib.suppress(EOFError, OSError):  # the window has closed, or the server
                while True:
                    name = connection.recv_bytes().decode()
                    self._answer(connection, name, receive_arrays(connection)[0])
        finally:
            self._open.discard(connection)

    def _answer(self, connection: Connection, name: str, batch: Floats) -> None:
        """Send an empty text and the arrays, or what went wrong."""
        try:
            with self._lock:
                answer = self._call(name, batch)
        except Exception as error:  # whatever it is, the window says it, and the next call may be better
            reason = str(error) if isinstance(error, InputError) else f"{name}: {type(error).__name__}: {error}"[:300]
            connection.send_bytes(reason.encode(errors="replace") or b"failed")
        else:
            connection.send_bytes(b"")
            send_arrays(connection, answer)

    def _call(self, name: str, batch: Floats) -> tuple[Floats, ...]:
        function = {"encode": self._functions.encode, "decode": self._functions.decode}.get(name)
        if function is None:
            raise InputError(f"{name}: there is no such function")
        return call_checked(function, batch, name)


@dataclass(frozen=True)
class RemoteFunction:
    """A function that another process serves."""

    address: str
    key: bytes = field(repr=False)
    name: str

    def __call__(self, batch: Floats) -> Any:
        """Return what the function gives for the batch. It is asked for parts of it that take a short time each, so
        that the picture under the mouse does not wait for a long batch of another thread."""
        answers: list[tuple[Floats, ...]] = []
        first = 0
        while first < len(batch) or not answers:
            size = _part_sizes.get((self.address, self.name), FIRST_PART)
            part = batch[first : first + size]
            start = time.perf_counter()
            answers.append(self._call(part))
            pace = (time.perf_counter() - start) / PART_SECONDS
            if len(part) == size or pace > 1:
                _part_sizes[self.address, self.name] = max(1, min(int(len(part) / max(pace, 1e-9)), GROWTH * size))
            first += len(part)
        if any([one.shape[1:] for one in answer] != [one.shape[1:] for one in answers[0]] for answer in answers):
            raise InputError(f"{self.name} gave arrays of several shapes for one batch")
        joined = tuple(np.concatenate(arrays) for arrays in zip(*answers, strict=True))
        return joined if len(joined) > 1 else joined[0]

    def _call(self, batch: Floats) -> tuple[Floats, ...]:
        try:
            connection = _connect(self.address, self.key)
            connection.send_bytes(self.name.encode())
            send_arrays(connection, (batch,))
            problem = connection.recv_bytes().decode()
            if problem:
                raise InputError(problem)
            arrays = receive_arrays(connection)
        except InputError:
            raise
        except (EOFError, OSError, ProcessError):
            _threads.__dict__.pop(self.address, None)
            raise InputError(GONE) from None
        except BaseException:  # between question and answer: the next answer would be that of this question
            _threads.__dict__.pop(self.address, None)
            raise
        return arrays


def connect(address: str, key: bytes, names: Collection[str]) -> ExternalFunctions:
    """Return the functions `names` that another process serves at `address`."""
    encode, decode = (RemoteFunction(address, key, name) if name in names else None for name in ("encode", "decode"))
    return ExternalFunctions(encode, decode)


_part_sizes: dict[tuple[str, str], int] = {}
"""How many rows of each function are asked for at once, by address and name."""
_threads = threading.local()
"""The connections of each thread, by address."""


def _connect(address: str, key: bytes) -> Connection:
    connections: dict[str, Connection] = _threads.__dict__
    if address not in connections:
        connections[address] = Client(address, authkey=key)
    return connections[address]


def _end(connection: Connection) -> None:
    """Shut a connection down, which wakes the thread that reads from it; to close it alone would not."""
    if os.name == "nt":
        connection.close()
        return
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as one:
        one.shutdown(socket.SHUT_RDWR)


def send_arrays(connection: Connection, arrays: tuple[Floats, ...]) -> None:
    """Send float32 arrays: their shapes, then the bytes of each."""
    connection.send_bytes(json.dumps([array.shape for array in arrays]).encode())
    for array in arrays:
        connection.send_bytes(np.asarray(array, np.float32).tobytes())


def receive_arrays(connection: Connection) -> tuple[Floats, ...]:
    """Receive what `send_arrays` sent."""
    shapes: list[list[int]] = json.loads(connection.recv_bytes())
    return tuple(np.frombuffer(bytearray(connection.recv_bytes()), np.float32).reshape(shape) for shape in shapes)
