"""The keys that work in every lab, as one table: it drives the keys, the help page and the keys named in tooltips.

The keys of a lab's own controls are declared with the controls (`scene.controls`).
"""

from dataclasses import dataclass

from latent_explorer.cache import remember
from latent_explorer.scene.controls import format_key
from latent_explorer.texts import mark, tr


@dataclass(frozen=True)
class Binding:
    """What some keys do, and a row of the help page; no row if `help_text` is empty, no keys if the row is of the
    mouse, or of keys that the pad or the page of a lesson handles."""

    command: str
    keys: tuple[str, ...]
    help_keys: str = ""
    """The keys as the help page writes them."""
    help_text: str = ""
    with_help: bool = False
    """Whether the keys work while the help page is open."""
    with_form: bool = False
    """Whether the keys work while the form of a new map is open."""
    needs_menus: bool = False
    """Whether the keys belong to the menus of models, maps and layers, which some labs do not have."""


ARROWS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
KEYMAP = (
    Binding("zoom", ("+", "=", "-"), mark("Wheel, or + and -"), mark("zoom at the mouse, for all labs")),
    Binding(
        "pan", tuple(f"shift {one}" for one in ARROWS), mark("Right-drag"),
        mark("move the map (also Shift+arrows, its empty part)"),
    ),
    Binding("fit", ("home",), mark("Double-click, Home"), mark("fit the whole map")),
    Binding("move", tuple(ARROWS), mark("Arrows"), mark("move the point that is decoded")),
    Binding("take mouse", ("f4",), "F4", mark("in a lesson: take the mouse from it"), with_help=True),
    Binding("lab", ("tab", "shift tab"), mark("Tab, Shift+Tab"), mark("next lab, the one before")),
    Binding("undo", ("z", "ctrl z"), mark("Z, Shift+Z"), mark("undo, do it again (Ctrl+Z, Ctrl+Y)")),
    Binding("redo", ("Z", "ctrl y", "ctrl Z")),
    Binding("map", ("p",), mark("P, Shift+P"), mark("next map; a new map of one's own"), needs_menus=True),
    Binding("new map", ("P",), needs_menus=True),
    Binding("quality", ("q",), "Q", mark("what the figures of the map mean")),
    Binding("file", ("O",), mark("Shift+O, Ctrl+O"), mark("a picture of your own from a file; or drop it here")),
    Binding("paste", ("ctrl v",), mark("Ctrl+V"), mark("your own picture from the clipboard")),
    Binding("remove", ("delete",), mark("Delete"), mark("remove your own picture")),
    Binding(
        "pad", ("e", "backspace", "c"), mark("Pad: E, Backspace, C"),
        mark("erase (or right button), stroke back, clear"),
    ),
    Binding("gallery", (), mark("Pad: Enter, 0 to 9, N, G"), mark("into the gallery; its label, none; show them all")),
    Binding(
        "model", ("m",), mark("M, Shift+M"), mark("next model; the second, or that under the mouse"), needs_menus=True
    ),
    Binding("model 2", ("M",), needs_menus=True),
    Binding("class", tuple("0123456789"), mark("0 to 9, A"), mark("show or hide a class, show all")),
    Binding("all classes", ("a",)),
    Binding(
        "layer", ("l", "L"), mark("L, Shift+L"), mark("next layer under the dots, the one before"), needs_menus=True
    ),
    Binding(
        "colour", ("ctrl l", "ctrl L"), mark("Ctrl+L, Ctrl+Shift+L"),
        mark("colour the dots by what else is known of them"), needs_menus=True,
    ),
    Binding("brush", (), mark("Drag on its scale"), mark("show the dots of a range; a click shows all")),
    Binding("find", ("ctrl f",), mark("Ctrl+F"), mark("find a class, a category, a file, or numbers; Enter goes on")),
    Binding("view", ("ctrl e",), mark("Ctrl+E"), mark("open the file of the sample at the mouse in its own program")),
    Binding("names", ("n",), "N", mark("class names on the map")),
    Binding("theme", ("t",), "T", mark("dark or light"), with_help=True, with_form=True),
    Binding("language", ("ctrl t",), mark("Ctrl+T"), mark("next language"), with_help=True, with_form=True),
    Binding("smooth", ("s",), "S", mark("smooth or square pixels")),
    Binding("glide", ("j",), "J", mark("pictures glide or jump")),
    Binding("text size", ("[", "]"), mark("[ and ]"), mark("smaller and larger text"), with_help=True, with_form=True),
    Binding("fullscreen", ("f", "f11"), mark("F or F11"), mark("full screen"), with_help=True, with_form=True),
    Binding("present", ("f5",), "F5", mark("present on a projector: large text, no bars")),
    Binding("next parts", ("f9",)),
    Binding("notes", ("f8",), "F8", mark("presenter view: notes, answer, next page, timer")),
    Binding("save", ("ctrl s",), mark("Ctrl+S, Ctrl+O"), mark("save the session, open one")),
    Binding("open", ("ctrl o",)),
    Binding("screenshot", ("f12",), "F12", mark("screenshot")),
    Binding("record", ("f10",), "F10", mark("record: begin, end and write")),
    Binding(
        "lesson", ("page down", "page up"), mark("Page Down, Page Up"), mark("next page of the lesson, the one before"),
        with_help=True,
    ),
    Binding("page", (), mark("Number, Enter"), mark("in a lesson: to that page; Home, End: first, last")),
    Binding("reveal", ("V",), mark("Shift+V; A, B, C"), mark("in a lesson: the answer; votes, Shift takes one back")),
    Binding("tally", ("Q",), mark("Shift+Q"), mark("count votes, A to D, on your own question")),
    Binding("record lesson", ("ctrl r",), mark("Ctrl+R"), mark("record a lesson: begin, end and write")),
    Binding("reset", ("f6",), "F6", mark("in a lesson: set its page up again")),
    Binding("lessons", ("f3",), "F3", mark("lessons: begin one, or go on where you stopped"), with_form=True),
    Binding("focus", ("f7",), "F7", mark("reach all that can be clicked: arrows, Enter, Esc"), with_form=True),
    Binding(
        "glossary", ("f2",), "F2", mark("glossary: what the terms mean; type to search"), with_help=True,
        with_form=True,
    ),
    Binding("help", ("f1", "?"), mark("F1 or ?"), mark("this page"), with_help=True, with_form=True),
    Binding(
        "escape", ("escape",), mark("Esc"), mark("close what is open; stop a map; leave: both ask first"),
        with_help=True,
    ),
    Binding("click", ("return",)),
    Binding("drag", ("d",)),
)  # fmt: skip
HELP_PAGE_KEYS = tuple(key for one in KEYMAP if one.with_help for key in one.keys)
HELP_ROWS = tuple((one.help_keys, one.help_text) for one in KEYMAP if one.help_text)
_BY_COMMAND = {one.command: one for one in KEYMAP}


def get_keys(*commands: str) -> tuple[str, ...]:
    """Return the keys of some commands."""
    return tuple(key for command in commands for key in _BY_COMMAND[command].keys)


def is_for_window(key: str) -> bool:
    """Return whether `key` does the same while a text is typed: help, full screen, the next lab."""
    binding = find_binding(key)
    return binding is not None and binding.command in ("help", "fullscreen", "lab") and len(key) > 1


def find_binding(key: str) -> Binding | None:
    """Return what `key` does with the map, the view and the window; None if that is for the lab to say."""
    return next((one for one in KEYMAP if key in one.keys), None)


@remember(64)
def name_key(command: str) -> str:
    """Return the first key of a command, as a tooltip or a menu names it."""
    key = _BY_COMMAND[command].keys[0]
    if key.startswith("ctrl "):
        return tr("Ctrl+{key}", key=key.removeprefix("ctrl ").upper())
    return tr("Shift+{key}", key=key) if key.isupper() else format_key(key)
