"""Every text of every lab is in the language of the window: a language that brackets all texts leaves none out."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from latent_explorer import texts
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Move
from latent_explorer.scene.items import Map
from latent_explorer.shell import toolbar
from latent_explorer.texts import Language
from tests.labs.test_laws import WORLD, answered, every_layout, opened
from tests.stage import begin, map_rect, play

MODEL_NAMES = re.compile(r"\b(first|second|third|plane|known|denoising|diffusion|a training|WebP)\b")
"""Names of models and of a format stay; those of classes and attributes are shown in the window's language too."""
SHOWN = ("text", "short", "title", "label", "lines", "note", "caption", "labels", "closed_label", "tip", "value_text")
WORD = re.compile(r"[a-z]{3,}")
"""Names in capitals, of formats and measures, are the same in every language."""


def bracket(text: str) -> str:
    return f"⟦{text}⟧" if text else text


@pytest.fixture(autouse=True)
def bracketed() -> None:
    texts.use(
        Language(
            "xx", "Brackets", bracket, lambda one, many, n: bracket(one if n == 1 else many),
            lambda context, text: bracket(text),
        )
    )  # fmt: skip


def list_texts(item: Any, name: str = "") -> Iterator[str]:
    if isinstance(item, str):
        if name in SHOWN:
            yield item
    elif isinstance(item, tuple | list):
        for one in item:
            yield from list_texts(one, name)
    elif is_dataclass(item) and not isinstance(item, Map):
        for one in fields(item):
            yield from list_texts(getattr(item, one.name), one.name)


def find_english(texts_shown: Iterator[str]) -> set[str]:
    """Return the texts with words outside of the brackets."""
    found = set()
    for text in texts_shown:
        bare, before = text, None
        while bare != before:
            bare, before = re.sub(r"⟦[^⟦⟧]*⟧", "", bare), bare
        if WORD.search(MODEL_NAMES.sub("", bare)):
            found.add(text)
    return found


@every_layout
def test_no_text_is_left_in_english(layout):
    state = opened(*layout)
    over = play(state, Move(map_rect(state).centre))
    for one, results in ((state, Results()), (over, answered(over))):
        view = LABS[one.lab].make_view(one, results)
        assert find_english(list_texts(view)) == set()
        assert find_english(list_texts(toolbar.list_controls(one))) == set()


@pytest.mark.parametrize(
    ("lab", "colour", "changes"),
    [
        ("explore", "lean", {}), ("explore", "ring", {}), ("factors", "ring", {"cell": (0, 1, 1)}),
        ("arithmetic", "lean", {"along": "lean"}), ("arithmetic", "ring", {"along": "ring: yes"}),
    ],
)  # fmt: skip
def test_no_attribute_is_named_in_english(lab, colour, changes):
    """Nor are its categories: in menus, notes, legends, tables and sentences."""
    state = begin(WORLD, lab, (1366, 768), models=("known",), colour_by=colour)
    if changes:
        state = LABS[lab].put(state, replace(LABS[lab].get_own(state), **changes))
    state = play(state, Move(map_rect(state).centre))
    assert find_english(list_texts(LABS[lab].make_view(state, answered(state)))) == set()
    assert find_english(list_texts(toolbar.list_controls(state))) == set()
