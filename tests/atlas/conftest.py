"""A map whose smooth way back was fitted once, and the decoder that it was fitted for."""

import numpy as np
import pytest
import torch

from latent_explorer.atlas import Atlas, projection


def decode(z: torch.Tensor, dots: np.ndarray) -> torch.Tensor:
    """A decoder of pictures of 1x3x3 whose pixels are bounded."""
    mixed = z @ torch.linspace(-1, 1, z.shape[1] * 9).reshape(z.shape[1], 9)
    return torch.sigmoid(mixed).reshape(-1, 1, 3, 3)


@pytest.fixture(scope="session")
def atlas(cloud) -> Atlas:
    latents, labels = cloud(300)
    return Atlas(projection.fit("tsne", latents, perplexity=10), latents, labels).fit_inverse(decode)
