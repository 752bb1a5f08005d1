"""The Arithmetic lab: A - B + C in latent space."""
