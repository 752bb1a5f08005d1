"""What the loss takes of the images of a training: themselves, or what a frozen encoder makes of each of them once."""

import torch
from torch import Tensor

from latent_explorer.data.datasets import to_floats
from latent_explorer.models import Autoencoder


class LossInputs:
    """The inputs of `model.loss` for images (N, C, H, W), on the device that they are on.

    The passes of an encoder that stays as it is would cost more than all else; what it makes of an image is kept from
    the first time on.
    """

    def __init__(self, model: Autoencoder, images: Tensor) -> None:
        self._model, self._images = model, images
        self._kept: Tensor | None = None
        self._is_missing = torch.ones(len(images), dtype=torch.bool, device=images.device)
        self._missing_count = len(images)

    def __len__(self) -> int:
        return len(self._images)

    def take(self, index: Tensor) -> Tensor:
        """Return the inputs of the images at `index` (B,), none of which is there twice."""
        if not self._model.is_frozen:
            return to_floats(self._images.index_select(0, index))  # plain indexing copies pixel by pixel
        if self._missing_count:
            self._add(index[self._is_missing[index]])
        assert self._kept is not None
        return self._kept.index_select(0, index)

    @torch.no_grad()
    def _add(self, index: Tensor) -> None:
        if len(index) == 0:
            return
        made = self._model.compute_loss_inputs(to_floats(self._images.index_select(0, index)))
        if self._kept is None:
            self._kept = made.new_empty(len(self._images), *made.shape[1:])
        self._kept[index] = made
        self._is_missing[index] = False
        self._missing_count -= len(index)
