"""The file of a recorded lesson, with places for the teacher's words."""

from pathlib import Path
from typing import Any

from latent_explorer.checkpoint import checkpoint_paths
from latent_explorer.config.yaml_file import write_yaml_line
from latent_explorer.scene.lesson_recording import RecordedStep, Steps
from latent_explorer.scene.state import Models, State
from latent_explorer.shell import lesson_recorder

STEM, SUFFIX = "lesson", ".yaml"
HEAD = """\
# Recorded in the window. Write your words in place of what stands here, and remove steps that are too many.
# docs/lessons.md lists what else a page can hold: ask, choices, answer, notes, point at, expect.
title: Write the title here
learn: Write here what one learns, in one sentence.
minutes: 10
"""
SAY = "Write here what you say."
MAX_MODELS = 4
"""That a lesson can have."""


def serialise(state: State) -> bytes:
    """Return the bytes of the recorded lesson's file."""
    recording = lesson_recorder.finish(state).recording
    names = [_find_name(name, state.library) for name in (recording.shown_models or state.models)[:MAX_MODELS]]
    return format_lesson(recording.pages, names).encode()


def format_lesson(pages: tuple[Steps, ...], models: list[str]) -> str:
    """Return the text of a lesson's file."""
    lines = [f"models: {write_yaml_line(models)}", "pages:"]
    for steps in pages:
        lines.append(f"  - say: {SAY}")
        lines += ["    do:"] * bool(steps)
        lines += [f"      {line}" for step in steps for line in _format_step(step)]
    return HEAD + "\n".join(lines) + "\n"


def _format_step(step: RecordedStep) -> list[str]:
    value = [step.value] if step.verb == "wait" else step.value
    text = f"{round(value[0], 1):g}" if step.verb == "wait" else write_yaml_line(_to_lists(value))
    return [f"- {step.verb}: {text}", *([f"  map: {step.slot + 1}"] if step.slot else [])]


def _to_lists(value: Any) -> Any:
    return [_to_lists(one) for one in value] if isinstance(value, tuple) else value


def _find_name(name: str, library: Models) -> str:
    """Return the name of a shipped model, the path of another one."""
    paths: dict[str, Path] = getattr(library, "list_paths", dict)()
    return name if name in checkpoint_paths.list_shipped() or name not in paths else str(paths[name])
