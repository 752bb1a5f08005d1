"""The plain autoencoder, and the interface that every objective shares.

An objective overrides `loss`, and `head` or `encode` where its latent code is made another way. It knows
neither how its network looks nor how it is optimised.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from latent_explorer import config
from latent_explorer.models.encoder_body import Body


class Autoencoder(nn.Module):
    """Encoder and decoder through a narrow code (Hinton and Salakhutdinov 2006).

    Images are float32 (N, C, H, W) in [0, 1]; latents float32 (N, d).
    """

    def __init__(self, encoder: Body, decoder: nn.Module, latent_dim: int, objective: config.Objective) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        self.progress = 1.0
        """How much of the training is done, for an objective whose weights change on the way."""
        self.linear = False
        """Whether the decoder's output is the picture itself and not its logits."""
        self.objective = objective
        self.encoder = encoder
        self.head = self.make_head(encoder.width)
        self.decoder = decoder

    @classmethod
    def told(cls, objective: config.Objective) -> int:
        """How many inputs the decoder has beside the code."""
        return 0

    def given(self, labels: Tensor | None) -> "Autoencoder":
        """The model as it is for pictures of these classes: (N,) with -1 where unknown, or shares of them (N, K).

        Only a conditional model is another then.
        """
        return self

    def features(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> what the head makes the code of."""
        found: Tensor = self.encoder(x)
        return found

    def make_head(self, width: int) -> nn.Module:
        """The layer from the encoder's features to the code."""
        return nn.Linear(width, self.latent_dim)

    def encode(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, d)."""
        z: Tensor = self.head(self.features(x))
        return z

    def logits(self, z: Tensor) -> Tensor:
        """(N, d) -> (N, C, H, W): the decoder's output, of which `picture` makes pictures."""
        out: Tensor = self.decoder(z)
        return out

    def picture(self, logits: Tensor) -> Tensor:
        """The picture that squared errors are measured to; a linear one may leave [0, 1]."""
        return logits if self.linear else torch.sigmoid(logits)

    def decode(self, z: Tensor) -> Tensor:
        """(N, d) -> (N, C, H, W) in [0, 1]."""
        picture = self.picture(self.logits(z))
        return picture.clamp(0.0, 1.0) if self.linear else picture

    def decoding(self, labels: NDArray[np.int64]) -> Callable[[Tensor, NDArray[np.intp]], Tensor]:
        """`decode` for latents (N, d) that go with rows (N,) of `labels` (M,)."""
        known = torch.from_numpy(labels).to(next(self.parameters()).device)
        return lambda z, rows: self.given(known[torch.from_numpy(rows).to(known.device)]).decode(z)

    def loss(
        self, x: Tensor, generator: torch.Generator | None = None, labels: Tensor | None = None
    ) -> dict[str, Tensor]:
        """Named parts, each a scalar averaged over the pictures; `loss` is what is minimised.

        `generator` is the source of whatever noise the objective draws; `labels` (N,) are the pictures' classes,
        -1 where unknown.
        """
        reconstruction = self.reconstruction(self.logits(self.encode(x)), x)
        return {"loss": reconstruction, "reconstruction": reconstruction}

    @property
    def code_bytes(self) -> int:
        """Bytes that one latent vector takes, as float32."""
        return 4 * self.latent_dim

    @property
    def warmth(self) -> float:
        """What a penalty's weight is multiplied with now: it rises from 0 to 1 while the training warms up."""
        return min(1.0, self.progress / self.objective.warm_up) if self.objective.warm_up else 1.0

    @torch.inference_mode()
    def figures(self, x: Tensor, generator: torch.Generator) -> dict[str, float]:
        """What shows that the objective does what it is for, on held-out pictures."""
        return {}

    def reconstruction(self, logits: Tensor, x: Tensor) -> Tensor:
        """The reconstruction error a picture: its negative log-likelihood up to a constant."""
        logits = logits.float()  # autocast leaves bfloat16, too coarse for a sum over a picture
        if self.objective.loss == "bce":
            return F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)
        return F.mse_loss(self.picture(logits), x, reduction="sum") / len(x)
