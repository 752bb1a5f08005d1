"""A sample as the window shows it: its own reconstruction, and its original where the data set is here."""

import numpy as np

from latent_explorer.engine.decode import as_shown, label_shares, pictures
from latent_explorer.engine.query import Sample, SampleValue
from latent_explorer.engine.query_context import Desk


def answer_sample(request: Sample, desk: Desk) -> SampleValue:
    checkpoint, dot = desk.checkpoint(request.model), request.dot
    z = checkpoint.latents[dot]
    (picture,) = pictures(checkpoint, z[None], label_shares(checkpoint, np.array([dot])))
    image, note = desk.original(request.model, dot)
    return SampleValue(dot, z, picture, None if image is None else as_shown(image), note)
