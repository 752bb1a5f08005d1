"""Lessons: YAML files of pages for a teacher to read out; each page sets up the window by script steps.

title: What is a latent space?
models: [mnist-vae]
pages:
  - say: Every dot is a picture of a digit.
    ask: What lies between the 4s and the 9s?
    do:
      - move: [0.58, 0.31]
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from latent_explorer import resources
from latent_explorer.config import parse_yaml
from latent_explorer.errors import InputError, did_you_mean
from latent_explorer.scene.lesson_page import Lesson, Page
from latent_explorer.ui.automation import script
from latent_explorer.ui.automation.script import Step

SUFFIXES = (".yaml", ".yml")
KEYS = ("title", "models", "pages")
PAGE_KEYS = ("say", "ask", "do")
LONGEST = {"title": 60, "say": 260, "ask": 100}
"""Maximum number of characters; longer text cannot be read from the last row of a classroom."""
MOST_PAGES = 40
FORBIDDEN = ("screenshot", "record", "resize")
"""Script steps that a lesson may not contain."""


@dataclass(frozen=True)
class Book:
    """The contents of a lesson file."""

    lesson: Lesson
    models: tuple[str, ...]
    steps: tuple[tuple[Step, ...], ...]
    """Script steps of each page."""


def names() -> list[str]:
    return sorted(path.stem for path in _folder().glob("*.yaml"))


def listed() -> str:
    """Return the shipped lessons as text, one line each."""
    return "\n".join(f"{name:24} {load(name).lesson.title}" for name in names())


def load(name: str) -> Book:
    """Load a shipped lesson by its name, or a user's lesson by the path of its file."""
    if Path(name).suffix in SUFFIXES:
        return read(Path(name))
    if name not in names():
        raise InputError(
            f"--lesson {name!r} arrived{did_you_mean(name, names())}; allowed: {', '.join(names())}, "
            "or the path of a .yaml file"
        )
    return read(_folder() / f"{name}.yaml")


def read(path: Path) -> Book:
    """Read a lesson file. An `InputError` names file, line, what arrived and what is allowed."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise InputError(f"lesson {path}: cannot be read: {reason}") from None
    values = parse_yaml(text, str(path))
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    whole = _mapping(values, node, KEYS, str(path))
    title = _text(whole, "title", str(path), node)
    models = values.get("models")
    if not isinstance(models, list) or not 1 <= len(models) <= 4 or not all(isinstance(one, str) for one in models):
        raise InputError(f"{_at(path, whole.get('models', node))}: models: {models!r} arrived; names of 1 to 4 "
                         "checkpoints are allowed")  # fmt: skip
    pages = values.get("pages")
    if not isinstance(pages, list) or not 1 <= len(pages) <= MOST_PAGES:
        arrived = f"{len(pages)} pages" if isinstance(pages, list) else repr(pages)
        raise InputError(f"{_at(path, whole.get('pages', node))}: pages: {arrived} arrived; a list of 1 to "
                         f"{MOST_PAGES} is allowed")  # fmt: skip
    found = [_page(value, entry, path) for value, entry in zip(pages, whole["pages"].value, strict=True)]
    return Book(Lesson(title, tuple(page for page, _ in found)), tuple(models), tuple(steps for _, steps in found))


# -- inside -------------------------------------------------------------------------------------------


def _folder() -> Path:
    return resources.folder("assets") / "lessons"


def _at(path: Path | str, node: Any) -> str:
    return f"{path}, line {node.start_mark.line + 1}" if node is not None else str(path)


def _mapping(values: Any, node: Any, allowed: Sequence[str], where: str) -> dict[str, Any]:
    """Return the YAML nodes of a mapping by key. Raise `InputError` for keys that are not in `allowed`."""
    if not isinstance(values, dict):
        arrived = "nothing" if values is None else f"a {type(values).__name__}"
        raise InputError(f"{_at(where, node)}: {arrived} arrived; a mapping with {', '.join(allowed)} is allowed")
    for key, _ in node.value:
        if key.value not in allowed:
            raise InputError(f"{_at(where, key)}: {key.value!r} arrived; allowed: {', '.join(allowed)}")
    return {key.value: value for key, value in node.value}


def _text(nodes: dict[str, Any], name: str, where: str, parent: Any, *, needed: bool = True) -> str:
    node = nodes.get(name)
    if node is None and not needed:
        return ""
    value = node.value.strip() if isinstance(node, yaml.ScalarNode) else ""
    if not value or len(value) > LONGEST[name]:
        arrived = f"{len(value)} characters" if value else "nothing"
        raise InputError(f"{_at(where, node or parent)}: {name}: {arrived} arrived; text of 1 to {LONGEST[name]} "
                         "characters is allowed")  # fmt: skip
    return " ".join(value.split())


def _page(value: Any, node: Any, path: Path) -> tuple[Page, tuple[Step, ...]]:
    nodes = _mapping(value, node, PAGE_KEYS, str(path))
    page = Page(_text(nodes, "say", str(path), node), _text(nodes, "ask", str(path), node, needed=False))
    do = value.get("do")
    if do is None:
        return page, ()
    if not isinstance(do, list):
        raise InputError(f"{_at(path, nodes['do'])}: do: {do!r} arrived; a list of a script's steps is allowed")
    steps = tuple(script.step(one, _at(path, entry)) for one, entry in zip(do, nodes["do"].value, strict=True))
    for step in steps:
        if step.verb in FORBIDDEN:
            raise InputError(f"{step.where}: {step.verb} arrived; a lesson neither writes files nor resizes the window")
    return page, steps
