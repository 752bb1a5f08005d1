"""The images and labels of one part of a data set."""

import torch
from torch import Tensor


class Split:
    def __init__(self, images: Tensor, labels: Tensor) -> None:
        self._images, self._labels = images, labels

    @property
    def images(self) -> Tensor:
        """(N, C, H, W): pictures as uint8, other samples as float32 from 0 to 1."""
        return self._images

    @property
    def labels(self) -> Tensor:
        """(N,) int64."""
        return self._labels

    def __len__(self) -> int:
        return len(self.images)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(C, H, W)."""
        channels, height, width = self.images.shape[1:]
        return channels, height, width

    def get_image(self, index: int) -> Tensor:
        """Return one sample, (C, H, W)."""
        return self.images[index]

    def get_images(self, indices: Tensor) -> Tensor:
        """Return some samples, (N, C, H, W)."""
        return self.images[indices]

    def prepare(self, indices: Tensor) -> None:
        """Make samples that would be made only when they are asked for; takes its time, and gives way to others."""

    def select(self, chosen: Tensor | slice) -> "Split":
        """Return the images of a mask, of indices or of a slice, with their labels."""
        return Split(self.images[chosen], self.labels[chosen])

    def __add__(self, other: "Split") -> "Split":
        """Return the images of both, with their labels."""
        return Split(torch.cat([self.images, other.images]), torch.cat([self.labels, other.labels]))
