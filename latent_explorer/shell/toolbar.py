"""The window's controls and their groups: the toolbar, the view menu, and a lab's own controls."""

from dataclasses import dataclass, replace

from latent_explorer.labs import LABS
from latent_explorer.scene import map_layers, map_panel, new_map
from latent_explorer.scene.controls import Button, Choice, Control, Toggle
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World
from latent_explorer.shell import drawing_pad, window_commands

VIEW = "view"
"""Name of the menu of view switches."""


@dataclass(frozen=True)
class Group:
    """Controls in one rectangle."""

    rect: Rect
    controls: tuple[Control, ...]
    ending: tuple[Control, ...] = ()
    """Controls at the right end of the row."""
    wraps: bool = False
    """Whether controls continue in a next row if one is full; else those that do not fit are left out."""


def groups(state: State, world: World) -> tuple[Group, ...]:
    lab = LABS[state.lab]
    layout = lab.layout(state)
    tabs, row = map_panel.rows_of(layout.bar, state.unit)
    ending = (_view(state), _help())
    if state.form is not None:
        *fields, make = new_map.controls(state.form, state, world)
        form = Group(row, tuple(fields), (make,))
        return (form,) if tabs is None else (Group(tabs, (_labs(state),), ending), form)
    own = lab.controls(state, world)
    shared: tuple[Control, ...] = ()
    if lab.chooses:
        shared = (*models(state, world), new_map.menu(state, world), map_layers.control(state, world, lab.slots(state)))
    inside = () if layout.controls is not None else own
    found = [Group(row, (*shared, *inside), tools(state))]
    if tabs is None:
        found = [Group(row, (replace(_labs(state), menu=True), *shared, *inside), (*tools(state), *ending))]
    else:
        found.insert(0, Group(tabs, (_labs(state),), ending))
    if layout.controls is not None:
        found.append(Group(layout.controls, own, wraps=True))
    return tuple(found)


def every(state: State, world: World) -> tuple[Control, ...]:
    """Return all controls that can be set, including those in the view menu."""
    shown = (one for group in groups(state, world) for one in (*group.controls, *group.ending))
    return (*shown, *drawing_pad.controls(state), *switches(state))


def answering(state: State, world: World) -> tuple[Control, ...]:
    """Return the controls whose keys the shell handles."""
    return (*LABS[state.lab].controls(state, world), *tools(state))


def models(state: State, world: World) -> tuple[Control, ...]:
    return tuple(
        Choice(
            "model" if slot == 0 else f"model {slot + 1}",
            tuple((name, name) for name in world),
            state.models[slot],
            "Choose the checkpoint (M)" if slot == 0 else "Choose the checkpoint to compare with (Shift+M)",
            menu=True,
        )
        for slot in range(LABS[state.lab].slots(state))
    )


def tools(state: State) -> tuple[Control, ...]:
    """Return the controls of tools that every lab has."""
    return (
        *window_commands.controls(state),
        Toggle("pad", "Draw", state.pad.open, "A pad for a picture of your own, drawn or from a file", key="o"),
        Toggle("covered", "Cover", state.covered, "Cover the decoded pictures: guess first, then look", key="v"),
    )


def switches(state: State) -> tuple[Control, ...]:
    return (
        Toggle("names", "Names", state.names, "Class names on the map (N)"),
        Toggle("smooth", "Smooth", state.smooth, "Smooth pictures, or their square pixels (S)"),
        Toggle("glide", "Glide", state.glide, "Pictures glide to where the mouse is, or jump (J)"),
        Choice(
            "theme",
            (("dark", "Dark"), ("light", "Light")),
            state.theme,
            "Dark or light; light for a bright room (T)",
        ),
    )


def _view(state: State) -> Choice:
    marks = {True: "✓", False: "–"}
    shown = (
        ("names", f"{marks[state.names]}  Names   N"),
        ("smooth", f"{marks[state.smooth]}  Smooth   S"),
        ("glide", f"{marks[state.glide]}  Glide   J"),
        ("theme", f"{marks[state.theme == 'light']}  Light   T"),
        ("fullscreen", f"{marks[state.fullscreen]}  Full screen   F"),
    )
    return Choice(VIEW, shown, "", "Names, smooth pixels, gliding, dark or light, full screen", menu=True, said="View")


def _labs(state: State) -> Choice:
    titles = tuple((name, one.title) for name, one in LABS.items())
    return Choice("lab", titles, state.lab, "Choose what to do (Tab)")


def _help() -> Button:
    return Button("help", "?", "Keys and mouse (F1)")
