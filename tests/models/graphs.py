"""Small ONNX graphs, made by hand."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from latent_explorer.models import onnx_network

OPSET = 17
DRAW = np.random.default_rng(0)
SHAPE = (1, 4, 4)
IMAGES = DRAW.random((5, *SHAPE), np.float32)
ENCODE = DRAW.normal(size=(16, 2)).astype(np.float32)
DECODE = DRAW.normal(size=(2, 16)).astype(np.float32)
CODES = IMAGES.reshape(5, -1) @ ENCODE
"""What `make_encoder(ENCODE, SHAPE)` makes of `IMAGES`."""
DRAWN = (1 / (1 + np.exp(-CODES @ DECODE))).reshape(5, *SHAPE)
"""What `make_decoder(DECODE, SHAPE)` makes of `CODES`."""


def open_graphs(encoder=None, decoder=None):
    return onnx_network.make_functions(encoder, decoder)


def encode(data):
    """Return what an encoder makes of `IMAGES`."""
    return open_graphs(data).encode(IMAGES)


def make_graph(nodes, inputs, outputs, weights=None, *, kind=TensorProto.FLOAT, opset=OPSET, imports=(), functions=()):
    """Return the bytes of a graph; `inputs` and `outputs` are shapes by name, `weights` arrays by name."""
    entries = [[helper.make_tensor_value_info(*one) for one in part] for part in _values(inputs, outputs, kind)]
    tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in (weights or {}).items()]
    graph = helper.make_graph(nodes, "graph", *entries, tensors)
    opsets = [helper.make_opsetid("", opset), *(helper.make_opsetid(name, 1) for name in imports)]
    return helper.make_model(graph, opset_imports=opsets, functions=functions, ir_version=8).SerializeToString()


def _values(inputs, outputs, kind):
    yield [(name, kind, shape) for name, shape in inputs.items()]
    yield [(name, kind if shape is not None else TensorProto.FLOAT, shape or ["n"]) for name, shape in outputs.items()]


def make_encoder(weight, shape, *, outputs=("latent",), batch="n", kind=TensorProto.FLOAT):
    """Images of `shape` -> x @ weight (pixels, d), once for each of `outputs`; the k-th is k larger."""
    pixels, d = weight.shape
    dtype = helper.tensor_dtype_to_np_dtype(kind)
    nodes = [helper.make_node("Reshape", ["x", "flat"], ["rows"])]
    weights = {"flat": np.array([-1, pixels], np.int64), "w": weight.astype(dtype)}
    for k, name in enumerate(outputs):
        weights[f"b{k}"] = np.full(d, k, dtype)
        nodes.append(helper.make_node("Gemm", ["rows", "w", f"b{k}"], [name]))
    return make_graph(nodes, {"x": [batch, *shape]}, {name: [batch, d] for name in outputs}, weights, kind=kind)


def make_decoder(weight, shape, *, batch="n", latent_shape=None):
    """Latents -> sigmoid(z @ weight (d, pixels)), of `shape`."""
    d = weight.shape[0]
    nodes = [
        helper.make_node("Reshape", ["z", "flat"], ["rows"]),
        helper.make_node("MatMul", ["rows", "w"], ["logits"]),
        helper.make_node("Sigmoid", ["logits"], ["pixels"]),
        helper.make_node("Reshape", ["pixels", "shape"], ["picture"]),
    ]
    weights = {"flat": np.array([-1, d], np.int64), "w": weight, "shape": np.array([-1, *shape], np.int64)}
    return make_graph(nodes, {"z": [batch, *(latent_shape or [d])]}, {"picture": [batch, *shape]}, weights)


def make_external(data):
    """Return a graph whose weights are said to lie in another file."""
    model = onnx.load_model_from_string(data)
    for tensor in model.graph.initializer:
        if tensor.name == "w":
            tensor.ClearField("raw_data")
            tensor.data_location = TensorProto.EXTERNAL
            entry = tensor.external_data.add()
            entry.key, entry.value = "location", "../secret"
    return model.SerializeToString()


def make_custom_node(name="custom"):
    return helper.make_node("Run", ["x"], [name], domain="com.example")


def make_custom(where):
    """Return a graph that calls a custom operator: at the top, in a branch of an If, or in a function of its own."""
    copy = helper.make_node("Identity", ["x"], ["y"])
    if where == "top":
        return make_graph([make_custom_node("y")], {"x": ["n", 2]}, {"y": ["n", 2]}, imports=["com.example"])
    if where == "branch":
        out = [helper.make_tensor_value_info("custom", TensorProto.FLOAT, None)]
        branch = helper.make_graph([make_custom_node()], "branch", [], out)
        node = helper.make_node("If", ["yes"], ["y"], then_branch=branch, else_branch=branch)
        return make_graph([node], {"x": ["n", 2]}, {"y": ["n", 2]}, {"yes": np.array(True)}, imports=["com.example"])
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.example", 1)]
    function = helper.make_function("own", "F", ["x"], ["y"], [make_custom_node("y")], opsets)
    nodes = [copy, helper.make_node("F", ["x"], ["z"], domain="own")]
    return make_graph(nodes, {"x": ["n", 2]}, {"y": ["n", 2]}, imports=["com.example", "own"], functions=[function])
