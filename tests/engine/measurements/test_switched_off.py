"""What the KL term has switched off is the same in every lab."""

import numpy as np
import pytest

from latent_explorer.engine.measurements.switched_off import find_switched_off
from latent_explorer.labs.compress.queries import get_quantiser
from latent_explorer.labs.explore import traversals
from tests.labs.shipped import world

DIGITS_OFF = {1, 3, 4, 6}
"""Dimensions of digits-vae whose posterior is the prior whatever the digit."""


@pytest.mark.parametrize(("name", "off"), [("digits-vae", DIGITS_OFF), ("digits-anomaly", set())])
def test_compress_leaves_out_what_explore_calls_switched_off(name, off):
    checkpoint = world()[name]
    assert set(np.flatnonzero(find_switched_off(checkpoint)).tolist()) == off
    assert set(np.flatnonzero(get_quantiser(checkpoint, 4).step == 0).tolist()) == off
    effects = traversals.compute_effects(checkpoint, checkpoint.latents[0], 0)
    assert set(effects.inactive) == off
