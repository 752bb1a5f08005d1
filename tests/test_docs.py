"""The examples of the documentation and of README's Python section run as they stand there."""

import re
from pathlib import Path

import numpy as np
import pytest

import latent_explorer
from latent_explorer.data import pixel_values

ROOT = Path(latent_explorer.__file__).parents[1]
GUIDES = ("classroom", "figures", "glossary", "lessons", "training", "window")
"""Pages without Python: on the window, the command line, and what was measured."""
PAGES = [page for page in sorted((ROOT / "docs").glob("*.md")) if page.stem not in GUIDES]


def extract_code(text: str) -> str:
    """The Python blocks of a page in their order, each at its line."""
    lines = text.split("\n")
    inside, code = False, []
    for line in lines:
        if line.startswith("```"):
            inside = line == "```python"
            code.append("")
        else:
            code.append(line if inside else "")
    return "\n".join(code)


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch, tmp_path):
    from matplotlib import pyplot

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_: tmp_path / "cache")
    pyplot.switch_backend("agg")
    yield
    pyplot.close("all")


def test_there_is_code_on_every_page():
    assert len(PAGES) >= 5
    assert all(extract_code(page.read_text()).strip() for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_run(page):
    exec(compile(extract_code(page.read_text()), str(page), "exec"), {"__name__": "page"})


def test_the_examples_of_the_readme_run():
    text = (ROOT / "README.md").read_text()
    found = re.search(r"^## From Python\n.*?(?=^## )", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    exec(compile(extract_code(found.group()), "<README>", "exec"), {"__name__": "page"})


def test_the_model_of_the_readme_copies_its_images(monkeypatch):
    given = {}
    monkeypatch.setattr(latent_explorer, "explore", lambda images, encode, decode, labels, name: given.update(locals()))
    found = re.search(r"^## Your own model\n.*?(?=^## )", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert found is not None
    exec(compile(extract_code(found.group()), "<README>", "exec"), {"__name__": "page"})
    images = given["images"][:100]
    assert pixel_values.find_range(images.dtype, [given["images"]]).white == images.max()
    copies = given["decode"](given["encode"](images[:, None].astype(np.float32)))[:, 0]
    assert np.square(copies - images).mean() < 0.5 * images.var()
