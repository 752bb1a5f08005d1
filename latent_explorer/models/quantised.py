"""The vector-quantised autoencoder: the latent is composed of entries of a learnt codebook."""

import math
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from latent_explorer import config
from latent_explorer.config import objectives
from latent_explorer.errors import InputError
from latent_explorer.models.autoencoder import Autoencoder, LossTerms
from latent_explorer.models.encoder_body import EncoderBody

DEAD_ENTRY_USES = 0.1  # average uses per batch below which a codebook entry is reset
EPSILON = 1e-5


class VectorQuantisedAutoencoder(Autoencoder):
    """van den Oord et al. 2017 (arXiv:1711.00937), with the codebook as an exponential moving average (their
    appendix A.1), the commitment loss, and unused codebook entries reset to encoder outputs.

    The latent is cut into `objective.groups` parts, each replaced by the nearest of `objective.codes` codebook
    entries. `encode` returns the latent before quantisation, so that every image has a distinct position on the map;
    `decode` quantises, so that the picture under the mouse changes from entry to entry.
    """

    traits = objectives.QUANTISED

    codebook: Tensor
    uses: Tensor
    totals: Tensor

    def __init__(self, encoder: EncoderBody, decoder: nn.Module, latent_dim: int, objective: config.Objective) -> None:
        super().__init__(encoder, decoder, latent_dim, objective)
        if latent_dim % objective.groups:
            raise InputError(
                f"objective.groups: {objective.groups} arrived for model.latent_dim {latent_dim}; "
                "a number that divides it is allowed"
            )
        codes = torch.randn(objective.codes, latent_dim // objective.groups)
        self.register_buffer("codebook", codes)  # (K, d / G)
        self.register_buffer("uses", torch.ones(objective.codes))
        self.register_buffer("totals", codes.clone())

    @property
    def code_bytes(self) -> int:
        """Size of one latent in bytes: the indices of its codebook entries, packed into whole bytes."""
        return math.ceil(self.objective.groups * math.ceil(math.log2(self.objective.codes)) / 8)

    def find_nearest_entries(self, z: Tensor) -> Tensor:
        """Return the index of the nearest codebook entry for each part of latents (N, d): (N, G)."""
        parts = z.reshape(-1, self.codebook.shape[1])
        squares = self.codebook.square().sum(1) - 2 * parts @ self.codebook.T  # (N G, K), up to |part|^2
        return squares.argmin(dim=1).reshape(len(z), -1)

    def quantise(self, z: Tensor) -> Tensor:
        """Replace each part of latents (N, d) by its nearest codebook entry."""
        return self.codebook[self.find_nearest_entries(z)].reshape(z.shape)

    def decode_logits(self, z: Tensor) -> Tensor:
        return super().decode_logits(self.quantise(z))

    def make_row_decoder(self, labels: NDArray[np.int64]) -> Callable[[Tensor, NDArray[np.intp]], Tensor]:
        """Return a function that returns its latents, since quantisation passes no gradient back from an image."""
        return lambda z, rows: z

    def loss(self, x: Tensor, generator: Generator | None = None, labels: Tensor | None = None) -> LossTerms:
        z = self.encode(x).float()
        chosen = self.find_nearest_entries(z)
        quantised = self.codebook[chosen].reshape(z.shape)
        commitment = F.mse_loss(z, quantised, reduction="sum") / len(x)
        passed = z + (quantised - z).detach()  # straight through
        reconstruction = self.compute_reconstruction_loss(self.decoder(passed), x)
        if self.training and torch.is_grad_enabled():
            self._update_codebook(z.detach(), chosen, generator)
        loss = reconstruction + self.objective.commitment * commitment
        return {"loss": loss, "reconstruction": reconstruction, "commitment": commitment}

    @torch.inference_mode()
    def compute_diagnostics(self, x: Tensor, z: Tensor, generator: Generator) -> dict[str, float]:
        chosen = self.find_nearest_entries(z).flatten()
        share = torch.bincount(chosen, minlength=len(self.codebook)).float() / len(chosen)
        return {"codebook_perplexity": compute_perplexity(share), "codes_used": float((share > 0).sum())}

    @torch.no_grad()
    def _update_codebook(self, z: Tensor, chosen: Tensor, generator: Generator | None) -> None:
        """Move the codebook entries towards the latent parts assigned to them, by the moving average."""
        parts, chosen = z.reshape(-1, self.codebook.shape[1]), chosen.flatten()
        counts = torch.bincount(chosen, minlength=len(self.codebook)).to(z.dtype)
        sums = torch.zeros_like(self.codebook).index_add_(0, chosen, parts)
        decay = self.objective.decay
        self.uses.lerp_(counts, 1 - decay)
        self.totals.lerp_(sums, 1 - decay)
        dead = self.uses < DEAD_ENTRY_USES
        if bool(dead.any()):
            drawn = torch.randint(len(parts), (len(dead),), generator=generator, device=z.device)
            self.totals[dead], self.uses[dead] = parts[drawn][dead], 1.0
        self.codebook.copy_(self.totals / (self.uses + EPSILON)[:, None])


def compute_perplexity(usage: Tensor) -> float:
    """Return exp of the entropy of the codebook usage (K,): the number of equally used entries of that entropy."""
    used = usage[usage > 0]
    return float(torch.exp(-(used * used.log()).sum()))
