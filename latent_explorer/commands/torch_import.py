"""Imports torch in a thread while the window opens, and keeps it from holding up what is imported beside it."""

import contextlib
import ctypes
import importlib
import importlib.util
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

COMPILED = (
    "numpy.random", "numpy.fft", "yaml", "multiprocessing.connection", "queue", "decimal", "statistics", "unicodedata",
    "csv", "pygame.freetype", "PIL.ImageFont",
)  # fmt: skip
"""What the window needs that is compiled. It is imported before torch's libraries are loaded: one library that is being
loaded holds up every other one, and the interpreter with it."""
LIBRARIES = {"linux": "so", "darwin": "dylib"}
"""How the name of a library ends, by system; elsewhere torch alone knows how it is to be loaded."""


def start() -> None:
    """Begin to import torch; code that needs it waits for it."""
    for name in COMPILED:
        importlib.import_module(name)
    threading.Thread(target=import_torch, name="torch", daemon=True).start()


def import_torch() -> None:
    with contextlib.suppress(Exception):  # a failed import is reported where torch is used
        load_libraries()
    with contextlib.suppress(Exception):
        importlib.import_module("torch")


def load_libraries() -> None:
    """Load torch's libraries as its import would, but without the interpreter, which imports the window meanwhile:
    on two cores this is a fifth of the time of the import."""
    ending, spec = LIBRARIES.get(sys.platform), importlib.util.find_spec("torch")
    if ending is None or spec is None or spec.origin is None:
        return
    folder, load = Path(spec.origin).parent / "lib", _find_loader()
    load(os.fsencode(folder / f"libtorch_global_deps.{ending}"), os.RTLD_NOW | os.RTLD_GLOBAL)
    load(os.fsencode(folder / f"libtorch.{ending}"), os.RTLD_NOW)


def _find_loader() -> Callable[[bytes, int], object]:
    """Return the system's function that loads a library: called through ctypes it lets go of the interpreter, which
    `ctypes.CDLL` and an import hold on to."""
    load = ctypes.CDLL(None).dlopen
    load.argtypes, load.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    return load
