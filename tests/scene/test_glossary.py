"""The glossary: its sentences are short, its terms are those of the window, and the docs have the same ones."""

import os
import re
from functools import cache

import pytest

from latent_explorer.checkpoint import checkpoint_paths
from latent_explorer.config import objectives
from latent_explorer.scene import glossary
from latent_explorer.ui.automation import lesson_files
from tests.stage import ROOT

TERMS = [one for group in glossary.load() for one in group.terms]
FOLDERS = ("scene", "labs", "shell")
"""What writes in the window."""
NAMING = ("atlas", "checkpoint")
"""What names maps and moments of a training."""
NO_TERMS = {
    "PNG", "GIF", "JPEG", "RGB", "MB",  # of files
    "MNIST",  # a data set
    "ABC", "ABCD", "AB", "CNRR",  # marks of places and answers, one letter each
    "WF", "NAME", "NONE", "PARTS",  # no text of the window
}  # fmt: skip


def format_page() -> str:
    """Return the page of the docs, in Markdown."""
    lines = [
        "# Glossary",
        "",
        "The terms that the window uses. Rest the mouse on one to read its sentence there; F2 lists them all.",
    ]
    for group in glossary.load():
        lines += ["", f"## {group.group}", "", "| term | |", "|---|---|"]
        rows = [(text.replace("|", "\\|") for text in (one.term, one.says)) for one in group.terms]
        lines += [f"| **{term}** | {says} |" for term, says in rows]
    return "\n".join(lines) + "\n"


def list_texts(*folders: str) -> list[str]:
    """Return every text in some folders of the code, and what the cards of the lessons say."""
    return [*(text for folder in folders for text in _list_in_code(folder)), *_list_on_cards()]


@cache
def _list_on_cards() -> list[str]:
    lessons = [lesson_files.load(name).lesson for name in lesson_files.list_names()]
    return [text for one in lessons for page in one.pages for text in (page.text, page.question, page.answer)]


@cache
def _list_in_code(folder: str) -> list[str]:
    """Return the texts of one line in the code of a folder, which those for the reader of the code are not: they stand
    between three quotation marks."""
    found = []
    for path in sorted((ROOT / "latent_explorer" / folder).rglob("*.py")):
        texts = re.findall(r'"{3}[\s\S]*?"{3}|"((?:[^"\\\n]|\\.)*)"', path.read_text(encoding="utf-8"))
        found += [re.sub(r"{[^{}]*}", " ", text) for text in texts if text]
    return found


def test_every_sentence_is_one_and_ends():
    for one in TERMS:
        assert len(one.says) <= glossary.MAX_SENTENCE
        assert one.says.endswith((".", "?"))
        assert "!" not in one.says


def test_no_form_belongs_to_two_terms():
    forms = [form for one in TERMS for form in one.forms]
    assert sorted(forms) == sorted(set(forms))


def test_every_term_occurs_in_the_window():
    menus = *objectives.OBJECTIVES, *checkpoint_paths.list_shipped()
    written = "\n".join((*list_texts(*FOLDERS, *NAMING), *menus))
    unused = [one.term for one in TERMS if not any(_occurs(form, written) for form in one.forms)]
    assert not unused


def _occurs(form: str, text: str) -> bool:
    found = glossary.find_first(form)
    assert found is not None
    assert form in found.forms
    return re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text, re.IGNORECASE) is not None


def test_every_abbreviation_of_the_window_is_explained():
    known = {form for one in TERMS for form in one.forms}
    seen = {
        one
        for text in list_texts(*FOLDERS)
        for one in re.findall(r"(?<![\w{])[A-Z][A-Z²]+(?![\w}])|R²", text)
        if len(one) < 6
    }
    explained = {part for form in known for part in re.findall(r"[\w²]+", form)}
    assert seen - explained - NO_TERMS == set()


@pytest.mark.parametrize(
    ("text", "word", "term"),
    [
        ("code: 0.0 sample gaps from the nearest sample's", "gaps", "gap"),
        ("code: 0.0 sample gaps from the nearest sample's", "code", "code"),
        ("Latent vector z, 32 dimensions", "vector", "code"),
        ("SSIM (of codes: at most)", "SSIM", "SSIM"),
        ("held-out R² or accuracy", "R²", "R²"),
        ("mnist-vae", "vae", "VAE"),
        ("encoded again", "again", None),
        ("decoder", "code", "decoder"),
        ("as in a zebra", "a z", None),
    ],
)
def test_a_place_in_a_text_has_the_term_that_is_written_there(text, word, term):
    found = glossary.find_at(text, text.index(word))
    assert (found.term if found else None) == term


def test_a_search_finds_terms_by_their_forms_first_and_by_their_sentences():
    found = [one.term for group in glossary.search("latent v") for one in group.terms]
    assert found == ["code"]
    assert "cycle error" in [one.term for group in glossary.search("ROUND") for one in group.terms]
    assert glossary.search("  ") == glossary.load()
    assert glossary.search("xyzzy") == ()


def test_the_page_of_the_docs_has_the_same_terms():
    """LATENT_EXPLORER_RENEW_GOLDEN=1 writes it anew."""
    page = ROOT / "docs" / "glossary.md"
    if os.environ.get("LATENT_EXPLORER_RENEW_GOLDEN"):
        page.write_text(format_page(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == format_page()
