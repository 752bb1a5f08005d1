"""Every claim of the table is true on the shipped models, and is what its lesson says."""

from typing import Any

import pytest
import yaml

from latent_explorer import resources
from tests.claims import CLAIMS, Claim


def read_texts(lesson: str) -> str:
    pages = yaml.safe_load((resources.find_folder("assets") / "lessons" / f"{lesson}.yaml").read_text("utf-8"))["pages"]
    return " ".join(" ".join(f"{page['say']} {page.get('ask', '')}".split()) for page in pages)


def list_cases() -> list[Any]:
    """The claims; one that fits a mixture takes long."""
    slow = [pytest.mark.slow]
    return [pytest.param(one, marks=slow if "mixture" in one.text else []) for one in CLAIMS]


@pytest.mark.parametrize("claim", list_cases(), ids=lambda claim: f"{claim.lesson}: {claim.text[:40]}")
def test_it_holds_and_is_said(claim: Claim):
    assert claim.text in read_texts(claim.lesson)
    assert claim.holds()
