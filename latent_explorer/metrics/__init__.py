"""Measures of trained models, of latents and of pictures."""
