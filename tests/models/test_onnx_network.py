"""ONNX graphs: what they compute is what is drawn, whatever their layout; what reaches outside them is refused."""

import importlib.util
import itertools

import numpy as np
import pytest

from latent_explorer.errors import InputError
from latent_explorer.models import onnx_network

pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from onnx import TensorProto, helper

from tests.models import graphs

DRAW = np.random.default_rng(0)
SHAPE = (1, 4, 4)
IMAGES = DRAW.random((5, *SHAPE), np.float32)
ENCODE = DRAW.normal(size=(16, 2)).astype(np.float32)
DECODE = DRAW.normal(size=(2, 16)).astype(np.float32)
CODES = IMAGES.reshape(5, -1) @ ENCODE
DRAWN = (1 / (1 + np.exp(-CODES @ DECODE))).reshape(5, *SHAPE)


def open_graphs(encoder=None, decoder=None):
    return onnx_network.make_functions(encoder, decoder)


def encode(data):
    return open_graphs(data).encode(IMAGES)


def test_graphs_compute_what_they_say():
    functions = open_graphs(graphs.make_encoder(ENCODE, SHAPE), graphs.make_decoder(DECODE, SHAPE))
    np.testing.assert_allclose(functions.encode(IMAGES)[0], CODES, atol=1e-5)
    np.testing.assert_allclose(functions.decode(CODES), DRAWN, atol=1e-5)
    assert onnx_network.find_image_shape(functions) == SHAPE


@pytest.mark.parametrize("batch", [1, 2, 5, 8])
def test_a_fixed_batch_size_is_filled_up(batch):
    functions = open_graphs(
        graphs.make_encoder(ENCODE, SHAPE, batch=batch), graphs.make_decoder(DECODE, SHAPE, batch=batch)
    )
    np.testing.assert_allclose(functions.encode(IMAGES)[0], CODES, atol=1e-5)
    np.testing.assert_allclose(functions.decode(CODES), DRAWN, atol=1e-5)


@pytest.mark.parametrize("shape", [[4, 4], [16], [4, 4, 1]])
def test_pictures_of_other_layouts(shape):
    assert encode(graphs.make_encoder(ENCODE, shape))[0] == pytest.approx(CODES, abs=1e-5)


def test_channels_last_both_ways():
    colour = DRAW.random((2, 3, 4, 6), np.float32)
    weight = DRAW.normal(size=(72, 2)).astype(np.float32)
    functions = open_graphs(graphs.make_encoder(weight, [4, 6, 3]), graphs.make_decoder(weight.T.copy(), [4, 6, 3]))
    assert onnx_network.find_image_shape(functions) == (3, 4, 6)
    z = functions.encode(colour)[0]
    np.testing.assert_allclose(z, np.moveaxis(colour, 1, -1).reshape(2, -1) @ weight, atol=1e-4)
    drawn = np.moveaxis(functions.decode(z), 1, -1).reshape(2, -1)
    np.testing.assert_allclose(drawn, 1 / (1 + np.exp(-z @ weight.T)), atol=1e-4)


def test_two_outputs_are_a_posterior():
    mean, log_variance = encode(graphs.make_encoder(ENCODE, SHAPE, outputs=("a", "b")))
    np.testing.assert_allclose(mean, CODES, atol=1e-5)
    np.testing.assert_allclose(log_variance, CODES + 1, atol=1e-5)


def test_of_three_outputs_the_names_say_which():
    parts = encode(graphs.make_encoder(ENCODE, SHAPE, outputs=("z", "z_log_var", "z_mean")))
    np.testing.assert_allclose(parts[0], CODES + 2, atol=1e-5)
    np.testing.assert_allclose(parts[1], CODES + 1, atol=1e-5)
    with pytest.raises(InputError, match="a, b, c"):
        encode(graphs.make_encoder(ENCODE, SHAPE, outputs=("a", "b", "c")))


def test_a_decoder_of_feature_maps_gets_them():
    spatial = graphs.make_decoder(DECODE, SHAPE, latent_shape=[2, 1, 1])
    np.testing.assert_allclose(open_graphs(None, spatial).decode(CODES), DRAWN, atol=1e-5)
    with pytest.raises(InputError, match="the decoder"):
        open_graphs(None, spatial).decode(CODES[:, :1])


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


# -- what is refused ----------------------------------------------------------------------------------


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
        "custom operator": graphs.make_custom("top"),
        "custom in a branch": graphs.make_custom("branch"),
        "custom in a function": graphs.make_custom("function"),
        "newer opset": graphs.make_graph(copy, *plain, opset=9999),
        "several inputs": graphs.make_graph(add, {"x": ["n", 2], "more": ["n", 2]}, {"y": ["n", 2]}),
        "integers": graphs.make_graph(copy, *plain, kind=TensorProto.INT64),
        "a missing input": graphs.make_graph([helper.make_node("Identity", ["q"], ["y"])], *plain),
        "a loop": make_loop(),
        "functions of functions": make_nested_functions(9, 10),
        "a function of itself": make_nested_functions(1, 1, first="f0"),
        "five axes": graphs.make_graph(copy, {"x": ["n", 1, 1, 4, 4]}, {"y": ["n", 1, 1, 4, 4]}),
    }


REFUSED = make_refused()


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
    for name in ("external data", "custom operator", "custom in a branch", "custom in a function", "a loop"):
        with pytest.raises(InputError):
            open_graphs(REFUSED[name])


def test_a_graph_that_is_too_large_is_not_parsed(monkeypatch):
    monkeypatch.setattr(onnx_network, "MAX_GRAPH_BYTES", 100)
    with pytest.raises(InputError, match="100"):
        open_graphs(graphs.make_encoder(ENCODE, SHAPE))


def test_functions_that_call_a_few_functions_are_allowed():
    functions = open_graphs(make_nested_functions(3, 2))
    np.testing.assert_allclose(functions.encode.graph.run(np.ones((1, 2), np.float32))[0], 1)


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
    monkeypatch.setattr(onnx_network, "MAX_SECONDS", 0.01)
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
