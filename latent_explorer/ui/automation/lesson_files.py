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
MAX_LENGTHS = {"title": 60, "say": 260, "ask": 100}
"""Maximum number of characters; longer text cannot be read from the last row of a classroom."""
MAX_PAGES = 40
FORBIDDEN_STEPS = ("screenshot", "record", "resize")
"""Script steps that a lesson may not contain."""


@dataclass(frozen=True)
class LessonFile:
    """The contents of a lesson file."""

    lesson: Lesson
    models: tuple[str, ...]
    steps: tuple[tuple[Step, ...], ...]
    """Script steps of each page."""


def list_names() -> list[str]:
    return sorted(path.stem for path in _get_folder().glob("*.yaml"))


def format_list() -> str:
    """Return the shipped lessons as text, one line each."""
    return "\n".join(f"{name:24} {load(name).lesson.title}" for name in list_names())


def load(name: str) -> LessonFile:
    """Load a shipped lesson by its name, or a user's lesson by the path of its file."""
    if Path(name).suffix in SUFFIXES:
        return read(Path(name))
    if name not in list_names():
        raise InputError(
            f"--lesson {name!r} arrived{did_you_mean(name, list_names())}; allowed: {', '.join(list_names())}, "
            "or the path of a .yaml file"
        )
    return read(_get_folder() / f"{name}.yaml")


def read(path: Path) -> LessonFile:
    """Read a lesson file. An `InputError` names file, line, what arrived and what is allowed."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise InputError(f"lesson {path}: cannot be read: {reason}") from None
    values = parse_yaml(text, str(path))
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    whole = _read_mapping(values, node, KEYS, str(path))
    title = _read_text(whole, "title", str(path), node)
    models = values.get("models")
    if not isinstance(models, list) or not 1 <= len(models) <= 4 or not all(isinstance(one, str) for one in models):
        raise InputError(
            f"{_format_location(path, whole.get('models', node))}: models: {models!r} arrived; names of 1 to 4 "
            "checkpoints are allowed"
        )
    pages = values.get("pages")
    if not isinstance(pages, list) or not 1 <= len(pages) <= MAX_PAGES:
        arrived = f"{len(pages)} pages" if isinstance(pages, list) else repr(pages)
        raise InputError(
            f"{_format_location(path, whole.get('pages', node))}: pages: {arrived} arrived; a list of 1 to "
            f"{MAX_PAGES} is allowed"
        )
    found = [_read_page(value, entry, path) for value, entry in zip(pages, whole["pages"].value, strict=True)]
    return LessonFile(
        Lesson(title, tuple(page for page, _ in found)), tuple(models), tuple(steps for _, steps in found)
    )


# -- inside -------------------------------------------------------------------------------------------


def _get_folder() -> Path:
    return resources.find_folder("assets") / "lessons"


def _format_location(path: Path | str, node: Any) -> str:
    return f"{path}, line {node.start_mark.line + 1}" if node is not None else str(path)


def _read_mapping(values: Any, node: Any, allowed: Sequence[str], source: str) -> dict[str, Any]:
    """Return the YAML nodes of a mapping by key. Raise `InputError` for keys that are not in `allowed`."""
    if not isinstance(values, dict):
        arrived = "nothing" if values is None else f"a {type(values).__name__}"
        raise InputError(
            f"{_format_location(source, node)}: {arrived} arrived; a mapping with {', '.join(allowed)} is allowed"
        )
    for key, _ in node.value:
        if key.value not in allowed:
            raise InputError(f"{_format_location(source, key)}: {key.value!r} arrived; allowed: {', '.join(allowed)}")
    return {key.value: value for key, value in node.value}


def _read_text(nodes: dict[str, Any], name: str, source: str, parent: Any, *, required: bool = True) -> str:
    node = nodes.get(name)
    if node is None and not required:
        return ""
    value = node.value.strip() if isinstance(node, yaml.ScalarNode) else ""
    if not value or len(value) > MAX_LENGTHS[name]:
        arrived = f"{len(value)} characters" if value else "nothing"
        raise InputError(
            f"{_format_location(source, node or parent)}: {name}: {arrived} arrived; text of 1 to {MAX_LENGTHS[name]} "
            "characters is allowed"
        )
    return " ".join(value.split())


def _read_page(value: Any, node: Any, path: Path) -> tuple[Page, tuple[Step, ...]]:
    nodes = _read_mapping(value, node, PAGE_KEYS, str(path))
    page = Page(_read_text(nodes, "say", str(path), node), _read_text(nodes, "ask", str(path), node, required=False))
    do = value.get("do")
    if do is None:
        return page, ()
    if not isinstance(do, list):
        raise InputError(
            f"{_format_location(path, nodes['do'])}: do: {do!r} arrived; a list of a script's steps is allowed"
        )
    steps = tuple(
        script.parse_step(one, _format_location(path, entry)) for one, entry in zip(do, nodes["do"].value, strict=True)
    )
    for step in steps:
        if step.verb in FORBIDDEN_STEPS:
            raise InputError(
                f"{step.location}: {step.verb} arrived; a lesson neither writes files nor resizes the window"
            )
    return page, steps
