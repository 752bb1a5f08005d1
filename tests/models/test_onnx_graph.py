"""An ONNX graph computes what it says, within limits of memory and time; what is wrong is one line."""

import importlib.util
import itertools

import numpy as np
import pytest

from latent_explorer.errors import InputError
from latent_explorer.models import onnx_graph

pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from onnx import TensorProto, helper

from tests.models import graphs
from tests.models.graphs import CODES, DECODE, DRAWN, ENCODE, IMAGES, SHAPE, encode, open_graphs


@pytest.mark.parametrize("batch", [1, 2, 5, 8])
def test_a_fixed_batch_size_is_filled_up(batch):
    functions = open_graphs(
        graphs.make_encoder(ENCODE, SHAPE, batch=batch), graphs.make_decoder(DECODE, SHAPE, batch=batch)
    )
    np.testing.assert_allclose(functions.encode(IMAGES)[0], CODES, atol=1e-5)
    np.testing.assert_allclose(functions.decode(CODES), DRAWN, atol=1e-5)


@pytest.mark.parametrize("kind", [TensorProto.FLOAT16, TensorProto.DOUBLE])
def test_numbers_of_another_precision(kind):
    (z,) = encode(graphs.make_encoder(ENCODE, SHAPE, kind=kind))
    assert z.dtype == np.float32
    np.testing.assert_allclose(z, CODES, atol=2e-2)


def test_pictures_of_another_size_are_one_line():
    with pytest.raises(InputError, match=r"^the encoder failed") as raised:
        open_graphs(graphs.make_encoder(ENCODE, SHAPE)).encode(IMAGES[:, :, :3])
    assert "\n" not in str(raised.value)


def test_more_memory_than_allowed_is_said_in_words():
    nodes = [
        helper.make_node("ConstantOfShape", ["huge"], ["zeros"]),
        helper.make_node("ReduceSum", ["zeros"], ["zero"], keepdims=0),
        helper.make_node("Add", ["x", "zero"], ["y"]),
    ]
    graph = graphs.make_graph(nodes, {"x": ["n", 2]}, {"y": ["n", 2]}, {"huge": np.array([1 << 20, 1 << 14])})
    with pytest.raises(InputError, match=r"^the decoder failed for \(3, 2\): it needs more than 4 GiB of memory$"):
        open_graphs(None, graph).decode(np.zeros((3, 2), np.float32))


@pytest.mark.parametrize("is_constant", [True, False])
def test_a_graph_that_needs_too_much_memory_is_one_line(is_constant):
    side = 60_000  # squared, 14 GB
    nodes = [helper.make_node("ConstantOfShape", ["shape"], ["large"])]
    weights = {"shape": np.array([side, side], np.int64)}
    if not is_constant:  # only a run tells how large it is
        weights = {"side": np.array([side], np.float32)}
        nodes = [
            helper.make_node("ReduceMax", ["x"], ["high"], keepdims=0),
            helper.make_node("Mul", ["high", "side"], ["wide"]),
            helper.make_node("Cast", ["wide"], ["whole"], to=TensorProto.INT64),
            helper.make_node("Concat", ["whole", "whole"], ["shape"], axis=0),
            *nodes,
        ]
    nodes += [
        helper.make_node("ReduceSum", ["large"], ["sum"], keepdims=0),
        helper.make_node("Add", ["x", "sum"], ["y"]),
    ]
    graph = open_graphs(graphs.make_graph(nodes, {"x": ["n", 2]}, {"y": ["n", 2]}, weights)).encode.graph
    with pytest.raises(InputError, match=r"^the encoder failed") as raised:
        graph.run(np.ones((1, 2), np.float32))
    assert "\n" not in str(raised.value)


def test_a_graph_that_takes_too_long_is_stopped(monkeypatch):
    names = ["x", *(f"t{k}" for k in range(3000)), "y"]
    nodes = [helper.make_node("MatMul", [a, "w"], [b]) for a, b in itertools.pairwise(names)]
    data = graphs.make_graph(nodes, {"x": ["n", 256]}, {"y": ["n", 256]}, {"w": np.eye(256, dtype=np.float32)})
    graph = open_graphs(data).encode.graph
    monkeypatch.setattr(onnx_graph, "MAX_SECONDS", 0.01)
    with pytest.raises(InputError, match=r"0\.01 s"):
        graph.run(np.ones((512, 256), np.float32))


def test_the_package_that_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "onnxruntime" else object())
    with pytest.raises(InputError, match=r"^onnxruntime "):
        open_graphs(graphs.make_encoder(ENCODE, SHAPE))


@pytest.mark.parametrize(("name", "said"), [("latent", "whose name is no text"), ("Reshape", "it is damaged")])
def test_a_name_that_is_no_text_is_refused_and_nothing_printed(capfd, name, said):
    data = graphs.make_encoder(ENCODE, SHAPE).replace(name.encode(), name[:-1].encode() + b"\xff")
    with pytest.raises(InputError, match=said):
        open_graphs(data)
    assert capfd.readouterr() == ("", "")
