"""The contractive autoencoder: small changes of an image hardly change its latent."""

import torch
from torch import Generator, Tensor, nn

from latent_explorer.config import objectives
from latent_explorer.models.autoencoder import Autoencoder, LossTerms


class ContractiveAutoencoder(Autoencoder):
    """Rifai et al. 2011 (ICML): the reconstruction plus `objective.weight` times the squared Frobenius norm of
    the encoder's Jacobian, exact for a fully connected encoder, else estimated with one random projection per
    image (Hutchinson 1989).
    """

    traits = objectives.CONTRACTIVE

    def loss(self, x: Tensor, generator: Generator | None = None, labels: Tensor | None = None) -> LossTerms:
        linear = self.find_linear_layers()
        with torch.enable_grad():  # the penalty is a gradient, also during evaluation
            if linear is None:
                x = x.clone().requires_grad_()
                z = self.encode(x)
                squares = estimate_squared_jacobian_norm(x, z, generator)
            else:
                z, squares = encode_with_squared_jacobian_norm(linear, x.flatten(1))
        reconstruction = self.compute_reconstruction_loss(self.decode_logits(z), x)
        contraction = squares.mean()
        loss = reconstruction + self.objective.weight * contraction
        return {"loss": loss, "reconstruction": reconstruction, "contraction": contraction}

    @torch.inference_mode()
    def compute_diagnostics(self, x: Tensor, z: Tensor, generator: Generator) -> dict[str, float]:
        return {"jacobian_norm": float(compute_squared_jacobian_norm(self, x).sqrt().mean())}

    def find_linear_layers(self) -> list[nn.Module] | None:
        """Return the encoder's layers and head if they are all linear layers and activations, else None."""
        layers = [one for one in self.encoder.layers if not isinstance(one, nn.Flatten)]
        flat = all(isinstance(one, nn.Linear) or not list(one.parameters(recurse=True)) for one in layers)
        return [*layers, self.head] if flat else None


def encode_with_squared_jacobian_norm(layers: list[nn.Module], x: Tensor) -> tuple[Tensor, Tensor]:
    """Encode images (N, P) by linear layers and activations; return latents (N, d) and ||dz/dx||_F^2 per image (N,).

    The Jacobian is multiplied from the latent's side, and its last factor, the widest, enters only by its Gram
    matrix: (d x h1)(h1 x P) is never formed.
    """
    factors: list[Tensor] = []  # weights (out, in) and activation slopes (N, out), from image to latent
    for layer in layers:
        if isinstance(layer, nn.Linear):
            x = layer(x)
            factors.append(layer.weight)
        else:
            before = x if x.requires_grad else x.detach().requires_grad_()
            x = layer(before)
            (slope,) = torch.autograd.grad(x.sum(), before, create_graph=True)
            factors.append(slope)
    first = factors.pop(0)
    gram = first @ first.T  # (h1, h1)
    jacobian: Tensor | None = None  # (N, d, h)
    for factor, layer in zip(reversed(factors), reversed(layers), strict=False):
        if isinstance(layer, nn.Linear):
            jacobian = factor.expand(len(x), *factor.shape) if jacobian is None else jacobian @ factor
        elif jacobian is not None:
            jacobian = jacobian * factor[:, None, :]
    if jacobian is None:
        return x, gram.diagonal().sum().expand(len(x))
    return x, ((jacobian @ gram) * jacobian).sum(dim=(1, 2))


def estimate_squared_jacobian_norm(x: Tensor, z: Tensor, generator: Generator | None = None) -> Tensor:
    """Return an unbiased estimate of ||dz/dx||_F^2 per image (N,): |v J|^2 for v of independent standard normals."""
    v = torch.empty_like(z).normal_(generator=generator)
    (gradient,) = torch.autograd.grad((z * v).sum(), x, create_graph=True)
    return gradient.square().flatten(1).sum(dim=1)


def compute_squared_jacobian_norm(model: Autoencoder, x: Tensor) -> Tensor:
    """Return ||dz/dx||_F^2 per image (N,) for any encoder, one row of the Jacobian at a time."""
    with torch.inference_mode(False), torch.enable_grad():
        x = x.clone().requires_grad_()
        z = model.encode(x)
        rows = [torch.autograd.grad(z[:, i].sum(), x, retain_graph=True)[0] for i in range(z.shape[1])]
    return torch.stack([row.square().flatten(1).sum(dim=1) for row in rows]).sum(dim=0)
