"""ONNX graphs as a model from elsewhere, run by onnxruntime (extra `onnx`): they run no code and read no file.

A graph is checked before it is run: nothing outside its bytes is read (external data), no operators but those of ONNX
and of onnxruntime itself are called (custom operators come from libraries, which are code), and nothing is repeated
(loops). What it computes has a limit of memory, and of time: between two steps, so that one large step may exceed it.
"""

import importlib.util
import os
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.errors import InputError, give_reason
from latent_explorer.models.external_network import ExternalFunctions

EXTRA = 'pip install "latent_explorer[onnx]"'
MAX_GRAPH_BYTES = 1 << 30
DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")
"""Operator sets that onnxruntime brings."""
MAX_DEPTH = 16  # of graphs within graphs (If)
LOOPS = ("Loop", "Scan", "SequenceMap")
MAX_NODES = 100_000  # of a graph, with those of the functions that it calls
MAX_MEMORY = 4 << 30  # bytes that all graphs of this process compute with
MAX_SECONDS = 300.0  # of a call
FLOATS = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(double)": np.float64}
CHANNELS = (1, 3)
HINT = " Please fix either the inputs/outputs or the model."
"""What onnxruntime adds to a size that does not fit."""


@dataclass(eq=False)
class Graph:
    """One checked graph with one input; `title` names it in errors."""

    data: bytes
    title: str

    def __post_init__(self) -> None:
        require_packages()
        _check_graph(self.data, self.title)
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


@lru_cache
def _limit_memory() -> None:
    """Limit the memory of all sessions of this process that share its allocator."""
    import onnxruntime

    kind = onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR
    place = onnxruntime.OrtMemoryInfo("Cpu", kind, 0, onnxruntime.OrtMemType.DEFAULT)
    sizes = {"max_mem": MAX_MEMORY, "arena_extend_strategy": 1, "initial_chunk_size_bytes": -1}
    onnxruntime.create_and_register_allocator(place, onnxruntime.OrtArenaCfg({**sizes, "max_dead_bytes_per_chunk": -1}))


def require_packages() -> None:
    """Raise `InputError` unless onnx and onnxruntime are installed."""
    missing = [name for name in ("onnx", "onnxruntime") if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(f"{' and '.join(missing)} not installed; models in ONNX need it: {EXTRA}")


def make_functions(encoder: bytes | None, decoder: bytes | None, channels: int = 0) -> ExternalFunctions:
    """Return the functions of two graphs, of signals with so many `channels`, or of pictures or rows.

    The encoder takes images (N, C, H, W), or (N, H, W, C), and returns latents, or mean and log-variance; latents of
    more dimensions are flattened. The decoder takes latents, and returns images in the encoder's layout. Signals are
    (N, C, T) or (N, T, C), of one channel (N, T) too; rows are (N, n).
    """
    encode = None if encoder is None else _OnnxEncoder(Graph(encoder, "the encoder"))
    decode = None if decoder is None else _OnnxDecoder(Graph(decoder, "the decoder"), channels)
    return ExternalFunctions(encode, decode)


def find_image_shape(functions: ExternalFunctions) -> tuple[int, int, int] | None:
    """Return the shape (C, H, W) of the pictures that an ONNX encoder takes; None if it takes several."""
    if not isinstance(functions.encode, _OnnxEncoder):
        return None
    sides = functions.encode.graph.input_shape[1:]
    if len(sides) == 2:
        sides = (1, *sides)
    elif len(sides) == 3 and sides[2] in CHANNELS and sides[0] not in CHANNELS:
        sides = (sides[2], *sides[:2])
    known = tuple(side for side in sides if side is not None)
    return (known[0], known[1], known[2]) if len(known) == len(sides) == 3 else None


@dataclass(frozen=True, eq=False)
class _OnnxEncoder:
    graph: Graph

    def __post_init__(self) -> None:
        if len(self.graph.input_shape) not in (2, 3, 4):
            raise InputError(f"the encoder takes {_format_shape(self.graph.input_shape)}; (N, C, H, W) is allowed")
        _find_outputs(self.graph.output_names)

    def __call__(self, images: Floats) -> tuple[Floats, ...]:
        expected = self.graph.input_shape
        batch: Floats = images
        if len(expected) == 4 and _is_channels_last(expected):
            batch = np.moveaxis(images, 1, -1)
        elif len(expected) == 3 and images.ndim == 4:
            batch = images[:, 0]
        elif len(expected) == 3 and _has_signals_last(expected, images.shape):
            batch = np.moveaxis(images, 1, -1)
        elif len(expected) == 2:
            batch = images.reshape(len(images), -1)
        outs = self.graph.run(batch)
        return tuple(outs[k].reshape(len(images), -1) for k in _find_outputs(self.graph.output_names))


@dataclass(frozen=True, eq=False)
class _OnnxDecoder:
    graph: Graph
    channels: int = 0
    """Of the signals that it draws; 0 for pictures and rows."""

    def __call__(self, latents: Floats) -> Floats:
        sides = self.graph.input_shape[1:]
        if len(sides) > 1:
            known = int(np.prod([side for side in sides if side is not None]))
            if sides.count(None) > 1 or latents.shape[1] % known:
                raise InputError(
                    f"the decoder takes {_format_shape(self.graph.input_shape)}; latents of {latents.shape[1]} numbers "
                    "do not fill it"
                )
            latents = latents.reshape(len(latents), *(-1 if side is None else side for side in sides))
        pictures = self.graph.run(latents)[0]
        if pictures.ndim == 4 and _is_channels_last(pictures.shape):
            pictures = np.moveaxis(pictures, -1, 1)
        if self.channels == 1 and pictures.ndim == 2:
            pictures = pictures[:, None]
        elif self.channels and pictures.ndim == 3 and pictures.shape[1] != self.channels == pictures.shape[2]:
            pictures = np.moveaxis(pictures, -1, 1)
        return pictures


def _find_outputs(names: list[str]) -> list[int]:
    """Return the indices of the latent, or of the posterior's mean and log-variance, among an encoder's outputs.

    Of three outputs or more, as in Keras's example of a VAE, mean and log-variance are known by their names.
    """
    if len(names) <= 2:
        return list(range(len(names)))
    plain = [name.lower().replace("_", "").replace("-", "") for name in names]
    spreads = [k for k, name in enumerate(plain) if "logvar" in name]
    means = [k for k, name in enumerate(plain) if ("mean" in name or "mu" in name) and k not in spreads]
    if len(means) == len(spreads) == 1:
        return [*means, *spreads]
    raise InputError(
        f"the encoder has the outputs {', '.join(names)[:120]}; the latent, or a mean and a log-variance named so, is "
        "allowed"
    )


def _is_channels_last(shape: tuple[int | None, ...]) -> bool:
    return shape[-1] in CHANNELS and shape[1] not in CHANNELS


def _has_signals_last(expected: tuple[int | None, ...], shape: tuple[int, ...]) -> bool:
    """Return whether a graph takes signals (N, T, C), where (N, C, T) would not fit."""
    _, channels, points = shape
    fits = [all(a in (None, b) for a, b in zip(expected[1:], sides, strict=True))
            for sides in ((channels, points), (points, channels))]  # fmt: skip
    return fits == [False, True]


def count_inputs(functions: ExternalFunctions) -> int | None:
    """Return how many numbers an ONNX encoder takes for a sample; None if it takes any number of them."""
    if not isinstance(functions.encode, _OnnxEncoder):
        return None
    sides = [side for side in functions.encode.graph.input_shape[1:] if side is not None]
    whole = len(sides) == len(functions.encode.graph.input_shape) - 1
    return int(np.prod(sides, dtype=np.int64)) if whole else None


def _format_shape(shape: tuple[int | None, ...]) -> str:
    return f"({', '.join('N' if side is None else str(side) for side in shape)})"


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


# -- what a stranger's graph may hold -----------------------------------------------------------------


def _check_graph(data: bytes, title: str) -> None:
    """Raise `InputError` for bytes that are no graph, or one that reaches outside itself."""
    import onnx
    from google.protobuf.message import DecodeError

    if len(data) > MAX_GRAPH_BYTES:
        raise InputError(f"{title} has {len(data):,} bytes; up to {MAX_GRAPH_BYTES:,} are allowed")
    try:
        model = onnx.load_model_from_string(data)
    except (DecodeError, ValueError, RecursionError):
        raise InputError(f"{title} is no ONNX graph, or it is damaged") from None
    if not model.graph.node:
        raise InputError(f"{title} is no ONNX graph: it computes nothing")
    own = {function.domain for function in model.functions}
    graphs = [model.graph.node, *(function.node for function in model.functions)]
    tensors = list(_iterate_tensors(model.graph))
    for function in model.functions:
        tensors.extend(tensor for node in function.node for tensor in _iterate_node_tensors(node, 0, title))
    if any(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in tensors):
        raise InputError(f"{title} keeps its weights in another file; export it with all data inside")
    for nodes in graphs:
        for node in _iterate_nodes(nodes, 0, title):
            if node.domain not in DOMAINS and node.domain not in own:
                raise InputError(
                    f"{title} uses the custom operator {node.domain}.{node.op_type}"[:200]
                    + "; operators of ONNX are allowed"
                )
            if node.op_type in LOOPS and node.domain in DOMAINS:
                raise InputError(f"{title} uses the operator {node.op_type}; graphs without loops are allowed")
    _check_functions(model, title)


def _check_functions(model: Any, title: str) -> None:
    """Raise `InputError` for too many steps: by functions that call functions, a few bytes can ask for any number."""
    functions = {(one.domain, one.name): list(_iterate_nodes(one.node, 0, title)) for one in model.functions}
    sizes: dict[tuple[str, str], int] = {}

    def count(nodes: Iterable[Any], depth: int) -> int:
        if depth > MAX_DEPTH:
            raise InputError(f"{title} is nested too deeply; {MAX_DEPTH} levels are allowed")
        total = 0
        for node in nodes:
            name = node.domain, node.op_type
            if name in functions and name not in sizes:
                sizes[name] = count(functions[name], depth + 1)
            total += sizes.get(name, 1)
        return total

    if (steps := count(_iterate_nodes(model.graph.node, 0, title), 0)) > MAX_NODES:
        raise InputError(f"{title} computes {steps:,} steps; up to {MAX_NODES:,} are allowed")


def _iterate_nodes(nodes: Any, depth: int, title: str) -> Iterator[Any]:
    """Yield nodes, and those of the graphs within them."""
    if depth > MAX_DEPTH:
        raise InputError(f"{title} is nested too deeply; {MAX_DEPTH} levels are allowed")
    for node in nodes:
        yield node
        for attribute in node.attribute:
            for graph in (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs):
                yield from _iterate_nodes(graph.node, depth + 1, title)


def _iterate_tensors(graph: Any, depth: int = 0, title: str = "the graph") -> Iterator[Any]:
    """Yield the tensors of a graph, and of those within it."""
    if depth > MAX_DEPTH:
        raise InputError(f"{title} is nested too deeply; {MAX_DEPTH} levels are allowed")
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for node in graph.node:
        yield from _iterate_node_tensors(node, depth, title)


def _iterate_node_tensors(node: Any, depth: int, title: str) -> Iterator[Any]:
    for attribute in node.attribute:
        if attribute.HasField("t"):
            yield attribute.t
        yield from attribute.tensors
        if attribute.HasField("sparse_tensor"):
            yield from (attribute.sparse_tensor.values, attribute.sparse_tensor.indices)
        for graph in (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs):
            yield from _iterate_tensors(graph, depth + 1, title)
