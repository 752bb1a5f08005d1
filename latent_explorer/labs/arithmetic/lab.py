"""The Arithmetic lab: A - B + C with groups of samples, and A - B as a direction along which any picture is shifted."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Annotated

import numpy as np

from latent_explorer.atlas import Atlas
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.query import Wanted
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.arithmetic import lasso
from latent_explorer.labs.arithmetic import layout as arithmetic_layout
from latent_explorer.labs.arithmetic import view as arithmetic_view
from latent_explorer.labs.arithmetic.queries import REACH, Equation, Group, Moved, Separation, Spot, Start, Whereabouts
from latent_explorer.scene import legend, map_layers, map_panel
from latent_explorer.scene.controls import Button, Choice, Control, Slider
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Key, MapClick, MapDrag, MapDrop, Set, Touch, Xy
from latent_explorer.scene.items import View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.state import State, World
from latent_explorer.within import Within

NAMES = ("a", "b", "c")
EXAMPLE = ("2", "6", "5")
"""Example classes (digits): 2 - 6 moves the upper stroke from left to right, which turns a 5 into a 3."""
HEAP = 25
"""Number of samples in an initial group, if the data has no classes."""


@dataclass(frozen=True)
class Passing:
    loop: tuple[Xy, ...] = ()
    """Positions of the lasso while it is drawn."""


@dataclass(frozen=True)
class Own:
    a: Group = field(default_factory=Group)
    """An empty group means that of the example."""
    b: Group = field(default_factory=Group)
    c: Group = field(default_factory=Group)
    fill: str = "a"
    """Group that the lasso and clicks fill; "picture" if a click chooses the sample to shift."""
    amount: Annotated[float, Within(-REACH, REACH)] = 1.0
    image: int | None = None
    """Sample to shift, by its image; None for the mean of C."""
    passing: Passing = field(default_factory=Passing)

    def group(self, name: str) -> Group:
        found: Group = getattr(self, name)
        return found

    def filled(self, name: str, group: Group) -> "Own":
        return replace(self, **{name: group})  # type: ignore[arg-type]


class Arithmetic(Lab):
    name = "arithmetic"
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

    def start(self) -> Own:
        return Own()

    def kept(self, own: Own, *, same_images: bool) -> Own:
        return own if same_images else self.start()

    def controls(self, state: State, world: World) -> tuple[Control, ...]:
        own: Own = state.own[self.name]
        names = (("a", "Fill A"), ("b", "Fill B"), ("c", "Fill C"), ("picture", "Picture"))
        tip = "What a loop or a click chooses: a group or a picture"
        times = "How many times A − B is added to the picture"
        found: list[Control] = [
            Choice("fill", names, own.fill, tip, key="g"),
            Button("swap", "Swap A, B", "Turn the direction round", "x"),
            Button("example", "Example", "Back to the first groups and the first picture", "c"),
            Slider("amount", "A − B times", own.amount, -REACH, REACH, times, 0.25, "k", f"{own.amount:+.2f}"),
        ]
        classes = world[state.models[0]].class_names
        if classes:  # last, so that they are placed above the equation
            for name, group, key in zip(NAMES, self.groups(state, world), ("w", "e", "r"), strict=True):
                options = (("", f"{name.upper()}: picked"), *((one, f"{name.upper()}: {one}") for one in classes))
                found.append(Choice(name, options, group.label, f"Group {name.upper()}: a class, or picked", True, key))
        return tuple(found)

    def lay_out(self, state: State) -> Layout:
        return arithmetic_layout.layout(state.size, state.unit)

    def touches(self, state: State) -> tuple[str, ...]:
        return ("film",)

    def grabs(self, state: State) -> bool:
        own: Own = state.own[self.name]
        return own.fill in NAMES

    def update(self, state: State, action: LabAction, world: World) -> State:
        own: Own = state.own[self.name]
        match action:
            case MapDrag(first=first, start_xy=start, xy=xy) if own.fill in NAMES:
                loop = lasso.longer((start,) if first else own.passing.loop, xy)
                return self._with(state, replace(own, passing=Passing(loop)))
            case MapDrop():
                return self._looped(state, own, world)
            case MapClick(dot=dot):
                return self._clicked(state, own, dot, world)
            case Touch(part="film", at=(x, _), phase="press" | "drag"):
                return self._with(state, replace(own, amount=arithmetic_layout.amount_at(x)))
            case Set(control="fill", value=value):
                return self._with(state, replace(own, fill=value))
            case Set(control="a" | "b" | "c" as name, value=value) if value:
                return self._with(state, own.filled(name, Group(label=str(value))))
            case Set(control="a" | "b" | "c" as name):
                said = f"Draw a loop around dots of the map, or click them: they are group {name.upper()}."
                return replace(self._with(state, replace(own, fill=name)), message=said)
            case Set(control="amount", value=value):
                return self._with(state, replace(own, amount=round(float(value) * 20) / 20))
            case Set(control="swap"):
                a, b, _ = self.groups(state, world)
                return self._with(state, replace(own, a=b, b=a))
            case Set(control="example"):
                return self._with(state, Own(fill=own.fill))
            case Key(name="backspace") if own.fill in NAMES:
                return self._with(state, own.filled(own.fill, Group()))
            case Key(name="backspace"):
                return self._with(state, replace(own, image=None))
        return state

    def requests(self, state: State, world: World) -> dict[str, Wanted]:
        own: Own = state.own[self.name]
        model, which = state.models[0], state.map_of(0, world)
        a, b, c = self.groups(state, world)
        steps = arithmetic_layout.STEPS if "film" in self.layout(state).parts else 0
        wanted = map_layers.requests(state, world, self.layout(state), 1)
        wanted["equation"] = Equation(model, a, b, c, arithmetic_layout.NEAR)
        wanted["places"] = Whereabouts(model, which, a, b, c)
        wanted["separation"] = Separation(model, a, b)
        wanted["moved"] = Moved(model, a, b, self.moves(state, world), own.amount, steps)
        return wanted

    def view(self, state: State, results: Results, world: World) -> View:
        own: Own = state.own[self.name]
        shown = arithmetic_view.Shown(self.groups(state, world), self.moves(state, world), own.amount, own.fill)
        loop = own.passing.loop if state.held is not None else ()
        return arithmetic_view.view(state, shown, loop, self.layout(state), self.hint, results, world)

    def groups(self, state: State, world: World) -> tuple[Group, Group, Group]:
        """Return the groups A, B and C; each empty one is replaced by that of the example."""
        own: Own = state.own[self.name]
        found = [
            own.group(name) if own.group(name) != Group() else first
            for name, first in zip(NAMES, example(world[state.models[0]]), strict=True)
        ]
        return found[0], found[1], found[2]

    def moves(self, state: State, world: World) -> Start:
        """Return the source of the shift: the point under the mouse, else user image, chosen sample, or mean of C."""
        own: Own = state.own[self.name]
        if state.hover is not None and state.held is None:
            rect = self.layout(state).maps[0]
            xy, resolution = map_panel.seen(state, 0, state.hover.xy, rect, world)
            return Spot(state.map_of(0, world), xy, resolution)
        if state.image is not None:
            return state.image
        dot = None if own.image is None else world[state.models[0]].dot_of.get(own.image)
        return self.groups(state, world)[2] if dot is None else Dot(dot)

    # -- inside ---------------------------------------------------------------------------------------

    def _with(self, state: State, own: Own) -> State:
        return state.with_own(self.name, own)

    def _looped(self, state: State, own: Own, world: World) -> State:
        """Fill the group with the visible dots inside the lasso; change nothing if there are none."""
        loop, own = own.passing.loop, replace(own, passing=Passing())
        state = self._with(state, own)
        if own.fill not in NAMES or not loop:
            return state
        checkpoint, which = world[state.models[0]], state.map_of(0, world)
        hidden = legend.hidden(state, 0, world)
        held = lasso.inside(loop, checkpoint.maps[which].xy) & Dots.of(checkpoint, which).shown(hidden)
        if not held.any():
            name = own.fill.upper()
            return replace(state, message=f"The loop is around no dot that is shown: group {name} stays as it was.")
        images = tuple(int(image) for image in checkpoint.indices[np.flatnonzero(held)])
        return self._with(state, own.filled(own.fill, Group(images=images)))

    def _clicked(self, state: State, own: Own, dot: int, world: World) -> State:
        image = int(world[state.models[0]].indices[dot])
        if own.fill not in NAMES:
            return self._with(state, replace(own, image=image))
        before = own.group(own.fill).images
        images = tuple(one for one in before if one != image) if image in before else (*before, image)
        return self._with(state, own.filled(own.fill, Group(images=images)))


def example(checkpoint: Checkpoint) -> tuple[Group, Group, Group]:
    """Return the initial groups: three classes, or three groups of neighbouring dots if there are fewer classes."""
    names = checkpoint.class_names
    chosen = EXAMPLE if set(EXAMPLE) <= set(names) else names[:3]
    atlas = checkpoint.atlas
    if len(chosen) == 3 and {names.index(one) for one in chosen} <= _present(atlas):
        a, b, c = (Group(label=one) for one in chosen)
        return a, b, c
    corners = (int(at) for at in (atlas.xy[:, 0].argmin(), atlas.xy[:, 0].argmax(), atlas.xy[:, 1].argmax()))
    heaps = (np.atleast_1d(atlas.tree.query(atlas.xy[dot], k=min(HEAP, len(atlas.xy)))[1]) for dot in corners)
    a, b, c = (Group(images=tuple(sorted(int(checkpoint.indices[dot]) for dot in heap))) for heap in heaps)
    return a, b, c


@lru_cache(maxsize=16)
def _present(atlas: Atlas) -> frozenset[int]:
    """Return the labels that have samples."""
    return frozenset(np.unique(atlas.labels).tolist())
