"""What the tests of the scene share: a world of their own for those that add maps to it."""

import pytest

from tests import stage


@pytest.fixture
def own_world() -> stage.World:
    """Checkpoints for one test alone, which adds maps to them."""
    return stage.make_world()
