"""The Arithmetic lab: A - B + C with groups of samples, and A - B as a direction along which any picture is shifted."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Annotated

import numpy as np

from latent_explorer.atlas import Atlas
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.config.schema import Within
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.arithmetic import lasso
from latent_explorer.labs.arithmetic import layout as arithmetic_layout
from latent_explorer.labs.arithmetic import view as arithmetic_view
from latent_explorer.labs.arithmetic.queries import (
    MAX_AMOUNT,
    Equation,
    Group,
    GroupPositions,
    HoveredPosition,
    Separation,
    ShiftAlongDirection,
    ShiftSource,
)
from latent_explorer.scene import legend, map_layers, map_panel
from latent_explorer.scene.controls import Button, Choice, Control, Slider
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Key, MapClick, MapDrag, MapDrop, PartEvent, Set, Xy
from latent_explorer.scene.items import View
from latent_explorer.scene.lab import Lab, LabAction
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.state import State

GROUP_NAMES = ("a", "b", "c")
EXAMPLE_CLASSES = ("2", "6", "5")
"""Example classes (digits): 2 - 6 moves the upper stroke from left to right, which turns a 5 into a 3."""
NEIGHBOUR_GROUP_SIZE = 25
"""Number of samples in an initial group, if the data has no classes."""


@dataclass(frozen=True)
class ArithmeticTransient:
    lasso: tuple[Xy, ...] = ()
    """Positions of the lasso while it is drawn."""


@dataclass(frozen=True)
class ArithmeticState:
    a: Group = field(default_factory=Group)
    """An empty group means that of the example."""
    b: Group = field(default_factory=Group)
    c: Group = field(default_factory=Group)
    fill: str = "a"
    """Group that the lasso and clicks fill; "picture" if a click chooses the sample to shift."""
    amount: Annotated[float, Within(-MAX_AMOUNT, MAX_AMOUNT)] = 1.0
    image: int | None = None
    """Sample to shift, by its image; None for the mean of C."""
    passing: ArithmeticTransient = field(default_factory=ArithmeticTransient)

    def get_group(self, name: str) -> Group:
        found: Group = getattr(self, name)
        return found

    def with_group(self, name: str, group: Group) -> "ArithmeticState":
        return replace(self, **{name: group})  # type: ignore[arg-type]


class Arithmetic(Lab[ArithmeticState]):
    name = "arithmetic"
    order = 4
    state_class = ArithmeticState
    title = "Arithmetic"
    hint = "Take what tells A from B and add it to C. Does the decoder draw what you would have drawn?"
    keys = (
        ("Draw a loop on the map", "the group is all dots inside it that are shown"),
        ("Click a dot, Enter", "one more sample of the group, or one less"),
        ("Click with Picture chosen", "this sample is moved along A − B"),
        ("Move", "the picture under the mouse is moved along A − B"),
        ("Drag on the strip", "how much of A − B is added"),
        ("Backspace", "empty the group: back to the example's"),
    )

    def on_model_changed(self, lab_state: ArithmeticState, *, same_dataset: bool) -> ArithmeticState:
        return lab_state if same_dataset else self.initial_state()

    def controls(self, state: State) -> tuple[Control, ...]:
        own: ArithmeticState = state.lab_states[self.name]
        names = (("a", "Fill A"), ("b", "Fill B"), ("c", "Fill C"), ("picture", "Picture"))
        tip = "What a loop or a click chooses: a group or a picture"
        times = "How many times A − B is added to the picture"
        found: list[Control] = [
            Choice("fill", names, own.fill, tip, key="g"),
            Button("swap", "Swap A, B", "Turn the direction round", "x"),
            Button("example", "Example", "Back to the first groups and the first picture", "c"),
            Slider(
                "amount", "A − B times", own.amount, -MAX_AMOUNT, MAX_AMOUNT, times, 0.25, "k", f"{own.amount:+.2f}"
            ),
        ]
        classes = state.get_checkpoint(0).class_names
        if classes:  # last, so that they are placed above the equation
            for name, group, key in zip(GROUP_NAMES, self.find_groups(state), ("w", "e", "r"), strict=True):
                options = (("", f"{name.upper()}: picked"), *((one, f"{name.upper()}: {one}") for one in classes))
                found.append(Choice(name, options, group.label, f"Group {name.upper()}: a class, or picked", True, key))
        return tuple(found)

    def lay_out(self, state: State) -> Layout:
        return arithmetic_layout.make_layout(state.size, state.ui_scale)

    def interactive_parts(self, state: State) -> tuple[str, ...]:
        return ("film",)

    def captures_drag(self, state: State) -> bool:
        own: ArithmeticState = state.lab_states[self.name]
        return own.fill in GROUP_NAMES

    def update(self, state: State, action: LabAction) -> State:
        own: ArithmeticState = state.lab_states[self.name]
        match action:
            case MapDrag(first=first, start_xy=start, xy=xy) if own.fill in GROUP_NAMES:
                loop = lasso.extend((start,) if first else own.passing.lasso, xy)
                return self._with_lab_state(state, replace(own, passing=ArithmeticTransient(loop)))
            case MapDrop():
                return self._fill_by_lasso(state, own)
            case MapClick(dot=dot):
                return self._handle_click(state, own, dot)
            case PartEvent(part="film", position=(x, _), phase="press" | "drag"):
                return self._with_lab_state(state, replace(own, amount=arithmetic_layout.to_amount(x)))
            case Set(control="fill", value=value):
                return self._with_lab_state(state, replace(own, fill=value))
            case Set(control="a" | "b" | "c" as name, value=value) if value:
                return self._with_lab_state(state, own.with_group(name, Group(label=str(value))))
            case Set(control="a" | "b" | "c" as name):
                said = f"Draw a loop around dots of the map, or click them: they are group {name.upper()}."
                return self._with_lab_state(state, replace(own, fill=name)).with_message(said)
            case Set(control="amount", value=value):
                return self._with_lab_state(state, replace(own, amount=round(float(value) * 20) / 20))
            case Set(control="swap"):
                a, b, _ = self.find_groups(state)
                return self._with_lab_state(state, replace(own, a=b, b=a))
            case Set(control="example"):
                return self._with_lab_state(state, ArithmeticState(fill=own.fill))
            case Key(name="backspace") if own.fill in GROUP_NAMES:
                return self._with_lab_state(state, own.with_group(own.fill, Group()))
            case Key(name="backspace"):
                return self._with_lab_state(state, replace(own, image=None))
        return state

    def queries(self, state: State) -> dict[str, AnyQuery]:
        own: ArithmeticState = state.lab_states[self.name]
        model, which = state.models[0], state.get_map_name(0)
        a, b, c = self.find_groups(state)
        steps = arithmetic_layout.STEPS if "film" in self.layout(state).parts else 0
        wanted = map_layers.make_queries(state, self.layout(state), 1)
        wanted["equation"] = Equation(model, a, b, c, arithmetic_layout.NEAREST_COUNT)
        wanted["places"] = GroupPositions(model, which, a, b, c)
        wanted["separation"] = Separation(model, a, b)
        wanted["moved"] = ShiftAlongDirection(model, a, b, self.find_shift_source(state), own.amount, steps)
        return wanted

    def view(self, state: State, results: Results) -> View:
        own: ArithmeticState = state.lab_states[self.name]
        shown = arithmetic_view.ArithmeticViewModel(
            self.find_groups(state), self.find_shift_source(state), own.amount, own.fill
        )
        loop = own.passing.lasso if state.pointer.press is not None else ()
        return arithmetic_view.make_view(state, shown, loop, self.layout(state), self.hint, results)

    def find_groups(self, state: State) -> tuple[Group, Group, Group]:
        """Return the groups A, B and C; each empty one is replaced by that of the example."""
        own: ArithmeticState = state.lab_states[self.name]
        found = [
            own.get_group(name) if own.get_group(name) != Group() else first
            for name, first in zip(GROUP_NAMES, make_example_groups(state.get_checkpoint(0)), strict=True)
        ]
        return found[0], found[1], found[2]

    def find_shift_source(self, state: State) -> ShiftSource:
        """Return the source of the shift: the point under the mouse, else user image, chosen sample, or mean of C."""
        own: ArithmeticState = state.lab_states[self.name]
        if state.pointer.hover is not None and state.pointer.press is None:
            rect = self.layout(state).maps[0]
            xy, resolution = map_panel.snap_to_dot(state, 0, state.pointer.hover.xy, rect)
            return HoveredPosition(state.get_map_name(0), xy, resolution)
        if state.drawing.image is not None:
            return state.drawing.image
        dot = None if own.image is None else state.get_checkpoint(0).dot_of_image.get(own.image)
        return self.find_groups(state)[2] if dot is None else Dot(dot)

    # -- inside ---------------------------------------------------------------------------------------

    def _with_lab_state(self, state: State, lab_state: ArithmeticState) -> State:
        return state.with_lab_state(self.name, lab_state)

    def _fill_by_lasso(self, state: State, lab_state: ArithmeticState) -> State:
        """Fill the group with the visible dots inside the lasso; change nothing if there are none."""
        loop, lab_state = lab_state.passing.lasso, replace(lab_state, passing=ArithmeticTransient())
        state = self._with_lab_state(state, lab_state)
        if lab_state.fill not in GROUP_NAMES or not loop:
            return state
        checkpoint, which = state.get_checkpoint(0), state.get_map_name(0)
        hidden = legend.find_hidden_classes(state, 0)
        held = lasso.contains(loop, checkpoint.maps[which].xy) & Dots.of(checkpoint, which).get_visible_mask(hidden)
        if not held.any():
            name = lab_state.fill.upper()
            return state.with_message(f"The loop is around no dot that is shown: group {name} stays as it was.")
        images = tuple(int(image) for image in checkpoint.indices[np.flatnonzero(held)])
        return self._with_lab_state(state, lab_state.with_group(lab_state.fill, Group(images=images)))

    def _handle_click(self, state: State, lab_state: ArithmeticState, dot: int) -> State:
        image = int(state.get_checkpoint(0).indices[dot])
        if lab_state.fill not in GROUP_NAMES:
            return self._with_lab_state(state, replace(lab_state, image=image))
        before = lab_state.get_group(lab_state.fill).images
        images = tuple(one for one in before if one != image) if image in before else (*before, image)
        return self._with_lab_state(state, lab_state.with_group(lab_state.fill, Group(images=images)))


def make_example_groups(checkpoint: Checkpoint) -> tuple[Group, Group, Group]:
    """Return the initial groups: three classes, or three groups of neighbouring dots if there are fewer classes."""
    names = checkpoint.class_names
    chosen = EXAMPLE_CLASSES if set(EXAMPLE_CLASSES) <= set(names) else names[:3]
    atlas = checkpoint.atlas
    if len(chosen) == 3 and {names.index(one) for one in chosen} <= _find_present_classes(atlas):
        a, b, c = (Group(label=one) for one in chosen)
        return a, b, c
    corners = (int(at) for at in (atlas.xy[:, 0].argmin(), atlas.xy[:, 0].argmax(), atlas.xy[:, 1].argmax()))
    heaps = (
        np.atleast_1d(atlas.tree.query(atlas.xy[dot], k=min(NEIGHBOUR_GROUP_SIZE, len(atlas.xy)))[1]) for dot in corners
    )
    a, b, c = (Group(images=tuple(sorted(int(checkpoint.indices[dot]) for dot in heap))) for heap in heaps)
    return a, b, c


@lru_cache(maxsize=16)
def _find_present_classes(atlas: Atlas) -> frozenset[int]:
    """Return the labels that have samples."""
    return frozenset(np.unique(atlas.labels).tolist())
