"""Trained models as files: weights, latents, maps and figures, written whole and read without trust."""
