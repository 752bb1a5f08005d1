import pytest
import torch
from torch import nn

from latent_explorer.models.subpixel import SubpixelConvTranspose2d


@pytest.mark.parametrize(("stride", "odd"), [(4, (0, 0)), (2, (0, 0)), (4, (0, 3)), (4, (2, 0))])
def test_it_is_the_transposed_convolution_of_its_weights(stride, odd):
    torch.manual_seed(0)
    layer, x = SubpixelConvTranspose2d(5, 3, stride, odd), torch.randn(2, 5, 3, 4, requires_grad=True)
    expected = nn.functional.conv_transpose2d(x, layer.weight, layer.bias, stride, stride, odd)
    assert layer(x).shape == (2, 3, 3 * stride + odd[0], 4 * stride + odd[1])
    torch.testing.assert_close(layer(x), expected)
    slopes = [torch.autograd.grad(y.square().sum(), [x, *layer.parameters()]) for y in (layer(x), expected)]
    torch.testing.assert_close(*slopes, rtol=1e-4, atol=1e-4)


def test_weights_of_a_transposed_convolution_fit():
    theirs, ours = nn.ConvTranspose2d(5, 3, 12, 4, 4), SubpixelConvTranspose2d(5, 3, 4)
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(1, 5, 2, 2)
    torch.testing.assert_close(ours(x), theirs(x))
