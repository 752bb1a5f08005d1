"""Files that are read as text: presets, scripts, lessons, sessions."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pygame
import yaml

from latent_explorer import config, languages, resources, texts
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Key, Move, Resize
from latent_explorer.scene.state import State
from latent_explorer.shell import session, toolbar, view
from latent_explorer.ui.automation import lesson_files, script_steps
from latent_explorer.ui.render.painter import Painter
from latent_explorer.ui.window import session_file
from tests import stage
from tests.stress.mutated.kinds import Kind
from tests.stress.mutated.plain import Files, Mutator, mutate_text, mutate_tree, to_json

EVERY_STEP = """\
- lab: explore
- set: {map: pca}
- move: [0.31, 0.74]
- click: [0.3, 0.7]
  map: 2
- double_click: [0.5, 0.5]
- drag: [[0.3, 0.7], [0.6, 0.2]]
  seconds: 1.5
- pan: [[0.3, 0.7], [0.6, 0.2]]
- scroll: [0.5, 0.5, 3]
- touch: [picture, 0.5, 0.5]
- touch: [picture, [0.1, 0.1], [0.9, 0.9]]
- key: ctrl z
- moment: 0.5
- wait: 2
- resize: [900, 600]
- open: picture.png
- draw: [[[0.1, 0.1], [0.5, 0.9]], [[0.2, 0.2]]]
- screenshot: trace.png
- record: film.gif
- record: stop
"""


def list_kinds() -> list[Kind]:
    presets = [
        Kind(
            "preset",
            name,
            lambda name=name: {"case.yaml": (resources.find_folder("presets") / f"{name}.yaml").read_bytes()},
            "case.yaml",
            open_preset,
            mutate_yaml,
            share=3,
        )
        for name in ("digits-vae", "mnist-cnn-vae", "faces-vae", "beats-anomaly")
    ]
    lessons = [
        Kind(
            "lesson",
            name,
            lambda name=name: {
                "case.yaml": (resources.find_folder("assets") / "lessons" / f"{name}.yaml").read_bytes()
            },
            "case.yaml",
            lesson_files.read,
            mutate_yaml,
            share=4,
        )
        for name in lesson_files.list_names()[:3]
    ]
    return [
        *presets,
        *lessons,
        Kind(
            "script",
            "every step",
            lambda: {"case.yaml": EVERY_STEP.encode()},
            "case.yaml",
            script_steps.read,
            mutate_yaml,
            share=10,
        ),
        Kind("session", "every lab", _make_session, "case.json", open_session, mutate_session, share=14),
        Kind("catalogue", "German", _make_catalogue, "case.po", open_catalogue, share=6),
    ]


def mutate_yaml(draw: Mutator, data: bytes) -> bytes:
    """Return a document with other values, or a text with mistakes."""
    if draw.often(0.4):
        return mutate_text(draw, data)
    document = mutate_tree(draw, yaml.safe_load(data))
    return yaml.safe_dump(
        document, allow_unicode=draw.often(0.5), default_flow_style=draw.choice((None, True, False)), sort_keys=False
    ).encode("utf-8", "surrogatepass")


def mutate_session(draw: Mutator, data: bytes) -> bytes:
    return mutate_text(draw, data) if draw.often(0.3) else to_json(mutate_tree(draw, json.loads(data)))


def open_preset(path: Path) -> None:
    one = config.load(str(path))
    config.from_dict(one.as_dict())
    _ = one.data.image_shape, one.data.sample_kind


@lru_cache(maxsize=1)
def _get_world() -> stage.World:
    return stage.make_world()


def _make_session() -> Files:
    state = stage.begin(_get_world())
    state = stage.play(state, *stage.click(stage.dot_px(state, 3)), Key("+"), Key("l"))
    for _ in LABS:
        state = stage.play(state, *stage.click(stage.map_rect(state).centre), Key("tab"))
    document, _ = session.make_document(state, {"first": "first.safetensors"})
    return {"case.json": json.dumps(document).encode()}


def open_session(path: Path) -> None:
    """Restore a session, and look at what the window shows then."""
    restored = session_file.restore(path, stage.begin(_get_world(), size=(500, 350)))
    said = restored.status.message
    assert said.isprintable(), said
    assert len(said) < 2000, said
    draw_window(restored)
    draw_window(stage.play(restored, Resize((500, 350)), Move((200.0, 200.0)), Key("tab")))


def _make_catalogue() -> Files:
    """A catalogue with a text, one with fields, and one that counts."""
    head = 'msgid ""\nmsgstr ""\n"Language: de\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    texts = {"Lab": "Labor", "{count:,} points are {share:.0%}": "{count:,} Punkte sind {share:.0%}"}
    singles = "".join(f'\n#, python-brace-format\nmsgid "{one}"\nmsgstr "{other}"\n' for one, other in texts.items())
    counted = (
        '\nmsgid "{count} dot"\nmsgid_plural "{count} dots"\nmsgstr[0] "{count} Punkt"\nmsgstr[1] "{count} Punkte"\n'
    )
    return {"case.po": (head + plural + singles + counted).encode()}


def open_catalogue(path: Path) -> None:
    """Read a language, and say in it what its catalogue holds."""
    texts.use(languages.read(str(path)))
    try:
        said = [texts.tr("Lab"), texts.tr("{count:,} points are {share:.0%}", count=1, share=0.5)]
        said += [texts.tr_count("{count} dot", "{count} dots", count) for count in (0, 1, 2, 5, 10**6)]
    finally:
        texts.use(texts.ENGLISH)
    assert all(said)


def draw_window(state: State) -> Any:
    """Draw the first frame of a window, with nothing computed yet."""
    pygame.font.init()
    toolbar.make_groups(state)
    LABS[state.lab].make_queries(state)
    shown = view.add_overlays(view.make_lab_view(state, Results()), state, Results())
    surface = pygame.Surface(tuple(map(int, state.size)))
    Painter().paint(surface, shown, state.library, theme_name=state.preferences.theme, ui_scale=state.ui_scale)
    return surface
