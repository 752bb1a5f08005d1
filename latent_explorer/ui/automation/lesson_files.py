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
    point at: pointer
    expect:
      - nearest among: ["4", "9"]
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from latent_explorer import files, resources
from latent_explorer.config import schema
from latent_explorer.config.limits import Converted, Length, Rule, Within
from latent_explorer.config.type_hints import file_key
from latent_explorer.config.yaml_file import read_yaml
from latent_explorer.errors import InputError, did_you_mean, quote
from latent_explorer.scene import lesson_target, quiz
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.lesson_target import Target
from latent_explorer.scene.quiz import Quiz
from latent_explorer.shell import window_commands
from latent_explorer.shell.keymap import get_keys
from latent_explorer.ui.automation import lesson_expectations
from latent_explorer.ui.automation.lesson_expectations import Expectation, parse_expectation
from latent_explorer.ui.automation.script_steps import Place, Step, parse_step

SUFFIXES = (".yaml", ".yml")
FORBIDDEN_STEPS = ("screenshot", "record", "open", "resize")
"""Script steps that a lesson may not contain: it may come from a stranger, and nobody reads it before it is played."""
FORBIDDEN_KEYS = get_keys(*window_commands.EFFECTS, "file", "paste", "record lesson")
_PROSE = Converted(lambda data: " ".join(data.split()) if isinstance(data, str) else data)
"""For a text whose line breaks do not matter."""
_Choice = Annotated[str, _PROSE, Length(1, 40)]
_ONE_AS_LIST = Converted(lambda data: [data] if isinstance(data, str) else data)
TEXT_KEYS = ("title", "learn", "say", "ask", "choices", "right", "answer", "notes", *lesson_expectations.TEXT_KEYS)
_Word = Annotated[str, Length(1, 100)]
_Targets = Annotated[
    _Word | Place | Annotated[tuple[_Word | Place, ...], Length(1, 8)],
    Rule(
        "a list of 1 to 8 of [x, y] in map units 0..1, pointer, map, layer, holes, class NAME, control NAME, or a part "
        "of the lab"
    ),
]


@dataclass(frozen=True)
class _PageKeys:
    """The keys of a page; longer text cannot be read from the last row of a classroom."""

    say: Annotated[str, _PROSE, Length(1, 260)]
    ask: Annotated[str, _PROSE, Length(1, 100)] = ""
    choices: Annotated[tuple[_Choice, ...], Length(quiz.MIN_CHOICES, quiz.MAX_CHOICES)] | None = None
    right: Annotated[tuple[str, ...], _ONE_AS_LIST, Rule(f"a letter, or a list of letters, of {quiz.LETTERS}")] = ()
    answer: Annotated[str, _PROSE, Length(1, 260)] = ""
    notes: Annotated[str, _PROSE, Length(1, 800)] = ""
    do: Annotated[tuple[Any, ...], Rule("a list of a script's steps")] | None = None
    point_at: _Targets = field(default=(), metadata=file_key("point at"))
    expect: Annotated[tuple[Any, ...], Rule("a list of claims like `shown: unlike the data`")] = ()


@dataclass(frozen=True)
class _Keys:
    """The keys of a lesson file."""

    title: Annotated[str, _PROSE, Length(1, 60)]
    models: Annotated[tuple[str, ...], Length(1, 4), Rule("a list of the names of 1 to 4 checkpoints")]
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
    expectations: tuple[tuple[Expectation, ...], ...]
    """What each page claims of the window after its steps."""
    target_locations: tuple[str, ...]
    """File, line and page of what each page points at, for error messages."""
    path: Path


def list_names() -> list[str]:
    return sorted(path.stem for path in _get_folder().glob("*.yaml"))


def load(name: str) -> LessonFile:
    """Load a shipped lesson by its name, or a user's lesson by the path of its file."""
    if Path(name).suffix.lower() in SUFFIXES:
        return read(files.expand(name))
    if name not in list_names():
        raise InputError(
            f"lesson {name!r} arrived{did_you_mean(name, list_names())}; allowed: {', '.join(list_names())}, "
            "or the path of a .yaml file"
        )
    return read(_get_folder() / f"{name}.yaml")


def read(path: Path) -> LessonFile:
    """Read a lesson file. An `InputError` names file, line, what arrived and what is allowed."""
    values, locate = read_yaml(path, "lesson", TEXT_KEYS)
    try:
        keys = schema.decode(_Keys, values)
    except schema.SchemaError as error:
        raise InputError(f"{locate(error.where)}: {error}") from None
    steps = tuple(
        tuple(_parse_step(value, locate(f"pages[{i}].do[{k}]")) for k, value in enumerate(page.do or ()))
        for i, page in enumerate(keys.pages)
    )

    def locate_in_page(i: int, key: str) -> str:
        return f"{locate(f'pages[{i}].{key}')}, page {i + 1}"

    expectations = tuple(
        tuple(parse_expectation(value, locate_in_page(i, f"expect[{k}]")) for k, value in enumerate(page.expect))
        for i, page in enumerate(keys.pages)
    )
    pages = tuple(
        Page(
            page.say, page.ask, page.answer, page.notes, _parse_targets(page.point_at),
            _parse_quiz(page, partial(locate_in_page, i)),
        )
        for i, page in enumerate(keys.pages)
    )  # fmt: skip
    places = tuple(locate_in_page(i, "point at") for i in range(len(pages)))
    name = path.stem if path.parent == _get_folder() else str(path.absolute())
    lesson = Lesson(keys.title, pages, name=name, purpose=keys.learn, minutes=keys.minutes)
    return LessonFile(lesson, keys.models, steps, expectations, places, path)


def _get_folder() -> Path:
    return resources.find_folder("assets") / "lessons"


def _parse_targets(given: Any) -> tuple[Target, ...]:
    """Return what a page points at, one thing or a list of several."""
    is_one = isinstance(given, str) or (len(given) == 2 and isinstance(given[0], float))
    targets = (given,) if is_one else given
    return tuple(lesson_target.parse(one) if isinstance(one, str) else Target("place", xy=one) for one in targets)


def _parse_quiz(page: _PageKeys, locate: Callable[[str], str]) -> Quiz | None:
    """Return the choices of a page's question. Raise `InputError` if a page without any names a right one, if a right
    one is none of them, or if nobody is asked."""
    choices = page.choices
    if choices is None:
        if page.right:
            raise InputError(f"{locate('right')}: right arrived without choices; add choices, or remove it")
        return None
    if not page.ask:
        raise InputError(f"{locate('choices')}: choices arrived without a question; add ask")
    if len(set(choices)) < len(choices):
        raise InputError(f"{locate('choices')}: the same choice arrived twice; each differs from the others")
    letters = quiz.LETTERS[: len(choices)]
    for one in page.right:
        if len(one) != 1 or one not in letters:
            raise InputError(f"{locate('right')}: right: {quote(one)} arrived; {', '.join(letters)} are allowed")
    return Quiz(choices, tuple(sorted({letters.index(one) for one in page.right})))


def _parse_step(value: Any, location: str) -> Step:
    step = parse_step(value, location)
    key = " ".join(str(step.value).split()) if step.verb == "key" else ""
    if step.verb in FORBIDDEN_STEPS or key.lower() in FORBIDDEN_KEYS or key in FORBIDDEN_KEYS:
        arrived = f"{step.verb}: {key}" if key else step.verb
        raise InputError(f"{location}: {arrived} arrived; a lesson neither writes files, opens any nor resizes windows")
    return step
