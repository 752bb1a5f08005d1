"""What an ONNX graph of a stranger may hold: it runs no code, reads no file, and computes a bounded number of steps.

Nothing outside its bytes is read (external data), no operators but those of ONNX and of onnxruntime itself are called
(custom operators come from libraries, which are code), and nothing is repeated (loops).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from latent_explorer.errors import InputError

MAX_GRAPH_BYTES = 1 << 30
DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")
"""Operator sets that onnxruntime brings."""
MAX_DEPTH = 16  # of graphs within graphs (If)
LOOPS = ("Loop", "Scan", "SequenceMap")
MAX_NODES = 100_000  # of a graph, with those of the functions that it calls


def check_graph(data: bytes, title: str) -> None:
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
    tensors = list(_iterate_tensors(model.graph, 0, title))
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
    _check_step_count(model, title)


def _check_step_count(model: Any, title: str) -> None:
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


def _iterate_tensors(graph: Any, depth: int, title: str) -> Iterator[Any]:
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
        single = [attribute.sparse_tensor] if attribute.HasField("sparse_tensor") else []
        for sparse in (*single, *attribute.sparse_tensors):
            yield from (sparse.values, sparse.indices)
        for graph in (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs):
            yield from _iterate_tensors(graph, depth + 1, title)
