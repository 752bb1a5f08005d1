"""The Cluster lab: groups among the latents, found without labels."""
