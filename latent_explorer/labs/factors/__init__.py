"""The Factors lab: what each latent dimension learnt, beside attributes whose truth is known."""
