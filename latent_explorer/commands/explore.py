"""`latent_explorer.explore`: a window on a model of your own, from a script or a notebook.

The window is a process of its own; the model stays in the caller's, which serves its two functions to the window.
"""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from latent_explorer import import_path
from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.commands.exit_status import say
from latent_explorer.errors import InputError, WorkError
from latent_explorer.models.external_network import ExternalFunctions
from latent_explorer.models.remote_functions import KEY_BYTES, FunctionServer
from latent_explorer.unfinished import ScratchFolder

CLOSING_SECONDS = 10.0  # after which a window that was asked to close is ended


class ExplorerWindow:
    """A window that runs in a process of its own. It closes when its user closes it, or with `close`."""

    def __init__(self, checkpoint: Checkpoint, options: Sequence[str]) -> None:
        self.checkpoint = checkpoint
        try:
            self._folder = ScratchFolder("latent-explorer-window-")
        except OSError as error:
            raise WorkError(f"no temporary file can be written: {error.strerror or error}") from None
        self._errors = self._folder.path / "errors.txt"
        functions, key = checkpoint.functions, secrets.token_bytes(KEY_BYTES)
        self._server = None if functions is None else FunctionServer(functions, key)
        self._process: subprocess.Popen[bytes] | None = None
        self._last_words = ""
        try:
            path = checkpoint.save(self._folder.path / f"{_to_file_name(checkpoint.name)}.safetensors")
            names = [] if functions is None else [one for one in ("encode", "decode") if getattr(functions, one)]
            address = "" if self._server is None else self._server.address
            self._process = self._start([os.fspath(path), *options])
            message = json.dumps({"address": address, "key": key.hex(), "functions": names})
            assert self._process.stdin is not None
            with contextlib.suppress(OSError):  # of a process that has ended; `wait` says why
                self._process.stdin.write(message.encode() + b"\n")
                self._process.stdin.close()
        except BaseException:
            if self._process is not None:
                self._process.kill()
                self._process.wait()
            self._release()
            raise
        # keeps this object, and with it the model and the file, for as long as the window is open
        self._watcher = threading.Thread(target=self._watch, name="window", daemon=True)
        self._watcher.start()

    def _start(self, arguments: list[str]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "latent_explorer.commands.explorer_window", *arguments]
        with import_path.use_safe_child_environment(), self._errors.open("wb") as errors:
            return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=errors)

    @property
    def running(self) -> bool:
        """Whether the window is still open."""
        return self._process is not None and self._process.poll() is None

    def wait(self, timeout: float | None = None) -> None:
        """Return when the window is closed, or after `timeout` seconds; raise `WorkError` if it ended with an error."""
        self._watcher.join(timeout)
        if not self._watcher.is_alive() and self._process is not None and self._process.returncode:
            words = self._last_words or "without a word"
            raise WorkError(f"the window ended with status {self._process.returncode}: {words}")

    def close(self) -> None:
        """Close the window."""
        assert self._process is not None
        self._process.terminate()
        self._watcher.join(CLOSING_SECONDS)
        if self._watcher.is_alive():
            self._process.kill()
            self._watcher.join()

    def _watch(self) -> None:
        """Wait for the end of the window, then let go of what it needed."""
        assert self._process is not None
        self._process.wait()
        lines = self._errors.read_text(errors="replace").strip().splitlines() if self._errors.exists() else []
        self._last_words = lines[-1] if lines else ""
        self._release()

    def _release(self) -> None:
        if self._server is not None:
            self._server.close()
        self._folder.delete()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<ExplorerWindow of {self.checkpoint.name!r}: {'open' if self.running else 'closed'}>"


def explore(
    images: Any, encode: Callable[[Floats], Any] | None = None, decode: Callable[[Floats], Any] | None = None,
    labels: Any = None, attributes: Mapping[str, Any] | None = None, name: str = "model", *, model: Any = None,
    class_names: Sequence[str] | None = None, wait: bool | None = None, options: Sequence[str] = (), **settings: Any,
) -> ExplorerWindow:  # fmt: skip
    """Open a window on the latent space of a model of one's own.

    `encode` takes images (N, C, H, W), float32 in `pixel_range`, and returns latents (N, d), or the mean and
    log-variance of a posterior; `decode` takes latents (N, d) and returns images (N, C, H, W) in `pixel_range`. Both
    get numpy arrays, and may return those of any framework; a torch module in their place, or a method of one, gets
    tensors, in evaluation mode during each call: train a copy of it meanwhile. `model` may take their place: an object
    with `encode` and `decode`, or `encoder` and `decoder`, or with scikit-learn's `transform` and `inverse_transform`.

    `images` is an array (N, H, W), (N, H, W, C) or (N, C, H, W); `labels` (N,) are whole numbers or texts,
    `attributes` arrays (N,) by name. A `Checkpoint` in place of `images` is opened as it is. `options` are those of
    demo.py, such as ["--lab", "generate"]; `settings` those of `Checkpoint.from_model`, such as `pixel_range`.

    In a script the call returns when the window is closed; in a notebook, or with `wait=False`, at once. The
    returned window tells whether it is still `running`. Raises `InputError` for a model that does not fit the images.
    """
    if isinstance(images, Checkpoint):
        checkpoint = images
    else:
        chosen = ExternalFunctions(encode, decode) if model is None else model
        if model is not None and (encode is not None or decode is not None):
            raise InputError("model arrived together with encode or decode; one of them is allowed")
        checkpoint = Checkpoint.from_model(
            chosen,
            images,
            labels,
            class_names=class_names,
            attributes=attributes,
            name=name,
            **{"say": say, "fit_inverse": False, **settings},  # the window fits it in the background
        )
    window = ExplorerWindow(checkpoint, options)
    if wait if wait is not None else not _is_interactive():
        window.wait()
    return window


def _is_interactive() -> bool:
    """Return whether somebody types at a prompt or in a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return hasattr(sys, "ps1") or bool(sys.flags.interactive) or shell is not None


def _to_file_name(name: str) -> str:
    printable = "".join(letter if letter.isalnum() or letter in "-_ ." else "-" for letter in name).strip(" .")
    return printable.encode("utf-8", "replace").decode("utf-8", "ignore")[:60] or "model"
