"""The keys that work in every lab, as one table: it drives the keys, the help page and the keys named in tooltips.

The keys of a lab's own controls are declared with the controls (`scene.controls`).
"""

from dataclasses import dataclass
from functools import cache

from latent_explorer.scene.controls import format_key


@dataclass(frozen=True)
class Binding:
    """What some keys do, and a row of the help page; no row if `help_text` is empty, no keys if it is for the mouse."""

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
    Binding("zoom", ("+", "=", "-"), "Wheel, or + and -", "zoom at the mouse, for all labs"),
    Binding(
        "pan", tuple(f"shift {one}" for one in ARROWS), "Right-drag", "move the map (also Shift+arrows, its empty part)"
    ),
    Binding("fit", ("home",), "Double-click, Home", "fit the whole map"),
    Binding("move", tuple(ARROWS), "Arrows", "move the point that is decoded"),
    Binding("take mouse", ("f4",), "F4", "in a lesson: take the mouse from it", with_help=True),
    Binding("lab", ("tab", "shift tab"), "Tab, Shift+Tab", "next lab, the one before"),
    Binding("undo", ("z", "ctrl z"), "Z, Shift+Z", "undo, do it again (Ctrl+Z, Ctrl+Y)"),
    Binding("redo", ("Z", "ctrl y", "ctrl Z")),
    Binding("map", ("p",), "P, Shift+P", "next map; a new map of one's own", needs_menus=True),
    Binding("new map", ("P",), needs_menus=True),
    Binding("quality", ("q",), "Q", "what the figures of the map mean"),
    Binding("file", ("O",), "Shift+O, Ctrl+O", "a picture of your own from a file; or drop it here"),
    Binding("paste", ("ctrl v",), "Ctrl+V", "your own picture from the clipboard"),
    Binding("remove", ("delete",), "Delete", "remove your own picture"),
    Binding("pad", ("e", "backspace", "c"), "Pad: E, Backspace, C", "eraser or pen, take the last stroke back, clear"),
    Binding("erase", (), "Pad: right button", "erase"),
    Binding("gallery", (), "Pad: Enter, 0 to 9, N, G", "into the gallery; its label, none; show them all"),
    Binding("model", ("m",), "M, Shift+M", "next model; the second, or that under the mouse", needs_menus=True),
    Binding("model 2", ("M",), needs_menus=True),
    Binding("class", tuple("0123456789"), "0 to 9, A", "show or hide a class, show all"),
    Binding("all classes", ("a",)),
    Binding("layer", ("l", "L"), "L, Shift+L", "next layer under the dots, the one before", needs_menus=True),
    Binding(
        "colour", ("ctrl l", "ctrl L"), "Ctrl+L, Ctrl+Shift+L", "colour the dots by what else is known of them",
        needs_menus=True,
    ),
    Binding("brush", (), "Drag on its scale", "show the dots of a range; a click shows all"),
    Binding("find", ("ctrl f",), "Ctrl+F", "find a class, a category, a file, or numbers; Enter goes on"),
    Binding("view", ("ctrl e",), "Ctrl+E", "open the file of the sample at the mouse in its own program"),
    Binding("names", ("n",), "N", "class names on the map"),
    Binding("theme", ("t",), "T", "dark or light", with_help=True, with_form=True),
    Binding("smooth", ("s",), "S", "smooth or square pixels"),
    Binding("glide", ("j",), "J", "pictures glide or jump"),
    Binding("text size", ("[", "]"), "[ and ]", "smaller and larger text", with_help=True, with_form=True),
    Binding("fullscreen", ("f", "f11"), "F or F11", "full screen", with_help=True, with_form=True),
    Binding("present", ("f5",), "F5", "present on a projector: large text, no bars"),
    Binding("next parts", ("f9",)),
    Binding("notes", ("f8",), "F8", "presenter view: notes, answer, next page, timer"),
    Binding("save", ("ctrl s",), "Ctrl+S, Ctrl+O", "save the session, open one"),
    Binding("open", ("ctrl o",)),
    Binding("screenshot", ("f12",), "F12", "screenshot"),
    Binding("record", ("f10",), "F10", "record: begin, end and write"),
    Binding(
        "lesson", ("page down", "page up"), "Page Down, Page Up", "next page of the lesson, the one before",
        with_help=True,
    ),
    Binding("page", (), "Number, Enter", "in a lesson: to that page; Home, End: first, last"),
    Binding("reveal", ("V",), "Shift+V; A, B, C", "in a lesson: the answer; votes, Shift takes one back"),
    Binding("record lesson", ("ctrl r",), "Ctrl+R", "record a lesson: begin, end and write"),
    Binding("reset", ("f6",), "F6", "in a lesson: set its page up again"),
    Binding("lessons", ("f3",), "F3", "lessons: begin one, or go on where you stopped", with_form=True),
    Binding("focus", ("f7",), "F7", "reach all that can be clicked: arrows, Enter, Esc", with_form=True),
    Binding("glossary", ("f2",), "F2", "glossary: what the terms mean; type to search", with_help=True, with_form=True),
    Binding("help", ("f1", "?"), "F1 or ?", "this page", with_help=True, with_form=True),
    Binding("escape", ("escape",), "Esc", "close what is open; stop a map; leave: both ask first", with_help=True),
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


@cache
def name_key(command: str) -> str:
    """Return the first key of a command, as a tooltip or a menu names it."""
    key = _BY_COMMAND[command].keys[0]
    if key.startswith("ctrl "):
        return f"Ctrl+{key.removeprefix('ctrl ').upper()}"
    return f"Shift+{key}" if key.isupper() else format_key(key)
