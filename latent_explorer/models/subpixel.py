"""A transposed convolution with a wide stride, computed where its input lies."""

import torch.nn.functional as F
from torch import Tensor, nn

REACH = 3
"""Width of the kernel in strides: so many input pixels along a side take part in an output pixel."""


class SubpixelConvTranspose2d(nn.ConvTranspose2d):
    """A transposed convolution whose kernel is three strides wide, computed as a convolution of 3x3.

    A patch of stride x stride output pixels depends on 3x3 input pixels: a convolution that returns whole patches is
    the same function of the same weights (Shi et al. 2016, arXiv:1609.07009), and faster where the output has few
    channels, as pictures have.
    """

    def __init__(self, n_in: int, n_out: int, stride: int, output_padding: tuple[int, int] = (0, 0)) -> None:
        super().__init__(n_in, n_out, REACH * stride, stride, padding=stride, output_padding=output_padding)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        if output_size is not None or any(self.output_padding):  # patches that are not whole
            return super().forward(x, output_size)
        n_in, n_out, stride = self.in_channels, self.out_channels, int(self.stride[0])
        # (in, out, 3 from below, row in the patch, 3 from the right, column in the patch)
        weight = self.weight.view(n_in, n_out, REACH, stride, REACH, stride).flip(2, 4).permute(1, 3, 5, 0, 2, 4)
        bias = None if self.bias is None else self.bias.repeat_interleave(stride * stride)
        patches = F.conv2d(x, weight.reshape(n_out * stride * stride, n_in, REACH, REACH), bias, padding=1)
        return F.pixel_shuffle(patches, stride)
