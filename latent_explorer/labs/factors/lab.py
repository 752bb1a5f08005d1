"""The Factors lab: what each latent dimension learnt, against attributes whose truth is known."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from latent_explorer.config.limits import Natural, Within
from latent_explorer.engine.query import AnyQuery
from latent_explorer.labs.factors import face_view, grid, true_factors, view
from latent_explorer.labs.factors.face_queries import DrawnFace, FactorSweep
from latent_explorer.labs.factors.factor_table import count_rows
from latent_explorer.labs.factors.layout import FACE, TABLE, make_layout
from latent_explorer.labs.factors.queries import Cell, FactorTableQuery, ScoresQuery, Traversal
from latent_explorer.scene import model_selection
from latent_explorer.scene.controls import Choice, Control
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Key, MapClick, PartEvent, Set
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import Item
from latent_explorer.scene.lab import Lab, LabAction, touch
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.settings import PER_DATASET, PER_MODEL, Pick, SampleIndex
from latent_explorer.scene.state import Models, State
from latent_explorer.texts import mark, tr

MAX_MODELS = 2
Share = Annotated[float, Within(0, 1)]
Slot = Annotated[int, Within(0, MAX_MODELS - 1)]
FactorNumber = Annotated[int, Within(0, len(true_factors.NAMES) - 1)]
CellPlace = tuple[Slot, Natural, Natural]
"""A slot, and row and column of its table."""


@dataclass(frozen=True)
class FactorsTransient:
    hovered: CellPlace | None = None
    grabbed: int | None = None
    """Factor, or place of a dimension, whose slider is dragged."""


@dataclass(frozen=True)
class FactorsState:
    shown: Annotated[
        str,
        Pick(
            {TABLE: mark("Table"), FACE: mark("Face")},
            mark("All attributes and dimensions, or the sliders of a face"), "g",
        ),
    ] = TABLE  # fmt: skip
    count: Annotated[int, Within(1, MAX_MODELS)] = 1
    """Number of models on the screen."""
    cell: Annotated[CellPlace, PER_MODEL] = (0, 0, 0)
    image: SampleIndex = None
    """Sample that is moved; a face begins as it."""
    factor: Annotated[FactorNumber, PER_DATASET] = 0
    """True factor that was moved last."""
    factors: Annotated[tuple[tuple[FactorNumber, Share], ...], PER_DATASET] = ()
    """Positions of the true factors that were moved."""
    moved: Annotated[tuple[tuple[Slot, Natural, Share], ...], PER_MODEL] = ()
    """Dimensions that were moved, by slot and place in the table, and their positions in their range."""
    passing: FactorsTransient = field(default_factory=FactorsTransient)

    @property
    def active_cell(self) -> CellPlace:
        return self.passing.hovered or self.cell


class Factors(Lab[FactorsState]):
    name = "factors"
    order = 9  # beside Cluster
    stage = ("title", "table panel")
    state_class = FactorsState
    title = mark("Factors")
    purpose = mark("What each dimension learnt, against what is known of the pictures")
    hint = mark(
        "Has each attribute a dimension of its own? No training guarantees it without assumptions, labels or luck "
        "(Locatello et al. 2019)."
    )
    keys = (
        (mark("Table: move, K, U"), mark("a cell's pictures; next attribute, next dimension")),
        (mark("Click a dot"), mark("move the code of that sample")),
        (mark("Face: drag, K, R"), mark("a true factor; the next one, more of it")),
        (mark("Backspace"), mark("back to the first cell or face")),
    )
    max_models = MAX_MODELS

    def count_models(self, state: State) -> int:
        count: int = state.lab_states[self.name].count
        return count

    def choose_models(self, current: tuple[str, ...], library: Models) -> tuple[str, ...]:
        return model_selection.make_distinct(current, library, MAX_MODELS)

    def with_model_count(self, lab_state: FactorsState, model_count: int) -> FactorsState:
        return replace(lab_state, count=min(max(model_count, 1), MAX_MODELS))

    def list_shown_settings(self, state: State) -> tuple[str, ...]:
        return ("shown",) if self.has_faces(state) else ()

    def make_controls(self, state: State) -> tuple[Control, ...]:
        options = (("1", tr("1 model")), ("2", "2"))
        count = Choice("count", options, str(self.count_models(state)), tr("One model, or two side by side"), key="h")
        return (*super().make_controls(state), count)

    def lay_out(self, state: State) -> Layout:
        rows = max(count_rows(state.get_checkpoint(slot)) for slot in range(self.count_models(state)))
        return make_layout(state.lab_size, state.ui_scale, self.choose_view(state), self.count_models(state), rows)

    def has_faces(self, state: State) -> bool:
        return all(state.get_checkpoint(slot).config.data.name == "faces" for slot in range(self.count_models(state)))

    def choose_view(self, state: State) -> str:
        return self.get_own(state).shown if self.has_faces(state) else TABLE

    # -- reactions ------------------------------------------------------------------------------------

    def react(self, state: State, action: LabAction) -> State:
        own = self.get_own(state)
        match action:
            case Set(control="count", value="1" | "2" as value):
                changed = replace(own, count=int(value), cell=(0, *own.cell[1:]), passing=FactorsTransient())
            case MapClick(slot=slot, dot=dot):
                image = int(state.get_checkpoint(slot).indices[dot])
                changed = replace(self.reset(own, "factors", "moved"), image=image)
            case Key(name="backspace"):
                changed = self.reset(own, "cell", "factors", "moved")
            case Key(name="k" | "K" as name) if self.choose_view(state) == FACE:
                factor = (own.factor + (1 if name == "k" else -1)) % len(true_factors.NAMES)
                changed = replace(own, factor=factor)
            case Key(name="r" | "R" as name) if self.choose_view(state) == FACE:
                share = self.find_factors(state)[own.factor]
                return self.move_factor(
                    state, own.factor, true_factors.step(own.factor, share, 1 if name == "r" else -1)
                )
            case Key(name="k" | "K" | "u" | "U" as name) if self.choose_view(state) == TABLE:
                changed = replace(own, cell=self._step_cell(state, name), passing=FactorsTransient())
            case _:
                return state
        return self.put(state, changed)

    @touch("table 0", "hover", "leave", "press")
    def choose_cell_of_first(self, state: State, event: PartEvent) -> State:
        return self._choose_cell(state, event, 0)

    @touch("table 1", "hover", "leave", "press")
    def choose_cell_of_second(self, state: State, event: PartEvent) -> State:
        return self._choose_cell(state, event, 1)

    @touch("factors", "press", "drag", "release")
    def drag_factor(self, state: State, event: PartEvent) -> State:
        own, rect = self.get_own(state), self.get_layout(state).parts["factors"]
        first, places = face_view.place_factors(rect, own.factor, state.ui_scale)
        state, px = self._grab(state, event, places, first), rect.to_px(event.position)
        factor = self.get_own(state).passing.grabbed
        if factor is None or not 0 <= factor - first < len(places):
            return state
        return self.move_factor(state, factor, grid.find_share(places[factor - first], px))

    @touch("sliders 0", "press", "drag", "release")
    def drag_dimension_of_first(self, state: State, event: PartEvent) -> State:
        return self._drag_dimension(state, event, 0)

    @touch("sliders 1", "press", "drag", "release")
    def drag_dimension_of_second(self, state: State, event: PartEvent) -> State:
        return self._drag_dimension(state, event, 1)

    def move_factor(self, state: State, factor: int, share: float) -> State:
        """Return the state with a true factor at a position; moved dimensions are those of the drawn face again."""
        own = self.get_own(state)
        rest = tuple(one for one in own.factors if one[0] != factor)
        changed = (*rest, (factor, true_factors.snap(factor, share)))
        return self.put(state, replace(self.reset(own, "moved"), factor=factor, factors=changed))

    def _drag_dimension(self, state: State, event: PartEvent, slot: int) -> State:
        rect = self.get_layout(state).parts[f"sliders {slot}"]
        px, count = rect.to_px(event.position), state.get_checkpoint(slot).latent_dim
        places = grid.place_sliders(rect, count, state.ui_scale)
        state = self._grab(state, event, places)
        own = self.get_own(state)
        place = own.passing.grabbed
        if place is None or place >= len(places):
            return state
        rest = tuple(one for one in own.moved if one[:2] != (slot, place))
        return self.put(state, replace(own, moved=(*rest, (slot, place, round(grid.find_share(places[place], px), 3)))))

    def _grab(self, state: State, event: PartEvent, places: tuple[grid.SliderRow, ...], first: int = 0) -> State:
        """Return the state with the slider that a press is on, of rows from number `first` on, until the release."""
        if event.phase == "drag":
            return state
        px = self.get_layout(state).parts[event.part].to_px(event.position)
        slider = grid.find_slider(places, px, state.ui_scale) if event.phase == "press" else None
        passing = FactorsTransient(grabbed=None if slider is None else first + slider)
        return self.put(state, replace(self.get_own(state), passing=passing))

    def _choose_cell(self, state: State, event: PartEvent, slot: int) -> State:
        own, checkpoint, place = self.get_own(state), state.get_checkpoint(slot), None
        if event.phase != "leave":  # the table may be gone by then
            rect = self.get_layout(state).parts[f"table {slot}"]
            table = grid.make_grid(rect, count_rows(checkpoint), checkpoint.latent_dim, state.ui_scale)
            cell = table.find_cell(rect.to_px(event.position))
            place = None if cell is None else (slot, *cell)
        changed = replace(own, passing=FactorsTransient(place))
        if event.phase == "press" and place is not None:
            changed = replace(changed, cell=place)
        return state if changed == own else self.put(state, changed)

    def _step_cell(self, state: State, key: str) -> CellPlace:
        slot, row, column = self.get_own(state).cell
        checkpoint, by = state.get_checkpoint(slot), 1 if key.islower() else -1
        if key in "uU":
            return slot, row, (column + by) % checkpoint.latent_dim
        row = (row + by) % count_rows(checkpoint)
        return slot, row, min(row, checkpoint.latent_dim - 1)

    # -- what is asked and shown ----------------------------------------------------------------------

    def find_dot(self, state: State, slot: int) -> int | None:
        """Return the dot whose code is moved: that under the mouse on any map, the chosen one, else the first; None if
        it is not on the map of `slot`."""
        hover, own, checkpoint = state.pointer.hover, self.get_own(state), state.get_checkpoint(slot)
        if hover is not None and hover.slot == slot:
            return hover.dot
        image = own.image
        if hover is not None and hover.slot < self.count_models(state):
            other = state.get_checkpoint(hover.slot)
            image = int(other.indices[hover.dot]) if other.data_key == checkpoint.data_key else None
        elif image is None:
            first = state.get_checkpoint(0)
            dot = Dots.of(first, state.get_map_name(0)).farthest_dots[0]
            image = int(first.indices[dot])
            if first.data_key != checkpoint.data_key:
                return Dots.of(checkpoint, state.get_map_name(slot)).farthest_dots[0]
        return None if image is None else checkpoint.dot_of_image.get(image)

    def find_factors(self, state: State) -> true_factors.Shares:
        """Return the positions of the true factors: those of the chosen sample, but for the moved ones."""
        own, checkpoint = self.get_own(state), state.get_checkpoint(0)
        image = own.image
        if image is None:
            image = int(checkpoint.indices[Dots.of(checkpoint, state.get_map_name(0)).farthest_dots[0]])
        moved = dict(own.factors)
        shares = true_factors.find_shares(image, checkpoint.config.data.limit)
        return tuple(moved.get(k, share) for k, share in enumerate(shares))

    def ask(self, state: State) -> dict[str, AnyQuery]:
        own, wanted = self.get_own(state), dict[str, AnyQuery]()
        slots, is_face = range(self.count_models(state)), self.choose_view(state) == FACE
        factors = self.find_factors(state) if is_face else ()
        for slot in slots:
            model, map_name = state.models[slot], state.get_map_name(slot)
            wanted[f"table {slot}"] = FactorTableQuery(model)
            if is_face:
                moved = tuple(one[1:] for one in own.moved if one[0] == slot)
                wanted[f"face {slot}"] = DrawnFace(model, map_name, factors, moved)
                others = (*factors[: own.factor], 0.5, *factors[own.factor + 1 :])  # one sweep for a whole drag
                wanted[f"sweep {slot}"] = FactorSweep(model, map_name, others, own.factor)
                continue
            wanted[f"scores {slot}"] = ScoresQuery(model)
            chosen, row, column = own.active_cell
            dot = self.find_dot(state, slot)
            if dot is not None:
                cell = Cell(state.models[min(chosen, len(slots) - 1)], row, column)
                wanted[f"film {slot}"] = Traversal(model, dot, cell)
        return wanted

    def choose_hint(self, frame: Frame[FactorsState]) -> str:
        if self.choose_view(frame.state) == FACE:
            return face_view.choose_hint(frame)
        return view.choose_hint(frame, tr(self.hint))

    def draw_on_map(self, frame: Frame[FactorsState], slot: int, rect: Rect) -> list[Item]:
        if self.choose_view(frame.state) == FACE:
            return face_view.make_map_items(frame, slot, rect)
        return view.make_map_items(frame, slot, rect, self.find_dot(frame.state, slot))

    def draw(self, frame: Frame[FactorsState]) -> list[Item]:
        slots = range(self.count_models(frame.state))
        if self.choose_view(frame.state) == FACE:
            true = face_view.make_true_items(frame, self.find_factors(frame.state))
            return true + [item for slot in slots for item in face_view.make_model_items(frame, slot)]
        dots = [self.find_dot(frame.state, slot) for slot in slots]
        items = [item for slot in slots for item in view.make_model_items(frame, slot, dots[slot])]
        return items + view.make_score_items(frame, len(slots))
