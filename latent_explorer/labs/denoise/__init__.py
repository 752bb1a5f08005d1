"""The Denoise lab: a noisy picture through a plain and a denoising model."""
