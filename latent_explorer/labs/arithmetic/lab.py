"""The Arithmetic lab: A - B + C with groups of samples; A - B, or an attribute, as a direction along which any picture
is shifted."""

from dataclasses import dataclass, field, replace
from typing import Annotated

import numpy as np

from latent_explorer.atlas import Atlas
from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.config.limits import Natural
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.subject import Dot, MapPosition
from latent_explorer.labs.arithmetic import attribute_view, lasso, view
from latent_explorer.labs.arithmetic.attribute_direction import AttributeKey, find_typical_dot, list_keys
from latent_explorer.labs.arithmetic.attribute_queries import AttributeDirection, AttributeShift
from latent_explorer.labs.arithmetic.layout import (
    NEAREST_COUNT,
    STEPS,
    make_attribute_layout,
    make_layout,
    to_amount,
)
from latent_explorer.labs.arithmetic.queries import (
    MAX_AMOUNT,
    Equation,
    Group,
    GroupPositions,
    Separation,
    ShiftAlongDirection,
    ShiftSource,
)
from latent_explorer.scene import legend, map_panel
from latent_explorer.scene.controls import Button, Choice, Control, Slider
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Key, MapClick, MapDrag, MapDrop, PartEvent, Set, Xy
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import DotColours, Item
from latent_explorer.scene.lab import Lab, LabAction, touch
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.settings import PER_DATASET, Pick, SampleIndex, Slide
from latent_explorer.scene.state import State
from latent_explorer.texts import format_number, mark, tr, tr_in

GROUP_NAMES = ("a", "b", "c")
NEIGHBOUR_GROUP_SIZE = 25
"""Number of samples in an initial group, if the data has no classes."""
NO_DOT_INSIDE = mark("The loop is around no dot that is shown: group {group} stays as it was.")
FILL = Pick(
    {"a": mark("Fill A"), "b": mark("Fill B"), "c": mark("Fill C"), "picture": mark("Sample")},
    mark("What a loop or a click chooses: a group or a sample"),
    "g",
)
AMOUNT = Slide(
    -MAX_AMOUNT, MAX_AMOUNT, label=mark("A − B times"),
    tip=mark("How many times A − B is added to the picture"), key="k", step=0.25,
    text=lambda own: format_number(own.amount, "+.2f"),
)  # fmt: skip


@dataclass(frozen=True)
class ArithmeticTransient:
    lasso: tuple[Xy, ...] = ()
    """Positions of the lasso while it is drawn."""


@dataclass(frozen=True)
class ArithmeticState:
    a: Annotated[Group, PER_DATASET] = field(default_factory=Group)
    """An empty group means that of the example."""
    b: Annotated[Group, PER_DATASET] = field(default_factory=Group)
    c: Annotated[Group, PER_DATASET] = field(default_factory=Group)
    fill: Annotated[str, FILL] = "a"
    """Group that the lasso and clicks fill; "picture" if a click chooses the sample to shift."""
    amount: Annotated[float, AMOUNT] = 1.0
    image: SampleIndex = None
    """Sample to shift; None for the mean of C."""
    example: Annotated[Natural, PER_DATASET] = 0
    """Number of the example; it goes round after the last one."""
    along: Annotated[str, PER_DATASET] = ""
    """Label of the attribute that makes the direction; empty for A - B. One that a model lacks counts as empty."""
    passing: ArithmeticTransient = field(default_factory=ArithmeticTransient)


class Arithmetic(Lab[ArithmeticState]):
    name = "arithmetic"
    order = 4
    stage = ("equation", "verdict", "near", "direction")
    state_class = ArithmeticState
    title = mark("Arithmetic")
    purpose = mark("A − B + C with groups of samples")
    hint = mark("Take what tells A from B and add it to C. Does the decoder draw what you would have drawn?")
    keys = (
        (mark("Draw a loop on the map"), mark("the group is all dots inside it that are shown")),
        (mark("Click a dot, Enter"), mark("one more sample of the group, or one less")),
        (mark("Click, Sample or attribute"), mark("this sample is moved along the direction")),
        (mark("Move"), mark("the picture under the mouse is moved along it")),
        (mark("Drag on the strip"), mark("how much of the direction is added")),
        (mark("Backspace"), mark("empty the group: back to the example's")),
    )

    def make_controls(self, state: State) -> tuple[Control, ...]:
        fill, amount = super().make_controls(state)
        along, key = self._make_along_menus(state), self.find_key(state)
        if key is not None:
            return *along, _name_amount(amount, key)
        swap = Button("swap", tr("Swap A, B"), tr("Turn the direction round"), "x")
        example = Button("example", tr("Example"), tr("Another example of groups, and the first picture"), "c")
        return *along, fill, swap, example, amount, *self._make_class_menus(state)  # the menus last: above the equation

    def _make_along_menus(self, state: State) -> list[Control]:
        """Return the menu of what makes the direction, if an attribute could."""
        keys, own = list_keys(state.get_checkpoint(0)), self.get_own(state)
        options = (("", tr("Groups A − B")), *((label, _format_option(key)) for label, key in keys.items()))
        tip = tr("The direction: from group B to group A, or more of an attribute")
        along = own.along if own.along in keys else ""
        return [Choice("along", options, along, tip=tip, menu=True, key="y")] if keys else []

    def find_key(self, state: State) -> AttributeKey | None:
        """Return the attribute that makes the direction; None if A - B does."""
        return list_keys(state.get_checkpoint(0)).get(self.get_own(state).along)

    def _make_class_menus(self, state: State) -> list[Control]:
        """Return a menu of the classes for each group, if there are any."""
        classes = state.get_checkpoint(0).class_names
        menus: list[Control] = []
        for name, group, key in zip(GROUP_NAMES, self.find_groups(state), ("w", "e", "r"), strict=True):
            upper = name.upper()
            is_picked = group.example is None
            other = tr("{group}: picked", group=upper) if is_picked else tr("{group}: example", group=upper)
            options = (("", other), *((one, f"{upper}: {say_name(one)}") for one in classes))
            tip = tr("Group {group}: a class, or picked", group=upper)
            menus.append(Choice(name, options, group.label, tip=tip, menu=True, key=key))
        return menus if classes else []

    def lay_out(self, state: State) -> Layout:
        make = make_layout if self.find_key(state) is None else make_attribute_layout
        return make(state.lab_size, state.ui_scale)

    def captures_drag(self, state: State) -> bool:
        return self.find_filled(state) != "picture"

    def find_filled(self, state: State) -> str:
        """Return the group that the lasso and clicks fill, or "picture": with an attribute there are no groups."""
        return self.get_own(state).fill if self.find_key(state) is None else "picture"

    @touch("film", "press", "drag")
    def choose_amount(self, state: State, event: PartEvent) -> State:
        return self.put(state, replace(self.get_own(state), amount=to_amount(event.position[0])))

    def react(self, state: State, action: LabAction) -> State:
        own = self.get_own(state)
        match action:
            case MapDrag(first=first, start_xy=start, xy=xy) if self.captures_drag(state):
                loop = lasso.extend((start,) if first else own.passing.lasso, xy)
                return self.put(state, replace(own, passing=ArithmeticTransient(loop)))
            case MapDrop():
                return self._fill_by_lasso(state)
            case MapClick(dot=dot):
                return self._choose_sample(state, int(state.get_checkpoint(0).indices[dot]))
            case Set("a" | "b" | "c" as name, ""):
                group = name.upper()
                text = tr("Draw a loop around dots of the map, or click them: they are group {group}.", group=group)
                return self.put(state, replace(own, fill=name)).with_message(text)
            case Set("a" | "b" | "c" as name, str(label)) if label in state.get_checkpoint(0).class_names:
                return self._put_group(state, name, Group(label=label))
            case Set("along", str(label)) if not label or label in list_keys(state.get_checkpoint(0)):
                return self.put(state, replace(own, along=label))
            case Set("swap"):
                a, b, _ = self.find_groups(state)
                return self.put(state, replace(own, a=b, b=a))
            case Set("example"):
                return self.put(state, ArithmeticState(fill=own.fill, example=own.example + 1))
            case Key(name="backspace"):
                return self.put(state, self.reset(own, self.find_filled(state).replace("picture", "image")))
        return state

    def ask(self, state: State) -> dict[str, AnyQuery]:
        model, (a, b, c), amount = state.models[0], self.find_groups(state), self.get_own(state).amount
        steps, key = STEPS if "film" in self.get_layout(state).parts else 0, self.find_key(state)
        if key is not None:
            source = self.find_shift_source(state)
            return {
                "direction": AttributeDirection(model, key),
                "moved": AttributeShift(model, key, source, amount, steps),
            }
        return {
            "equation": Equation(model, a, b, c, NEAREST_COUNT),
            "places": GroupPositions(model, state.get_map_name(0), a, b, c),
            "separation": Separation(model, a, b),
            "moved": ShiftAlongDirection(model, a, b, self.find_shift_source(state), amount, steps),
        }

    def find_groups(self, state: State) -> tuple[Group, Group, Group]:
        """Return the groups A, B and C; each empty one is replaced by that of the example."""
        own = self.get_own(state)
        a, b, c = make_example_groups(state.get_checkpoint(0), own.example)
        empty = Group()
        return (a if own.a == empty else own.a, b if own.b == empty else own.b, c if own.c == empty else own.c)

    def find_shift_source(self, state: State) -> ShiftSource:
        """Return the source of the shift: the point under the mouse, else user image, chosen sample, or mean of C."""
        image = self.get_own(state).image
        if state.pointer.hover is not None and state.pointer.press is None:
            pixel = state.get_pixel(0, self.get_layout(state).maps[0])
            xy, resolution = map_panel.snap_to_dot(state, 0, state.pointer.hover.xy, pixel)
            return MapPosition(xy, resolution, map_name=state.get_map_name(0))
        if state.drawing.image is not None:
            return state.drawing.image
        dot = None if image is None else state.get_checkpoint(0).dot_of_image.get(image)
        key = self.find_key(state)
        if dot is None and key is not None:
            return Dot(find_typical_dot(state.get_checkpoint(0), key))
        return self.find_groups(state)[2] if dot is None else Dot(dot)

    # -- what is shown --------------------------------------------------------------------------------

    def choose_hint(self, frame: Frame[ArithmeticState]) -> str:
        key = self.find_key(frame.state)
        if key is not None:
            return attribute_view.choose_hint(frame, key)
        return view.choose_hint(frame, self.find_groups(frame.state), tr(self.hint))

    def colour_dots(self, frame: Frame[ArithmeticState], slot: int) -> DotColours | None:
        return view.colour_dots(frame) if self.find_key(frame.state) is None else attribute_view.colour_dots(frame)

    def draw_on_map(self, frame: Frame[ArithmeticState], slot: int, rect: Rect) -> list[Item]:
        if self.find_key(frame.state) is not None:
            return attribute_view.make_map_items(frame, self.find_shift_source(frame.state), rect)
        loop = frame.own.passing.lasso if frame.state.pointer.press is not None else ()
        return view.make_map_items(frame, self.find_shift_source(frame.state), loop, rect)

    def draw(self, frame: Frame[ArithmeticState]) -> list[Item]:
        key, source = self.find_key(frame.state), self.find_shift_source(frame.state)
        if key is not None:
            typical = isinstance(source, Dot) and frame.own.image is None
            return attribute_view.make_items(frame, key, source, typical=typical)
        items = view.make_equation_items(frame) + view.make_direction_items(frame, source)
        return items + view.make_strip_items(frame, source)

    # -- inside ---------------------------------------------------------------------------------------

    def _put_group(self, state: State, name: str, group: Group) -> State:
        return self.put(state, replace(self.get_own(state), **{name: group}))  # type: ignore[arg-type]

    def _fill_by_lasso(self, state: State) -> State:
        """Fill the group with the visible dots inside the lasso; change nothing if there are none."""
        own = self.get_own(state)
        loop, state = own.passing.lasso, self.put(state, self.reset(own, "passing"))
        if self.find_filled(state) == "picture" or not loop:
            return state
        checkpoint, which = state.get_checkpoint(0), state.get_map_name(0)
        visible = Dots.of(checkpoint, which).get_visible_mask(legend.find_hidden_classes(state, 0))
        inside = lasso.contains(loop, checkpoint.maps[which].xy) & visible
        if not inside.any():
            return state.with_message(tr(NO_DOT_INSIDE, group=own.fill.upper()))
        images = tuple(int(image) for image in checkpoint.indices[np.flatnonzero(inside)])
        return self._put_group(state, own.fill, Group(images=images))

    def _choose_sample(self, state: State, image: int) -> State:
        """Choose the sample to shift, or add it to the group that is filled; take it away if it is in there."""
        own = self.get_own(state)
        if self.find_filled(state) == "picture":
            return self.put(state, replace(own, image=image))
        before: tuple[int, ...] = getattr(own, own.fill).images
        images = tuple(one for one in before if one != image) if image in before else (*before, image)
        return self._put_group(state, own.fill, Group(images=images))


def _format_option(key: AttributeKey) -> str:
    """Return the label of an attribute in the menu."""
    if not key.category:
        return tr("More {attribute}", attribute=attribute_view.say_key(key))
    return tr("With {attribute}", attribute=attribute_view.say_key(key))


def _name_amount(slider: Control, key: AttributeKey) -> Control:
    """Return the slider of the amount for an attribute, with its unit."""
    assert isinstance(slider, Slider)
    text, longest = (
        tr("{amount} times", amount=amount) if key.category else tr("{amount} SD", amount=amount)
        for amount in (format_number(slider.value, "+.2f"), "+0.00")
    )
    tip = tr("How much {attribute} is added to the picture", attribute=key.label)
    return replace(slider, label=tr_in("amount", "Add"), tip=tip, value_text=text, longest_text=longest)


def make_example_groups(checkpoint: Checkpoint, number: int = 0) -> tuple[Group, Group, Group]:
    """Return the groups of an example: of one found to come out if there is a judge of pictures to say so, else three
    classes, or three groups of neighbouring dots if there are fewer classes."""
    names, atlas = checkpoint.class_names, checkpoint.atlas
    present = [name for k, name in enumerate(names) if k in _find_present_classes(atlas)]
    if present and checkpoint.judge is not None:
        return Group(example=number, part=0), Group(example=number, part=1), Group(example=number, part=2)
    if len(present) >= 3:
        a, b, c = (Group(label=present[(number + step) % len(present)]) for step in range(3))
        return a, b, c
    turn = 2 * np.pi * ((number / 8 + np.arange(3) / 3) % 1)
    corners = (int((atlas.xy @ (np.cos(at), np.sin(at))).argmax()) for at in turn)
    heaps = (
        np.atleast_1d(atlas.tree.query(atlas.xy[dot], k=min(NEIGHBOUR_GROUP_SIZE, len(atlas.xy)))[1]) for dot in corners
    )
    a, b, c = (Group(images=tuple(sorted(int(checkpoint.indices[dot]) for dot in heap))) for heap in heaps)
    return a, b, c


@remember(16)
def _find_present_classes(atlas: Atlas) -> frozenset[int]:
    """Return the labels that have samples."""
    return frozenset(np.unique(atlas.labels).tolist())
