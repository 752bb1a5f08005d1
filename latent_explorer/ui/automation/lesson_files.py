"""Lessons: YAML files of pages for a teacher to read out; each page sets up the window by script steps.

title: What is a latent space?
learn: That near codes are pictures that look alike.
minutes: 10
models: [mnist-vae]
pages:
  - say: Every dot is a picture of a digit.
    ask: What lies between the 4s and the 9s?
    answer: Pictures that are a little of both.
    notes: Let them point before you move the mouse.
    do:
      - move: [0.58, 0.31]
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from latent_explorer import files, resources
from latent_explorer.config import schema
from latent_explorer.config.limits import Converted, Form, Length, Within
from latent_explorer.config.yaml_file import read_yaml
from latent_explorer.errors import InputError, did_you_mean
from latent_explorer.scene.lesson_page import Lesson, Page
from latent_explorer.shell import window_commands
from latent_explorer.shell.keymap import get_keys
from latent_explorer.ui.automation.script_steps import Step, parse_step

SUFFIXES = (".yaml", ".yml")
FORBIDDEN_STEPS = ("screenshot", "record", "open", "resize")
"""Script steps that a lesson may not contain: it may come from a stranger, and nobody reads it before it is played."""
FORBIDDEN_KEYS = get_keys(*window_commands.EFFECTS, "file", "paste")
_PROSE = Converted(lambda data: " ".join(data.split()) if isinstance(data, str) else data)
"""For a text whose line breaks do not matter."""
TEXT_KEYS = ("title", "learn", "say", "ask", "answer", "notes")


@dataclass(frozen=True)
class _PageKeys:
    """The keys of a page; longer text cannot be read from the last row of a classroom."""

    say: Annotated[str, _PROSE, Length(1, 260)]
    ask: Annotated[str, _PROSE, Length(1, 100)] = ""
    answer: Annotated[str, _PROSE, Length(1, 260)] = ""
    notes: Annotated[str, _PROSE, Length(1, 800)] = ""
    do: Annotated[tuple[Any, ...], Form("a list of a script's steps")] | None = None


@dataclass(frozen=True)
class _Keys:
    """The keys of a lesson file."""

    title: Annotated[str, _PROSE, Length(1, 60)]
    models: Annotated[tuple[str, ...], Length(1, 4), Form("a list of the names of 1 to 4 checkpoints")]
    pages: Annotated[tuple[_PageKeys, ...], Length(1, 40)]
    learn: Annotated[str, _PROSE, Length(1, 120)] = ""
    minutes: Annotated[int, Within(1, 90)] = 0


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
        return read(files.expand(name))
    if name not in list_names():
        raise InputError(
            f"--lesson {name!r} arrived{did_you_mean(name, list_names())}; allowed: {', '.join(list_names())}, "
            "or the path of a .yaml file"
        )
    return read(_get_folder() / f"{name}.yaml")


def read(path: Path) -> LessonFile:
    """Read a lesson file. An `InputError` names file, line, what arrived and what is allowed."""
    values, locate = read_yaml(path, "lesson", TEXT_KEYS)
    try:
        keys = schema.decode(_Keys, values)
    except schema.Misfit as error:
        raise InputError(f"{locate(error.where)}: {error}") from None
    steps = tuple(
        tuple(_parse_step(value, locate(f"pages[{i}].do[{k}]")) for k, value in enumerate(page.do or ()))
        for i, page in enumerate(keys.pages)
    )
    pages = tuple(Page(page.say, page.ask, page.answer, page.notes) for page in keys.pages)
    name = path.stem if path.parent == _get_folder() else str(path)
    lesson = Lesson(keys.title, pages, name=name, purpose=keys.learn, minutes=keys.minutes)
    return LessonFile(lesson, keys.models, steps)


def _get_folder() -> Path:
    return resources.find_folder("assets") / "lessons"


def _parse_step(value: Any, location: str) -> Step:
    step = parse_step(value, location)
    key = " ".join(str(step.value).split()) if step.verb == "key" else ""
    if step.verb in FORBIDDEN_STEPS or key.lower() in FORBIDDEN_KEYS or key in FORBIDDEN_KEYS:
        arrived = f"{step.verb}: {key}" if key else step.verb
        raise InputError(f"{location}: {arrived} arrived; a lesson neither writes files, opens any nor resizes windows")
    return step
