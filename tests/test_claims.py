"""Every claim of the tables is true on the shipped models, and is what its place says."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from latent_explorer import resources
from tests.claim_checks import readme
from tests.claim_checks.claim import HAS_MNIST, Claim
from tests.claim_checks.table import CLAIMS

ROOT = Path(__file__).parents[1]
TEXT_KEYS = ("say", "ask", "answer", "notes")
"""Of a page of a lesson: whatever the class or the teacher reads."""


def read_text(place: str) -> str:
    """Return what a place says, without line breaks: of a lesson its pages, of a module its source without quotes."""
    if "." not in place:
        path = resources.find_folder("assets") / "lessons" / f"{place}.yaml"
        pages = yaml.safe_load(path.read_text("utf-8"))["pages"]
        return " ".join(" ".join(page[key].split()) for page in pages for key in TEXT_KEYS if key in page)
    text = " ".join((ROOT / place).read_text("utf-8").split())
    return text.replace('" "', "").replace('" f"', "") if place.endswith(".py") else text


def list_cases() -> list[Any]:
    marks = {"slow": pytest.mark.slow, "needs_mnist": pytest.mark.mnist}
    return [pytest.param(one, marks=[mark for name, mark in marks.items() if getattr(one, name)]) for one in CLAIMS]


@pytest.mark.parametrize("claim", list_cases(), ids=lambda claim: f"{claim.place}: {claim.text[:40]}")
def test_it_holds_and_is_said(claim: Claim):
    assert claim.text in read_text(claim.place)
    if claim.needs_mnist and not HAS_MNIST:
        pytest.skip("needs MNIST (LATENT_EXPLORER_DATA)")
    if claim.takes_minutes:
        pytest.skip("takes minutes: python tests/claims.py computes it")
    found = claim.check()
    assert found.holds, found.figures


def test_each_figure_of_a_shipped_model_is_claimed():
    assert readme.list_unclaimed_figures([one.text for one in readme.CLAIMS]) == []
