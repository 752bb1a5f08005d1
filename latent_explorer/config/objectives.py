"""The traits of every objective: what the program may rely on before a model is built, and without torch.

A class in `models` names its traits, and its name in a config is theirs.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Traits:
    name: str
    variational: bool = False
    """The encoder returns a Gaussian posterior."""
    has_prior: bool = False
    """The loss draws the latents to N(0, 1)."""
    conditional: bool = False
    """Encoder and decoder take class labels."""
    generative: bool = False
    """The model draws new latents by itself."""
    has_codebook: bool = False
    """The latent is composed of the entries of a codebook."""
    denoises: bool = False
    """The input of the training is noisy, its target clean."""
    has_own_loss: bool = False
    """The reconstruction term is the objective's own, whatever `objective.loss` says."""

    @property
    def is_plain(self) -> bool:
        """Whether the loss is the reconstruction alone."""
        return self is PLAIN

    @property
    def has_prior_density(self) -> bool:
        """Whether the prior is the density of the model's latents: no second model replaces it."""
        return self.variational and not self.generative


PLAIN = Traits("plain")
VARIATIONAL = Traits("variational", variational=True, has_prior=True)
CONDITIONAL = Traits("conditional", variational=True, has_prior=True, conditional=True)
DIFFUSION = Traits("diffusion", variational=True, has_prior=True, generative=True)
DENOISING = Traits("denoising", denoises=True)
SPARSE = Traits("sparse")
CONTRACTIVE = Traits("contractive")
ROBUST = Traits("robust", has_own_loss=True)
WASSERSTEIN = Traits("wasserstein", has_prior=True)
ADVERSARIAL = Traits("adversarial", has_prior=True)
QUANTISED = Traits("quantised", has_codebook=True)

OBJECTIVES = {
    one.name: one
    for one in (
        PLAIN, VARIATIONAL, CONDITIONAL, DIFFUSION, DENOISING, SPARSE, CONTRACTIVE, ROBUST, WASSERSTEIN, ADVERSARIAL,
        QUANTISED,
    )
}  # fmt: skip
"""The traits by name, in the order of messages."""
