"""The plain autoencoder, and the interface that every objective shares.

An objective overrides `loss`, and `make_head` or `encode` if it computes its latents differently. It knows neither
the architecture of its network nor the optimiser.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from latent_explorer import config
from latent_explorer.config import objectives
from latent_explorer.models import pixel_losses
from latent_explorer.models.encoder_body import EncoderBody

LossTerms = dict[str, Tensor]
"""Named terms of a loss, each a scalar averaged over the images; `loss` is the minimised total."""


class Autoencoder(nn.Module):
    """Encoder and decoder with a low-dimensional latent between them (Hinton and Salakhutdinov 2006).

    Images are float32 (N, C, H, W) in [0, 1]; latents float32 (N, d).
    """

    traits = objectives.PLAIN

    def __init__(self, encoder: EncoderBody, decoder: nn.Module, latent_dim: int, objective: config.Objective) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        self.progress = 1.0
        """Fraction of the training done (0 to 1), for objectives whose weights change during training."""
        self.has_linear_output = False
        """Whether the decoder's output is the picture itself instead of its logits."""
        self.is_frozen = False
        """Whether encoder and decoder stay as they are in a training, for objectives with more than these."""
        self.objective = objective
        self.encoder = encoder
        self.head = self.make_head(encoder.width)
        self.decoder = decoder

    @property
    def device(self) -> torch.device:
        """The device of its weights; the CPU for a model from elsewhere, which has none here."""
        return next((weight.device for weight in self.parameters()), torch.device("cpu"))

    def condition_on(self, labels: Tensor | None) -> "Autoencoder":
        """Return the model conditioned on `labels`: classes (N,), -1 if unknown, or weights of the K classes (N, K).

        An unconditional model returns itself.
        """
        return self

    def extract_features(self, x: Tensor) -> Tensor:
        """Return the encoder's features (N, width) of images (N, C, H, W), the input of the head."""
        features: Tensor = self.encoder(x)
        return features

    def make_head(self, width: int) -> nn.Module:
        """Return the layer from the encoder's `width` features to the latent."""
        return nn.Linear(width, self.latent_dim)

    def encode(self, x: Tensor) -> Tensor:
        """Encode images (N, C, H, W) -> latents (N, d)."""
        z: Tensor = self.head(self.extract_features(x))
        return z

    def decode_logits(self, z: Tensor) -> Tensor:
        """Return the decoder's output (N, C, H, W) for latents (N, d), before `to_image`."""
        out: Tensor = self.decoder(z)
        return out

    def to_image(self, logits: Tensor) -> Tensor:
        """Convert the decoder's output to images, unclipped: with linear output they may leave [0, 1]."""
        return logits if self.has_linear_output else torch.sigmoid(logits)

    def decode(self, z: Tensor) -> Tensor:
        """Decode latents (N, d) -> images (N, C, H, W) in [0, 1]."""
        picture = self.to_image(self.decode_logits(z))
        return picture.clamp(0.0, 1.0) if self.has_linear_output else picture

    def make_row_decoder(self, labels: NDArray[np.int64]) -> Callable[[Tensor, NDArray[np.intp]], Tensor]:
        """Return a `decode(z, rows)` that conditions latents (N, d) on the `labels` (M,) of their rows (N,)."""
        classes = torch.from_numpy(labels).to(self.device)
        return lambda z, rows: self.condition_on(classes[torch.from_numpy(rows).to(classes.device)]).decode(z)

    def compute_loss_inputs(self, x: Tensor) -> Tensor:
        """Return what `loss` takes of images (N, C, H, W): themselves, or what a frozen encoder makes of them."""
        return x

    def loss(self, x: Tensor, generator: Generator | None = None, labels: Tensor | None = None) -> LossTerms:
        """Return the loss of images (N, C, H, W), or of what `compute_loss_inputs` makes of them. `generator` is the
        source of the objective's noise; `labels` (N,) are the classes of the images, -1 if unknown."""
        reconstruction = self.compute_reconstruction_loss(self.decode_logits(self.encode(x)), x)
        return {"loss": reconstruction, "reconstruction": reconstruction}

    @property
    def code_bytes(self) -> int:
        """Size of one latent in bytes, as float32."""
        return 4 * self.latent_dim

    @property
    def warm_up_factor(self) -> float:
        """Current multiplier of the penalty's weight; it rises linearly from 0 to 1 during warm-up."""
        return min(1.0, self.progress / self.objective.warm_up) if self.objective.warm_up else 1.0

    @torch.inference_mode()
    def compute_diagnostics(self, x: Tensor, z: Tensor, generator: Generator) -> dict[str, float]:
        """Return diagnostics of the objective on held-out images and their latents (active units, ...)."""
        return {}

    def compute_reconstruction_loss(self, logits: Tensor, x: Tensor) -> Tensor:
        """Return the reconstruction loss per image: its negative log-likelihood up to a constant."""
        logits = logits.float()  # autocast leaves bfloat16, too coarse for a sum over a picture
        if self.objective.loss == "bce":
            if logits.is_cpu:
                return pixel_losses.sum_cross_entropy(logits, x) / len(x)
            return F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)
        measure = F.l1_loss if self.objective.loss == "l1" else F.mse_loss
        return measure(self.to_image(logits), x, reduction="sum") / len(x)
