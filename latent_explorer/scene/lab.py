"""The lab interface: layout, settings, reactions to mouse and keyboard, queries to the engine, items to draw."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, replace
from typing import Any, ClassVar, Generic, TypeVar

from latent_explorer.engine.animation.picture_animation import AnimationTarget
from latent_explorer.engine.live_training.live_trainer import TrainingRequest, TrainingUpdate
from latent_explorer.engine.queries.explain import NearestSamplesValue
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.scene import colour_by, hint_line, map_layers, presentation
from latent_explorer.scene.controls import Control
from latent_explorer.scene.events import Key, MapClick, MapDrag, MapDrop, PartEvent, Set, TimePassed
from latent_explorer.scene.film_export import FilmExport
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import DotColours, Item, View
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.settings import PER_DATASET, PER_MODEL, list_notes, list_settings
from latent_explorer.scene.state import Models, State

S = TypeVar("S")
F = TypeVar("F", bound=Callable[..., Any])
LabAction = MapClick | MapDrag | MapDrop | Key | Set | PartEvent | TimePassed


def touch(part: str, *phases: str) -> Callable[[F], F]:
    """Declare a method `(state, event) -> state` as what a part of the layout does with the mouse; in `phases` alone,
    if there are any. What is declared first lies on top."""

    def declare(method: F) -> F:
        method.touch = part, phases  # type: ignore[attr-defined]
        return method

    return declare


class Lab(ABC, Generic[S]):
    """A lab. Its state `S` is a frozen dataclass of plain values, which undo restores and a session file stores;
    transient values, for example a play head, are in a field `passing`, which undo and sessions leave out. Fields with
    a note of `scene.settings` have a control, which this class makes and follows."""

    name: ClassVar[str]
    title: ClassVar[str]
    hint: ClassVar[str]
    """One plain-language line that says what to look at."""
    purpose: ClassVar[str] = ""
    """What the lab is for, in one short sentence: the tooltip of its tab; if empty, the hint."""
    keys: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Rows of the help page: effects of the mouse and of keys that no control has."""
    state_class: ClassVar[Any]
    """The class `S`; its defaults are the state at the start of the program."""
    order: ClassVar[int] = 100
    """Place among the tabs of the labs; equal ones follow their names."""
    needs_decoder: ClassVar[bool] = True
    """Whether it decodes: it is not offered then for vectors without a decoder."""
    max_models: ClassVar[int] = 1
    stage: ClassVar[tuple[str, ...]] = ()
    """The parts that the first page of a presentation shows beside the maps, by their names or the first words of them;
    as many as find room if empty."""
    companions: ClassVar[tuple[str, ...]] = ()
    """The parts that its other pages show too."""
    has_model_menus: ClassVar[bool] = True
    """Whether the toolbar has menus of model, map and layer; False if the lab shows models that are in no menu."""

    # -- the state ------------------------------------------------------------------------------------

    def get_own(self, state: State) -> S:
        """Return the lab's part of the state."""
        lab_state: S = state.lab_states[self.name]
        return lab_state

    def put(self, state: State, lab_state: S) -> State:
        """Return the state with another part of the lab."""
        return state.with_lab_state(self.name, lab_state)

    def put_passing(self, state: State, **changes: Any) -> State:
        """Return the state with changes of the lab's field `passing`."""
        own: Any = self.get_own(state)
        return self.put(state, replace(own, passing=replace(own.passing, **changes)))

    def make_initial_state(self) -> S:
        """Return this lab's state at the start of the program."""
        lab_state: S = self.state_class()
        return lab_state

    def with_model_count(self, lab_state: S, model_count: int) -> S:
        """Return this lab's initial state if the program was started with `model_count` models."""
        return lab_state

    def on_model_changed(self, lab_state: S, *, same_dataset: bool) -> S:
        """Return this lab's state after another model was selected: what is transient or belongs to the model, or to
        its data set if that changed, starts over."""
        gone = {PER_MODEL} if same_dataset else {PER_MODEL, PER_DATASET}
        notes = list_notes(self.state_class)
        return self.reset(lab_state, *(name for name in notes if name == "passing" or gone.intersection(notes[name])))

    def reset(self, lab_state: S, *names: str) -> S:
        """Return this lab's state with some fields at their defaults."""
        values = {one.name: _get_default(one) for one in fields(self.state_class) if one.name in names}
        changed: S = replace(lab_state, **values)  # type: ignore[type-var]
        return changed

    # -- the models -----------------------------------------------------------------------------------

    def count_models(self, state: State) -> int:
        """Return the number of models on the screen."""
        return 1

    def choose_models(self, current: tuple[str, ...], library: Models) -> tuple[str, ...]:
        """Return the models to show when this lab is opened; `current` are the models of the previous lab. If they are
        fewer than `max_models`, the shell repeats the last one."""
        return current

    def brings_own_model(self, library: Models) -> bool:
        """Return whether the lab shows a model of its own whatever is selected, without opening any file."""
        return False

    def choose_displayed_models(self, state: State) -> tuple[str, ...]:
        """Return per-slot model names that override the selected ones (Learn shows a training moment) and may be in no
        menu. Empty: show the selected models."""
        return ()

    def request_training(self, state: State) -> TrainingRequest | None:
        """Return the training to run in the background; None pauses the one that runs."""
        return None

    def name_loss(self, state: State) -> str:
        """Return in one sentence what of this lab would be lost if the program ended now, besides what a session keeps;
        empty if nothing would."""
        return ""

    def on_training_update(self, lab_state: S, training_update: TrainingUpdate) -> S:
        """Return this lab's state after a background-training update. Called for every lab, also hidden ones."""
        return lab_state

    # -- reactions ------------------------------------------------------------------------------------

    def list_shown_settings(self, state: State) -> tuple[str, ...]:
        """Return the names of the settings whose controls are shown, in their order; by default all of them."""
        return tuple(list_settings(self.state_class))

    def make_controls(self, state: State) -> tuple[Control, ...]:
        settings, own = list_settings(self.state_class), self.get_own(state)
        visible = ((name, *settings[name]) for name in self.list_shown_settings(state))
        return tuple(setting.make_control(name, getattr(own, field), own) for name, field, setting in visible)

    def update(self, state: State, action: LabAction) -> State:
        """Return the state after an action: settings and declared touches first, everything else by `react`."""
        if isinstance(action, Set):
            field, setting = list_settings(self.state_class).get(action.control, ("", None))
            if setting is not None:
                own = self.get_own(state)
                value = setting.accept(action.value, getattr(own, field))
                if value is None:
                    return state
                changed: S = replace(own, **{field: value})  # type: ignore[type-var]
                return self.put(state, self.on_setting_changed(changed, field))
        if isinstance(action, PartEvent):
            for part, phases, method in self._list_touches():
                if part == action.part and (not phases or action.phase in phases):
                    touched: State = method(state, action)
                    return touched
        return self.react(state, action)

    def on_setting_changed(self, lab_state: S, setting: str) -> S:
        """Return this lab's state after the field `setting` changed; drop what it made void."""
        return lab_state

    def react(self, state: State, action: LabAction) -> State:
        """Return the state after an action that is neither a setting nor a declared touch."""
        return state

    def list_keys(self, state: State) -> tuple[tuple[str, str], ...]:
        """Return the rows of the help page that are this lab's own."""
        return self.keys

    def list_interactive_parts(self, state: State) -> tuple[str, ...]:
        """Return the parts of the layout that react to the mouse, the topmost first."""
        parts = self.get_layout(state).parts
        return tuple(dict.fromkeys(part for part, _, _ in self._list_touches() if part in parts))

    def _list_touches(self) -> list[tuple[str, tuple[str, ...], Callable[[State, PartEvent], State]]]:
        owners = (vars(one) for one in type(self).__mro__)
        names = [name for own in owners for name, value in own.items() if hasattr(value, "touch")]
        return [(*getattr(self, name).touch, getattr(self, name)) for name in names]

    def captures_drag(self, state: State) -> bool:
        """Return True if the lab handles a drag that starts on empty map, which then does not pan the map."""
        return False

    def is_playing(self, state: State) -> bool:
        """Return True if the lab is playing and needs `TimePassed` events."""
        return False

    # -- what is shown --------------------------------------------------------------------------------

    @abstractmethod
    def lay_out(self, state: State) -> Layout:
        """Compute the rectangles in a window of `state.lab_size`. `get_layout` is for those who read them."""

    def get_layout(self, state: State) -> Layout:
        """Return the rectangles, which no mouse moves."""
        key, known = ("layout", self.name), state.at_rest.derived
        if key not in known:  # as `derive_at_rest`, which this asks too often to call
            known[key] = self._lay_out_window(state.at_rest)
        layout: Layout = known[key]
        return layout

    def _lay_out_window(self, state: State) -> Layout:
        layout, width = self.lay_out(state), state.size[0]
        if state.presents:
            layout = presentation.lay_out(state, layout, self.find_stage(state), self.companions)
        if state.lab_size[0] < width:  # toolbar and hint stay above and below the pad
            bar, hint = layout.toolbar, layout.hint
            layout = replace(
                layout,
                toolbar=replace(bar, width=width),
                hint=replace(hint, width=max(0, width - 2 * hint.x)),
            )
        return layout

    def find_stage(self, state: State) -> tuple[str, ...]:
        """Return `stage`, for a lab in which it depends on what is shown."""
        return self.stage

    def make_queries(self, state: State) -> dict[str, AnyQuery]:
        """Return what the lab asks the engine, by the names under which its view reads the answers."""
        return {**state.derive_at_rest(("queries of the maps", self.name), self._ask_for_maps), **self.ask(state)}

    def _ask_for_maps(self, state: State) -> dict[str, AnyQuery]:
        """Return the queries of the layers under the dots, and of the values that colour the dots."""
        count = self.count_models(state)
        layers = map_layers.make_queries(state, self.get_layout(state), count)
        return {**layers, **colour_by.make_queries(state, count)}

    def ask(self, state: State) -> dict[str, AnyQuery]:
        """Return the queries of this lab alone, without those of the layers under the dots."""
        return {}

    def make_animation_targets(self, state: State, results: Results) -> dict[str, AnimationTarget]:
        """Return the targets of animated pictures, by the name under which `make_view` reads them from the results."""
        return {}

    def export_film(self, state: State, results: Results) -> FilmExport | str | None:
        """Return the pictures to save for `state.status.pending_export`; None if there are none, a message if they are
        still being decoded."""
        return None

    def make_view(self, state: State, results: Results) -> View:
        """Return the items to draw: legend and hint, each map with what lies on it, and the lab's own parts."""
        count, layout = self.count_models(state), self.get_layout(state)
        frame = Frame(state, self.get_own(state), results, layout)
        hint = self.choose_urgent_hint(frame) or map_layers.choose_hint(state, count, self.choose_hint(frame))
        has_attribute = state.view.colour_by != colour_by.CLASS
        hint = colour_by.choose_hint(state, count, hint) if has_attribute else hint
        hint = sys.intern(str(hint))  # one object for equal lines, so that what is drawn of it stays
        colours: dict[int, DotColours | None] = {}
        tells_colours = not layout.maps  # the legend: of an attribute, or of classes that at least one map shows
        for slot in range(len(layout.maps)):
            known = colour_by.colour_dots(state, slot, count) if has_attribute else None
            colours[slot] = known or self.colour_dots(frame, slot)
            tells_colours |= known is not None or colours[slot] is None
        shared = hint_line.make_shared_items
        items = list(state.derive_at_rest("legend and hint", shared, layout, hint, count, tells_colours))
        items += map_layers.make_legend_items(state, layout, results, count)
        links = results.get_value("links", NearestSamplesValue)
        for slot, rect in enumerate(layout.maps):
            items += map_layers.make_map_items(
                state, slot, rect, results=results, model_count=count, links=links, dot_colours=colours[slot]
            )
            items += self.draw_on_map(frame, slot, rect)
            if has_attribute:
                items += colour_by.make_notes(state, slot, rect, count)
        return (*items, *self.draw(frame))

    def choose_hint(self, frame: Frame[S]) -> str:
        return self.hint

    def choose_urgent_hint(self, frame: Frame[S]) -> str:
        """Return a hint that comes before the meaning of the layer; empty if there is none."""
        return ""

    def colour_dots(self, frame: Frame[S], slot: int) -> DotColours | None:
        """Return colours of the dots in place of those of their classes."""
        return None

    def draw_on_map(self, frame: Frame[S], slot: int, rect: Rect) -> list[Item]:
        """Return what lies on the map of a slot."""
        return []

    def draw(self, frame: Frame[S]) -> list[Item]:
        """Return the parts of this lab beside its maps."""
        return []


def _get_default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


AnyLab = Lab[Any]
