"""A model that was stored, and what it is asked to be trained on."""

from pathlib import Path

import pytest

from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.fine_tuning.tuning_process import TuningRequest
from latent_explorer.user_image.gallery import GalleryPicture
from tests.engine.queries.test_gallery import draw

PICTURES = tuple(GalleryPicture(draw(k), str(k % 10)) for k in range(20))
REQUEST = TuningRequest(1, "tiny", "tiny tuned", PICTURES)


@pytest.fixture
def stored(tiny: Checkpoint, tmp_path: Path) -> Checkpoint:
    return checkpoint_file.read(tiny.save(tmp_path / "tiny.safetensors"))
