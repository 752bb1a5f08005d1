"""The window's controls and their groups: the toolbar, the view menu, and a lab's own controls."""

from dataclasses import dataclass, replace

from latent_explorer import languages
from latent_explorer.cache import remember
from latent_explorer.labs import LABS
from latent_explorer.scene import (
    colour_by,
    dataset_offer,
    lesson_page,
    map_layers,
    map_menu,
    new_map_form,
    window_layout,
)
from latent_explorer.scene.controls import Button, Choice, Control, Toggle
from latent_explorer.scene.lab import AnyLab, Lab
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import Preferences
from latent_explorer.shell import drawing_pad, lab_models
from latent_explorer.shell.keymap import name_key
from latent_explorer.texts import tr

VIEW_MENU, GLOSSARY, LANGUAGE = "view", "glossary", "language "
"""Name of the menu of view switches, of its entry that opens the glossary, and the begin of those of the languages."""


@dataclass(frozen=True)
class Group:
    """Controls in one rectangle."""

    rect: Rect
    controls: tuple[Control, ...]
    right_controls: tuple[Control, ...] = ()
    """Controls at the right end of the row."""
    wraps: bool = False
    """Whether controls continue in a next row if one is full; else those that do not fit are left out."""


def make_groups(state: State) -> tuple[Group, ...]:
    """Return the groups of controls in the window; a presentation has none, and their keys still work."""
    if state.presents:
        return ()
    # the menus list the library, from which a file goes that turns out to be none
    return state.derive_at_rest("groups of controls", _make_groups, len(state.library))


def _make_groups(state: State, _: int = 0) -> tuple[Group, ...]:
    lab = LABS[state.lab]
    layout = lab.get_layout(state)
    tabs, row = window_layout.split_toolbar(layout.toolbar, state.ui_scale)
    ending = (_make_view_menu(state), _make_lessons_button(), _make_help_button())
    if state.map_task.form is not None:
        *fields, make = new_map_form.make_controls(state.map_task.form, state)
        form = Group(row, tuple(fields), (make,))
        return (form,) if tabs is None else (Group(tabs, (_make_lab_choice(state),), ending), form)
    own = lab.make_controls(state)
    shared: tuple[Control, ...] = ()
    if lab.has_model_menus:
        shared = (
            *make_model_menus(state),
            map_menu.make_menu(state),
            map_layers.make_control(state, lab.count_models(state)),
            *colour_by.make_controls(state, lab.count_models(state), lab_colours=_colours_dots(lab)),
        )
    inside = () if layout.controls is not None else own
    groups = [Group(row, (*shared, *inside), make_tools(state))]
    if tabs is None:
        groups = [
            Group(row, (replace(_make_lab_choice(state), menu=True), *shared, *inside), (*make_tools(state), *ending))
        ]
    else:
        groups.insert(0, Group(tabs, (_make_lab_choice(state),), ending))
    if layout.controls is not None:
        groups.append(Group(layout.controls, own, wraps=True))
    return tuple(groups)


def list_controls(state: State) -> tuple[Control, ...]:
    """Return all controls that can be set, including those in the view menu."""
    controls = (one for group in _make_groups(state) for one in (*group.controls, *group.right_controls))
    return (*controls, *drawing_pad.make_controls(state), *make_switches(state))


def list_controls_with_keys(state: State) -> tuple[Control, ...]:
    """Return the controls whose keys the shell handles."""
    return (*LABS[state.lab].make_controls(state), *make_tools(state))


def make_model_menus(state: State) -> tuple[Control, ...]:
    return tuple(
        Choice(
            "model" if slot == 0 else f"model {slot + 1}",
            tuple(zip(state.library, state.library, strict=True)),
            state.models[slot],
            tr("Choose the checkpoint ({key})", key=name_key("model"))
            if slot == 0
            else tr("Choose the checkpoint to compare with ({key})", key=name_key("model 2")),
            menu=True,
        )
        for slot in range(LABS[state.lab].count_models(state))
    )


def make_tools(state: State) -> tuple[Control, ...]:
    """Return the controls of tools that every lab has; the pad needs a model that encodes its picture."""
    tip = tr("A pad for a picture of your own, drawn or from a file")
    can_decode = state.get_checkpoint(0).can_decode
    can_be_drawn = can_decode and state.get_checkpoint(0).sample_kind.can_be_drawn
    return (
        *([Toggle("pad", tr("Draw"), state.drawing.pad.open, tip, key="o")] if can_be_drawn else []),
        Toggle(
            "covered",
            tr("Cover"),
            state.overlay.pictures_hidden,
            tr("Cover the decoded pictures: guess first, then look")
            if can_decode
            else tr("Cover the samples: guess first, then look"),
            key="v",
        ),
    )


def make_switches(state: State) -> tuple[Control, ...]:
    return (
        Toggle(
            "names",
            tr("Names"),
            state.preferences.show_class_names,
            tr("Class names on the map ({key})", key=name_key("names")),
        ),
        Toggle(
            "smooth",
            tr("Smooth"),
            state.preferences.smooth_pixels,
            tr("Smooth pictures, or their square pixels ({key})", key=name_key("smooth")),
        ),
        Toggle(
            "glide",
            tr("Glide"),
            state.preferences.animate_pictures,
            tr("Pictures glide to where the mouse is, or jump ({key})", key=name_key("glide")),
        ),
        Choice(
            "language",
            tuple(languages.list_languages().items()),
            state.preferences.language,
            tr("The language of the window; the data's own names stay as they are ({key})", key=name_key("language")),
        ),
        Choice(
            "theme",
            (("dark", tr("Dark")), ("light", tr("Light"))),
            state.preferences.theme,
            tr("Dark or light; light for a bright room ({key})", key=name_key("theme")),
        ),
    )


def _colours_dots(lab: AnyLab) -> bool:
    """Return True if a lab may colour the dots otherwise than by class."""
    return type(lab).colour_dots is not Lab.colour_dots


def _make_view_menu(state: State) -> Choice:
    offers = tuple([(one.name, dataset_offer.name_action(state, one)) for one in dataset_offer.list_offers(state)])
    spoken, shown = tuple(languages.list_languages().items()), state.presentation
    return _list_view_switches(state.preferences, shown.on, shown.notes, state.tally.open, state.recording.is_on,
                               spoken, offers)  # fmt: skip


@remember(4)
def _list_view_switches(
    chosen: Preferences, presents: bool, notes: bool, counts: bool, records: bool,
    spoken: tuple[tuple[str, str], ...], offers: tuple[tuple[str, str], ...],
) -> Choice:  # fmt: skip
    """Return the menu of view switches, of which nothing is new when the mouse drags or zooms."""
    marks = {True: "✓", False: "–"}
    options = (
        ("names", f"{marks[chosen.show_class_names]}  {tr('Names')}   {name_key('names')}"),
        ("smooth", f"{marks[chosen.smooth_pixels]}  {tr('Smooth')}   {name_key('smooth')}"),
        ("glide", f"{marks[chosen.animate_pictures]}  {tr('Glide')}   {name_key('glide')}"),
        ("theme", f"{marks[chosen.theme == 'light']}  {tr('Light')}   {name_key('theme')}"),
        ("notes", f"{marks[notes]}  {tr('Presenter view')}   {name_key('notes')}"),
        ("present", f"{marks[presents]}  {tr('Present')}   {name_key('present')}"),
        ("fullscreen", f"{marks[chosen.fullscreen]}  {tr('Full screen')}   {name_key('fullscreen')}"),
        (lesson_page.LIST, f"{tr('Lessons')}   {name_key('lessons')}"),
        ("tally", f"{marks[counts]}  {tr('Count votes')}   {name_key('tally')}"),
        (GLOSSARY, f"{tr('Glossary')}   {name_key(GLOSSARY)}"),
        ("record lesson", f"{marks[records]}  {tr('Record a lesson')}   {name_key('record lesson')}"),
        *((f"{LANGUAGE}{code}", f"{marks[chosen.language == code]}  {name}") for code, name in spoken),
        *offers,
    )
    return Choice(
        VIEW_MENU,
        options,
        "",
        tr("How things are shown, presentation, lessons, glossary, data sets that are missing"),
        menu=True,
        closed_label=tr("View"),
    )


def _make_lab_choice(state: State) -> Choice:
    key = name_key("lab")
    obstacles = lab_models.foresee_obstacles(state)
    tips = tuple([obstacles.get(lab.name) or f"{tr(lab.purpose or lab.hint)} ({key})" for lab in LABS.values()])
    titles = _list_lab_titles(tuple(LABS.values()))
    tip, barred = tr("Choose what to do ({key})", key=key), tuple(obstacles)
    return Choice("lab", titles, state.lab, tip, option_tips=tips, barred=barred)


def _make_lessons_button() -> Button:
    tip = tr("Lessons: begin one, or go on where you stopped ({key})", key=name_key("lessons"))
    return Button(lesson_page.LIST, tr("Lessons"), tip)


def _make_help_button() -> Button:
    return Button("help", "?", tr("Keys and mouse ({key})", key=name_key("help")))


@remember(4)
def _list_lab_titles(labs: tuple[AnyLab, ...]) -> tuple[tuple[str, str], ...]:
    """Return names and titles."""
    return tuple((lab.name, tr(lab.title)) for lab in labs)
