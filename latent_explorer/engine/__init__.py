"""Decoding for the window: queries in, results out, answered in the frame or in the background."""
