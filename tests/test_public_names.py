"""The names that the package shows: each can be imported, says what it is, and stands in the documentation."""

import inspect
import re
from pathlib import Path

import pytest

import latent_explorer

PAGES = Path(latent_explorer.__file__).parents[1] / "docs"
SHOWN = {
    "Atlas", "Checkpoint", "Config", "InputError", "LatentMap", "WorkError", "explore", "list_presets", "load",
    "load_config", "plot_film",
}  # fmt: skip


def test_the_public_names_are_these():
    assert set(latent_explorer.__all__) == set(latent_explorer._PUBLIC_NAMES) == SHOWN
    assert list(latent_explorer.__all__) == sorted(latent_explorer.__all__)
    assert set(dir(latent_explorer)) >= SHOWN
    with pytest.raises(AttributeError, match="Atlases"):
        _ = latent_explorer.Atlases


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_each_can_be_imported_and_says_what_it_is(name):
    shown = getattr(latent_explorer, name)
    assert inspect.getdoc(shown)
    methods = inspect.getmembers(shown, inspect.isroutine) if inspect.isclass(shown) else []
    assert [key for key, one in methods if not key.startswith("_") and not inspect.getdoc(one)] == []


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_each_stands_in_the_documentation(name):
    pages = [page.read_text() for page in PAGES.glob("*.md")]
    assert any(re.search(rf"^::: latent_explorer\.{name}$", page, re.MULTILINE) for page in pages)
