from pathlib import Path

import pytest


@pytest.fixture
def own_cache(tmp_path_factory, monkeypatch) -> Path:
    """An empty folder in place of the user's cache."""
    place = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_: place)
    return place
