"""ONNX graphs: what they compute is what is drawn, whatever their layout."""

import numpy as np
import pytest

from latent_explorer.errors import InputError
from latent_explorer.models import onnx_network

pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


from tests.models import graphs
from tests.models.graphs import CODES, DECODE, DRAW, DRAWN, ENCODE, IMAGES, SHAPE, encode, open_graphs


def test_graphs_compute_what_they_say():
    functions = open_graphs(graphs.make_encoder(ENCODE, SHAPE), graphs.make_decoder(DECODE, SHAPE))
    np.testing.assert_allclose(functions.encode(IMAGES)[0], CODES, atol=1e-5)
    np.testing.assert_allclose(functions.decode(CODES), DRAWN, atol=1e-5)
    assert onnx_network.find_image_shape(functions) == SHAPE


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
    for shape in ([2, 1, 1], [None, 1, 1]):
        spatial = graphs.make_decoder(DECODE, SHAPE, latent_shape=shape)
        np.testing.assert_allclose(open_graphs(None, spatial).decode(CODES), DRAWN, atol=1e-5)


@pytest.mark.parametrize(("shape", "size"), [([2, 1], 1), ([2, 1], 4), ([0, 4], 8), ([None, 3], 4), ([None, None], 2)])
def test_latents_that_do_not_fill_the_decoder_are_one_line(shape, size):
    functions = open_graphs(None, graphs.make_decoder(DECODE, SHAPE, latent_shape=shape))
    with pytest.raises(InputError, match=f"^the decoder takes .*latents of {size} numbers do not fill it$"):
        functions.decode(np.ones((3, size), np.float32))
