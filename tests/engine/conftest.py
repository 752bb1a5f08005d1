import pytest

from tests import stage


@pytest.fixture(scope="session")
def world() -> stage.World:
    return stage.world()
