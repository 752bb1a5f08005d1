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
        return F.pixel_shuffle(F.conv2d(x, *self._compute_kernels(), padding=1), int(self.stride[0]))

    def make_plain(self) -> list[nn.Module]:
        """Return layers that do the same with the weights as they are now: this one where patches are not whole."""
        if any(self.output_padding):
            return [self]
        weight, bias = self._compute_kernels()
        conv = nn.Conv2d(self.in_channels, len(weight), REACH, padding=1, device="meta")
        conv.weight, conv.bias = nn.Parameter(weight, requires_grad=False), nn.Parameter(bias, requires_grad=False)
        return [conv, nn.PixelShuffle(int(self.stride[0]))]

    def _compute_kernels(self) -> tuple[Tensor, Tensor]:
        """Return weight and bias of the convolution that returns patches."""
        n_in, n_out, stride = self.in_channels, self.out_channels, int(self.stride[0])
        # (in, out, 3 from below, row in the patch, 3 from the right, column in the patch)
        weight = self.weight.view(n_in, n_out, REACH, stride, REACH, stride).flip(2, 4).permute(1, 3, 5, 0, 2, 4)
        assert self.bias is not None
        return weight.reshape(-1, n_in, REACH, REACH), self.bias.repeat_interleave(stride * stride)
