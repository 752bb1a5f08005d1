"""Where the framing of a data set is not published, decoded pictures are measured."""

import pytest
import torch

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.measurements import dataset_framing
from latent_explorer.user_image import framing_stats


def test_a_frame_is_measured_where_nothing_is_published(tiny: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dataset_framing.find_framing(tiny) == framing_stats.PUBLISHED["digits"]
    monkeypatch.setattr(framing_stats, "PUBLISHED", {})
    monkeypatch.setattr(tiny, "decode", lambda z, labels=None: torch.zeros(len(z), 1, 8, 8).numpy())
    assert dataset_framing.find_framing(tiny).background == 0
