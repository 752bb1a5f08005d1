"""ONNX graphs, checked (`onnx_check`) and run by onnxruntime (extra `onnx`).

What a graph computes has a limit of memory, and of time: between two steps, so that one large step may exceed it.
"""

import importlib.util
import os
import re
import threading
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.errors import InputError, give_reason
from latent_explorer.models.onnx_check import check_graph

EXTRA = 'pip install "latent_explorer[onnx]"'
MAX_MEMORY = 4 << 30  # bytes that all graphs of this process compute with
MAX_SECONDS = 300.0  # of a call
FLOATS = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(double)": np.float64}
HINT = " Please fix either the inputs/outputs or the model."
"""What onnxruntime adds to a size that does not fit."""


@dataclass(eq=False)
class Graph:
    """One checked graph with one input; `title` names it in errors."""

    data: bytes
    title: str

    def __post_init__(self) -> None:
        require_packages()
        check_graph(self.data, self.title)
        inputs, outputs = self.session.get_inputs(), self.session.get_outputs()
        try:
            _ = [(one.name, one.shape) for one in (*inputs, *outputs)]
        except UnicodeDecodeError:
            raise InputError(f"{self.title} has an input or output whose name is no text; UTF-8 is allowed") from None
        if len(inputs) != 1:
            names = ", ".join(one.name for one in inputs)
            raise InputError(f"{self.title} has the inputs {names}; one input is allowed")
        for one in (*inputs, *outputs):
            if one.type not in FLOATS:
                raise InputError(f"{self.title}: {one.name} is {one.type}; floating-point numbers are allowed")

    @cached_property
    def session(self) -> Any:
        import onnxruntime

        onnxruntime.set_default_logger_severity(4)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4  # what is wrong arrives as an error
        threads = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
        options.intra_op_num_threads = int(threads) if threads.isdecimal() else 0
        # what was checked, and not what the same bytes may mean in onnxruntime's own format
        options.add_session_config_entry("session.load_model_format", "ONNX")
        _limit_memory()
        options.add_session_config_entry("session.use_env_allocators", "1")
        try:
            return onnxruntime.InferenceSession(
                self.data, options, providers=["CPUExecutionProvider"],
                enable_fallback=0,  # which tries again, and prints so
                disabled_optimizers=["ConstantFolding"],  # which computes here already, beside the limited memory
            )  # fmt: skip
        except Exception as error:  # onnxruntime's own classes, one for each kind of fault
            raise InputError(f"{self.title} cannot be opened by onnxruntime: {_describe(error)}") from None

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """Its sides; None where any is allowed."""
        return tuple(side if isinstance(side, int) else None for side in self.session.get_inputs()[0].shape)

    @property
    def output_names(self) -> list[str]:
        return [one.name for one in self.session.get_outputs()]

    def run(self, batch: NDArray[Any]) -> list[Floats]:
        """Return all outputs for a batch (N, ...); a graph with a batch size of its own is run as often as needed."""
        entry = self.session.get_inputs()[0]
        fixed = self.input_shape[0] if self.input_shape else None
        values = np.ascontiguousarray(batch, FLOATS[entry.type])
        if fixed is None or fixed == len(values):
            return [np.asarray(out, np.float32) for out in self._run(entry.name, values)]
        parts = []
        for first in range(0, len(values), fixed):
            part = values[first : first + fixed]
            padded = np.concatenate([part, np.repeat(part[-1:], fixed - len(part), axis=0)])
            parts.append([np.asarray(out, np.float32)[: len(part)] for out in self._run(entry.name, padded)])
        return [np.concatenate(outs) for outs in zip(*parts, strict=True)]

    def _run(self, name: str, values: NDArray[Any]) -> list[Any]:
        import onnxruntime

        call = onnxruntime.RunOptions()
        call.log_severity_level = 4
        late = threading.Event()

        def stop() -> None:
            late.set()
            call.terminate = True

        timer = threading.Timer(MAX_SECONDS, stop)
        timer.daemon = True
        timer.start()
        try:
            return list(self.session.run(None, {name: values}, call))
        except Exception as error:  # as above
            reason = f"it takes longer than {MAX_SECONDS:g} s" if late.is_set() else _describe(error)
            raise InputError(f"{self.title} failed for {values.shape}: {reason}") from None
        finally:
            timer.cancel()


def require_packages() -> None:
    """Raise `InputError` unless onnx and onnxruntime are installed."""
    missing = [name for name in ("onnx", "onnxruntime") if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(f"{' and '.join(missing)} not installed; models in ONNX need it: {EXTRA}")


@lru_cache
def _limit_memory() -> None:
    """Limit the memory of all sessions of this process that share its allocator."""
    import onnxruntime

    kind = onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR
    place = onnxruntime.OrtMemoryInfo("Cpu", kind, 0, onnxruntime.OrtMemType.DEFAULT)
    sizes = {"max_mem": MAX_MEMORY, "arena_extend_strategy": 1, "initial_chunk_size_bytes": -1}
    onnxruntime.create_and_register_allocator(place, onnxruntime.OrtArenaCfg({**sizes, "max_dead_bytes_per_chunk": -1}))


def _describe(error: Exception) -> str:
    """Return what onnxruntime says is wrong, without its code, and without the place in its own source."""
    text = " ".join(str(error).split())
    if "BFCArena" in text:  # its memory, which is limited
        return f"it needs more than {MAX_MEMORY >> 30} GiB of memory"
    text = re.sub(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ", "", text).removesuffix(HINT)
    text = re.sub(r"^.*/onnxruntime_src/.*?\) (?=\w)", "", text)
    text = re.sub(r"^.*(?=Current official support)", "", text)
    text = re.sub(r"\[\w+(Error|Exception)\] ?", "", text)
    return text[:200] if give_reason(ValueError(text)) else "it is damaged"
