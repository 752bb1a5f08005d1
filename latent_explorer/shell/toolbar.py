"""The window's controls and their groups: the toolbar, the view menu, and a lab's own controls."""

from dataclasses import dataclass, replace

from latent_explorer.labs import LABS
from latent_explorer.scene import map_layers, map_panel, new_map
from latent_explorer.scene.controls import Button, Choice, Control, Toggle
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import Models, State
from latent_explorer.shell import drawing_pad, window_commands

VIEW_MENU = "view"
"""Name of the menu of view switches."""


@dataclass(frozen=True)
class Group:
    """Controls in one rectangle."""

    rect: Rect
    controls: tuple[Control, ...]
    right_controls: tuple[Control, ...] = ()
    """Controls at the right end of the row."""
    wraps: bool = False
    """Whether controls continue in a next row if one is full; else those that do not fit are left out."""


def make_groups(state: State, world: Models) -> tuple[Group, ...]:
    lab = LABS[state.lab]
    layout = lab.layout(state)
    tabs, row = map_panel.split_toolbar(layout.toolbar, state.ui_scale)
    ending = (_make_view_menu(state), _make_help_button())
    if state.new_map_form is not None:
        *fields, make = new_map.make_controls(state.new_map_form, state, world)
        form = Group(row, tuple(fields), (make,))
        return (form,) if tabs is None else (Group(tabs, (_make_lab_choice(state),), ending), form)
    own = lab.controls(state, world)
    shared: tuple[Control, ...] = ()
    if lab.has_model_menus:
        shared = (
            *make_model_menus(state, world),
            new_map.make_menu(state, world),
            map_layers.make_control(state, world, lab.model_count(state)),
        )
    inside = () if layout.controls is not None else own
    found = [Group(row, (*shared, *inside), make_tools(state))]
    if tabs is None:
        found = [
            Group(row, (replace(_make_lab_choice(state), menu=True), *shared, *inside), (*make_tools(state), *ending))
        ]
    else:
        found.insert(0, Group(tabs, (_make_lab_choice(state),), ending))
    if layout.controls is not None:
        found.append(Group(layout.controls, own, wraps=True))
    return tuple(found)


def list_controls(state: State, world: Models) -> tuple[Control, ...]:
    """Return all controls that can be set, including those in the view menu."""
    shown = (one for group in make_groups(state, world) for one in (*group.controls, *group.right_controls))
    return (*shown, *drawing_pad.make_controls(state), *make_switches(state))


def list_controls_with_keys(state: State, world: Models) -> tuple[Control, ...]:
    """Return the controls whose keys the shell handles."""
    return (*LABS[state.lab].controls(state, world), *make_tools(state))


def make_model_menus(state: State, world: Models) -> tuple[Control, ...]:
    return tuple(
        Choice(
            "model" if slot == 0 else f"model {slot + 1}",
            tuple((name, name) for name in world),
            state.models[slot],
            "Choose the checkpoint (M)" if slot == 0 else "Choose the checkpoint to compare with (Shift+M)",
            menu=True,
        )
        for slot in range(LABS[state.lab].model_count(state))
    )


def make_tools(state: State) -> tuple[Control, ...]:
    """Return the controls of tools that every lab has."""
    return (
        *window_commands.make_controls(state),
        Toggle("pad", "Draw", state.pad.open, "A pad for a picture of your own, drawn or from a file", key="o"),
        Toggle(
            "covered", "Cover", state.pictures_hidden, "Cover the decoded pictures: guess first, then look", key="v"
        ),
    )


def make_switches(state: State) -> tuple[Control, ...]:
    return (
        Toggle("names", "Names", state.show_class_names, "Class names on the map (N)"),
        Toggle("smooth", "Smooth", state.smooth_pixels, "Smooth pictures, or their square pixels (S)"),
        Toggle("glide", "Glide", state.animate_pictures, "Pictures glide to where the mouse is, or jump (J)"),
        Choice(
            "theme",
            (("dark", "Dark"), ("light", "Light")),
            state.theme,
            "Dark or light; light for a bright room (T)",
        ),
    )


def _make_view_menu(state: State) -> Choice:
    marks = {True: "✓", False: "–"}
    shown = (
        ("names", f"{marks[state.show_class_names]}  Names   N"),
        ("smooth", f"{marks[state.smooth_pixels]}  Smooth   S"),
        ("glide", f"{marks[state.animate_pictures]}  Glide   J"),
        ("theme", f"{marks[state.theme == 'light']}  Light   T"),
        ("fullscreen", f"{marks[state.fullscreen]}  Full screen   F"),
    )
    return Choice(
        VIEW_MENU,
        shown,
        "",
        "Names, smooth pixels, gliding, dark or light, full screen",
        menu=True,
        closed_label="View",
    )


def _make_lab_choice(state: State) -> Choice:
    titles = tuple((name, one.title) for name, one in LABS.items())
    return Choice("lab", titles, state.lab, "Choose what to do (Tab)")


def _make_help_button() -> Button:
    return Button("help", "?", "Keys and mouse (F1)")
