"""Effects: whatever a state can ask of the window, the window does."""

import re
from pathlib import Path

import pytest

import latent_explorer
from latent_explorer.scene.effects import Effect

PACKAGE = Path(latent_explorer.__file__).parent


def list_mentioned(folder: str, pattern: str) -> set[str]:
    """The effects that the files of a folder name where `pattern` stands before them."""
    texts = (path.read_text(encoding="utf-8") for path in (PACKAGE / folder).rglob("*.py"))
    return {name for text in texts for name in re.findall(pattern + r"Effect\.([A-Z_]+)", text)}


@pytest.mark.parametrize(("folder", "pattern"), [("shell", ""), ("ui", r"(?:case|is) ")])
def test_every_effect_is_asked_for_by_the_shell_and_carried_out_by_the_window(folder, pattern):
    assert list_mentioned(folder, pattern) == set(Effect.__members__)
