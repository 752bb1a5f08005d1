"""A user's lesson or script as a file."""

import pytest


@pytest.fixture
def write(tmp_path):
    def write(text: str):
        path = tmp_path / "mine.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
