"""The inputs of the loss, which a frozen encoder makes once of each image."""

import torch

from latent_explorer.training.loss_inputs import LossInputs

IMAGES = torch.arange(24, dtype=torch.uint8).reshape(6, 1, 2, 2)


class Doubling:
    """A model whose frozen encoder makes of an image twice its first value."""

    def __init__(self, *, is_frozen: bool) -> None:
        self.is_frozen, self.asked = is_frozen, 0

    def compute_loss_inputs(self, x: torch.Tensor) -> torch.Tensor:
        self.asked += len(x)
        return 2 * x[:, :, 0, 0]


def test_images_are_floats_from_0_to_1():
    taken = LossInputs(Doubling(is_frozen=False), IMAGES).take(torch.tensor([4, 1]))
    assert torch.equal(taken, IMAGES[[4, 1]].float() / 255)


def test_each_image_is_encoded_when_it_is_first_wanted():
    model = Doubling(is_frozen=True)
    inputs = LossInputs(model, IMAGES)
    wanted = 2 * IMAGES[:, :, 0, 0].float() / 255
    for index, asked in (([4, 1], 2), ([1, 5, 4], 3), ([0, 2, 3], 6), ([5, 4, 3, 2, 1, 0], 6)):
        assert torch.equal(inputs.take(torch.tensor(index)), wanted[index])
        assert model.asked == asked
