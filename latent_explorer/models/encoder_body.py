"""The encoder's body: layers that end in a feature vector, with its width for the latent head."""

from torch import Tensor, nn


class EncoderBody(nn.Module):
    """Encoder without its latent head: (N, C, H, W) -> (N, width)."""

    def __init__(self, layers: list[nn.Module], width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.width = width

    def forward(self, x: Tensor) -> Tensor:
        features: Tensor = self.layers(x)
        return features
