"""What a sample is: a picture, a signal, a row of a table; how it is drawn at any size, compared, and drawn by hand.

A model works on values (C, H, W) from 0 to 1, whatever they mean; everything on the screen that shows a sample goes
through its kind. It knows neither models nor windows.
"""

from latent_explorer.samples.curves import Curves
from latent_explorer.samples.drawn_sample import DrawnSample, redraw
from latent_explorer.samples.images import IMAGES, Images
from latent_explorer.samples.sample_kind import MAX_PROPORTION, Picture, SampleKind, Words, measure_aspect
from latent_explorer.samples.tables import Column, Tables
from latent_explorer.samples.texts import Texts, WrittenSample

__all__ = [
    "IMAGES", "MAX_PROPORTION", "Column", "Curves", "DrawnSample", "Images", "Picture", "SampleKind", "Tables", "Texts",
    "Words", "WrittenSample", "measure_aspect", "redraw",
]  # fmt: skip
