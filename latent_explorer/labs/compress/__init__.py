"""The Compress lab: latents as a compressed picture."""
