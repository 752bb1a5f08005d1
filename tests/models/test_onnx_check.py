"""What reaches outside an ONNX graph, or repeats without end, is refused before anything is run."""

import numpy as np
import pytest

from latent_explorer.errors import InputError
from latent_explorer.models import onnx_check

pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

import onnx
from onnx import TensorProto, helper

from tests.models import graphs
from tests.models.graphs import ENCODE, SHAPE, open_graphs


def make_loop():
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["on"]), helper.make_node("Add", ["a", "a"], ["b"])],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("a", TensorProto.FLOAT, ["n", 2]),
        ],
        [
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("b", TensorProto.FLOAT, ["n", 2]),
        ],
    )
    nodes = [helper.make_node("Loop", ["", "true", "x"], ["y"], body=body)]
    return graphs.make_graph(nodes, {"x": ["n", 2]}, {"y": ["n", 2]}, {"true": np.array(True)})


def make_nested_functions(levels, calls, first=""):
    """A function that calls another one many times, which calls another one ..."""
    opset, functions = [helper.make_opsetid("", graphs.OPSET), helper.make_opsetid("own", 1)], []
    for level in range(levels):
        below = first or f"f{level - 1}"
        kind = {"op_type": "Neg"} if level == 0 and not first else {"op_type": below, "domain": "own"}
        names = ["a", *(f"t{k}" for k in range(calls))]
        nodes = [helper.make_node(inputs=[names[k]], outputs=[names[k + 1]], **kind) for k in range(calls)]
        functions.append(helper.make_function("own", f"f{level}", ["a"], [names[-1]], nodes, opset))
    top = [helper.make_node(f"f{levels - 1}", ["x"], ["y"], domain="own")]
    return graphs.make_graph(top, {"x": ["n", 2]}, {"y": ["n", 2]}, imports=["own"], functions=functions)


def make_nested_branches(levels):
    nodes = [helper.make_node("Identity", ["x"], ["y"])]
    for level in range(levels):
        branch = helper.make_graph(nodes, f"level {level}", [], [])
        nodes = [helper.make_node("If", ["x"], ["y"], then_branch=branch)]
    return graphs.make_graph(nodes, {"x": ["n", 2]}, {"y": ["n", 2]})


def make_external_sparse():
    """A graph with a list of sparse tensors whose values are said to lie in another file."""
    model = onnx.load_model_from_string(graphs.make_encoder(ENCODE, SHAPE))
    attribute = model.graph.node[0].attribute.add(name="lists", type=onnx.AttributeProto.SPARSE_TENSORS)
    attribute.sparse_tensors.add().values.data_location = TensorProto.EXTERNAL
    return model.SerializeToString()


def make_refused():
    whole = graphs.make_encoder(ENCODE, SHAPE)
    copy = [helper.make_node("Identity", ["x"], ["y"])]
    plain = {"x": ["n", 2]}, {"y": ["n", 2]}
    add = [helper.make_node("Add", ["x", "more"], ["y"])]
    return {
        "no graph": b"\x89PNG\r\n\x1a\n" + bytes(range(200)),
        "nothing": b"",
        "no nodes": graphs.make_graph([], *plain),
        "truncated": whole[: len(whole) // 2],
        "external data": graphs.make_external(whole),
        "external data in a list": make_external_sparse(),
        "custom operator": graphs.make_custom("top"),
        "custom in a branch": graphs.make_custom("branch"),
        "custom in a function": graphs.make_custom("function"),
        "newer opset": graphs.make_graph(copy, *plain, opset=9999),
        "several inputs": graphs.make_graph(add, {"x": ["n", 2], "more": ["n", 2]}, {"y": ["n", 2]}),
        "integers": graphs.make_graph(copy, *plain, kind=TensorProto.INT64),
        "a missing input": graphs.make_graph([helper.make_node("Identity", ["q"], ["y"])], *plain),
        "a loop": make_loop(),
        "branches of branches": make_nested_branches(onnx_check.MAX_DEPTH + 1),
        "functions of functions": make_nested_functions(9, 10),
        "a function of itself": make_nested_functions(1, 1, first="f0"),
        "five axes": graphs.make_graph(copy, {"x": ["n", 1, 1, 4, 4]}, {"y": ["n", 1, 1, 4, 4]}),
    }


REFUSED = make_refused()
CUSTOM = [name for name in REFUSED if name.startswith("custom")]


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_a_graph_that_is_refused_is_one_line(data):
    with pytest.raises(InputError, match=r"^the encoder") as raised:
        open_graphs(data)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 400


def test_the_newest_opset_that_is_known_is_said():
    with pytest.raises(InputError, match=r"opset \d+"):
        open_graphs(REFUSED["newer opset"])


def test_data_outside_are_not_read(monkeypatch):
    import onnxruntime

    monkeypatch.setattr(onnxruntime, "InferenceSession", lambda *a, **k: pytest.fail("the graph was opened"))
    for name in ("external data", "external data in a list", "branches of branches", "a loop", *CUSTOM):
        with pytest.raises(InputError):
            open_graphs(REFUSED[name])


def test_a_graph_that_is_too_large_is_not_parsed(monkeypatch):
    monkeypatch.setattr(onnx_check, "MAX_GRAPH_BYTES", 100)
    with pytest.raises(InputError, match="100"):
        open_graphs(graphs.make_encoder(ENCODE, SHAPE))


def test_functions_that_call_a_few_functions_are_allowed():
    functions = open_graphs(make_nested_functions(3, 2))
    np.testing.assert_allclose(functions.encode.graph.run(np.ones((1, 2), np.float32))[0], 1)
