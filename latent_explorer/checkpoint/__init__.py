"""Checkpoint files: weights, latents, maps and metrics, written atomically and validated when read."""
