"""All claims that are checked, of every place that makes some."""

from tests.claim_checks import (
    anomaly,
    autoencoder,
    believe,
    bottleneck,
    diffusion,
    elbo,
    face_judge,
    face_probes,
    factors,
    lessons,
    new_faces,
    plane,
    readme,
    window,
)  # fmt: skip

CLAIMS = (
    *autoencoder.CLAIMS,
    *lessons.CLAIMS,
    *plane.CLAIMS,
    *bottleneck.CLAIMS,
    *elbo.CLAIMS,
    *factors.CLAIMS,
    *new_faces.CLAIMS,
    *face_judge.CLAIMS,
    *face_probes.CLAIMS,
    *anomaly.CLAIMS,
    *diffusion.CLAIMS,
    *believe.CLAIMS,
    *readme.CLAIMS,
    *window.CLAIMS,
)
