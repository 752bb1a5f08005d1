"""The conditional variational autoencoder: the label is an input of encoder and decoder."""

import copy

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from latent_explorer.config import objectives
from latent_explorer.models.autoencoder import LossTerms
from latent_explorer.models.variational import VariationalAutoencoder

LABEL_DROPOUT = 0.1  # fraction of the labels dropped during training


class ConditionalVariationalAutoencoder(VariationalAutoencoder):
    """Sohn, Lee and Yan 2015 (NeurIPS 28): the latent holds only what the label does not tell.

    The label is concatenated to the features and to the latent, as a row of `objective.classes` weights (one-hot;
    all zeros if unknown). Training drops a fraction of the labels (Ho and Salimans 2022, arXiv:2207.12598), so that
    encoder and decoder also work without one.
    """

    traits = objectives.CONDITIONAL

    _condition: Tensor | None = None

    def make_head(self, width: int) -> nn.Module:
        return super().make_head(width + self.objective.label_inputs)

    def condition_on(self, labels: Tensor | None) -> "ConditionalVariationalAutoencoder":
        twin = copy.copy(self)  # shares every weight
        twin._condition = None if labels is None else self._encode_labels(labels)
        return twin

    def extract_features(self, x: Tensor) -> Tensor:
        return self._append_condition(super().extract_features(x))

    def decode_logits(self, z: Tensor) -> Tensor:
        return super().decode_logits(self._append_condition(z))

    def loss(self, x: Tensor, generator: Generator | None = None, labels: Tensor | None = None) -> LossTerms:
        if labels is None:
            return super().loss(x, generator)
        dropped = torch.rand(len(labels), generator=generator, device=labels.device) < LABEL_DROPOUT
        conditioned = self.condition_on(labels.masked_fill(dropped, -1))
        return super(ConditionalVariationalAutoencoder, conditioned).loss(x, generator)

    def _append_condition(self, values: Tensor) -> Tensor:
        condition = self._condition
        if condition is None:
            condition = values.new_zeros(1, self.objective.label_inputs)
        return torch.cat([values, condition.to(values.dtype).expand(len(values), -1)], dim=1)

    def _encode_labels(self, labels: Tensor) -> Tensor:
        """Convert classes (N,), -1 if unknown, to one-hot rows (N, K); weights of classes (N, K) stay as they are."""
        if labels.is_floating_point():
            return labels
        one_hot = F.one_hot(labels.clamp_min(0), self.objective.label_inputs)
        return (one_hot * (labels >= 0)[:, None]).to(torch.float32)
