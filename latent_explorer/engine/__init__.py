"""Decoding for the window: requests in, results out, in the frame or in the background."""
