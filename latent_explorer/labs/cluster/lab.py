"""Cluster: groups that are found among the codes without their labels, on the map and beside the labels."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from latent_explorer.engine.query import Wanted
from latent_explorer.engine.results import Results
from latent_explorer.labs.cluster import layout as cluster_layout
from latent_explorer.labs.cluster import view as cluster_view
from latent_explorer.labs.cluster.queries import Clustering, Radius
from latent_explorer.scene import map_layers
from latent_explorer.scene.controls import Button, Choice, Control, Number, Slider, Toggle
from latent_explorer.scene.events import Key, MapClick, Set, Touch
from latent_explorer.scene.items import View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.state import State, World
from latent_explorer.within import Natural, Within

FEWEST, MOST = 2, 30
"""Clusters that can be asked for."""
CROWDS = (2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0)
"""DBSCAN: steps of how many samples make a crowd."""
NARROWEST, WIDEST = 0.4, 2.0
"""DBSCAN's radius as multiples of the suggested one."""


@dataclass(frozen=True)
class Passing:
    over: int = -1
    """The cluster of the wall that the mouse is over; -1 for none."""


@dataclass(frozen=True)
class Own:
    method: str = "kmeans"
    count: Annotated[int, Within(0, MOST)] = 0
    """Of the clusters; 0 for as many as there are classes."""
    stretch: Annotated[float, Within(NARROWEST, WIDEST)] = 1.0
    """DBSCAN's radius, as a multiple of the suggested one."""
    least: Annotated[int, Within(CROWDS[0], CROWDS[-1])] = 5
    full: bool = True
    seed: Natural = 0
    flat: bool = False
    """Whether the map is grouped in place of the codes."""
    colours: str = "clusters"
    """What the dots are coloured by: "clusters", "labels" or "differ"."""
    chosen: Annotated[int, Within(-1)] = -1
    """The cluster that alone is coloured, by its place on the wall; -1 for none."""
    image: int | None = None
    """A sample, by its image, whose cluster alone is coloured."""
    passing: Passing = field(default_factory=Passing)


class Cluster(Lab):
    name = "cluster"
    title = "Cluster"
    hint = "These colours were found without the labels. Where do they agree with the names on the map?"
    keys = (
        ("Click a picture or dot", "show only its cluster; again: show all"),
        ("Move over the wall", "see where a cluster lies"),
        ("Drag on the chart", "DBSCAN: the radius"),
        ("Backspace", "show all clusters"),
    )

    def start(self) -> Own:
        return Own()

    def kept(self, own: Own, *, same_images: bool) -> Own:
        if same_images:
            return replace(own, chosen=-1, passing=Passing())
        return replace(own, chosen=-1, image=None, count=0, passing=Passing())

    def controls(self, state: State, world: World) -> tuple[Control, ...]:
        own: Own = state.own[self.name]
        methods = (("kmeans", "k-means"), ("mixture", "Gaussians"), ("dbscan", "DBSCAN"))
        shown = (("clusters", "Clusters"), ("labels", "Labels"), ("differ", "Differences"))
        said = "k-means: round, Gaussians: long, DBSCAN: dense groups"
        found: list[Control] = [
            Choice("method", methods, own.method, said, key="g"),
            Choice("colours", shown, own.colours, "Dots by their clusters, labels, or where they differ", key="c"),
            Toggle("flat", "On the map", own.flat, "Group the map's positions in place of the codes", key="i"),
        ]
        if own.method == "mixture":
            tip = "Each Gaussian may lean (a full covariance), or only be wide or narrow along each dimension"
            found.append(Toggle("full", "Leaning", own.full, tip, key="e"))
        if own.method == "dbscan":
            tip = "Samples within the radius, itself counted, that make a sample part of a crowd"
            found.append(Number("least", "Crowd", own.least, CROWDS[0], CROWDS[-1], CROWDS, tip, key="h"))
            tip = "How near is near: DBSCAN joins samples that are no farther apart"
            found.append(
                Slider("radius", "Radius", own.stretch, NARROWEST, WIDEST, tip, 0.05, "r", f"× {own.stretch:.2f}")
            )
        else:
            found.append(Button("again", "Another start", "Begin with other random centres", "x"))
            count = self.count(state, world)
            tip = "How many clusters there are to be"
            found.append(Slider("count", "Clusters", count, FEWEST, MOST, tip, 1, "k", str(count)))
        return tuple(found)

    def lay_out(self, state: State) -> Layout:
        own: Own = state.own[self.name]
        return cluster_layout.layout(state.size, state.unit, own.method == "dbscan")

    def touches(self, state: State) -> tuple[str, ...]:
        return ("wall", "chart")

    def update(self, state: State, action: LabAction, world: World) -> State:
        own: Own = state.own[self.name]
        match action:
            case Set(control="colours", value=value):
                return self._with(state, replace(own, colours=str(value)))
            case Set(control="method", value=value):
                return self._anew(state, replace(own, method=str(value)))
            case Set(control="flat", value=value):
                return self._anew(state, replace(own, flat=bool(value)))
            case Set(control="full", value=value):
                return self._anew(state, replace(own, full=bool(value)))
            case Set(control="count", value=int() | float() as value):
                return self._anew(state, replace(own, count=min(max(round(value), FEWEST), MOST)))
            case Set(control="least", value=int() | float() as value):
                return self._anew(state, replace(own, least=round(value)))
            case Set(control="radius", value=int() | float() as value):
                return self._anew(state, replace(own, stretch=_held(value)))
            case Set(control="again"):
                return self._anew(state, replace(own, seed=own.seed + 1))
            case MapClick(dot=dot):
                image = int(world[state.models[0]].indices[dot])
                return self._with(state, replace(own, chosen=-1, image=None if image == own.image else image))
            case Key(name="backspace"):
                return self._with(state, replace(own, chosen=-1, image=None))
            case Touch():
                return self._touched(state, own, action, world)
        return state

    def requests(self, state: State, world: World) -> dict[str, Wanted]:
        own: Own = state.own[self.name]
        asked = self.clustering(state, world)
        wanted = map_layers.requests(state, world, self.layout(state), 1)
        wanted["clusters"] = asked
        if own.method == "dbscan":
            wanted["radius"] = Radius(state.models[0], own.least, own.seed, asked.which)
        return wanted

    def view(self, state: State, results: Results, world: World) -> View:
        own: Own = state.own[self.name]
        image = None if own.image is None else world[state.models[0]].dot_of.get(own.image)
        over = own.passing.over
        slots = self._slots(state, world)
        shown = cluster_view.Shown(
            self.clustering(state, world), own.colours, own.chosen if over < 0 else over, image, slots, self.hint
        )
        return cluster_view.view(state, shown, self.layout(state), results, world)

    def count(self, state: State, world: World) -> int:
        own: Own = state.own[self.name]
        wanted = own.count or len(world[state.models[0]].class_names) or 10
        return min(max(wanted, FEWEST), MOST)

    def clustering(self, state: State, world: World) -> Clustering:
        own: Own = state.own[self.name]
        which = state.map_of(0, world) if own.flat else ""
        # what a method does not use must not make it work again
        if own.method == "dbscan":
            return Clustering(
                state.models[0], "dbscan", stretch=own.stretch, least=own.least, seed=own.seed, which=which
            )
        full = own.full or own.method == "kmeans"
        return Clustering(state.models[0], own.method, self.count(state, world), full=full, seed=own.seed, which=which)

    # -- inside ---------------------------------------------------------------------------------------

    def _with(self, state: State, own: Own) -> State:
        return state.with_own(self.name, own)

    def _anew(self, state: State, own: Own) -> State:
        """Other clusters: a number of before means nothing among them."""
        return self._with(state, replace(own, chosen=-1, passing=Passing()))

    def _slots(self, state: State, world: World) -> int:
        """How many clusters have a place on the wall."""
        own: Own = state.own[self.name]
        return cluster_layout.CROWDS if own.method == "dbscan" else self.count(state, world)

    def _touched(self, state: State, own: Own, touch: Touch, world: World) -> State:
        if touch.part == "chart" and touch.phase in ("press", "drag"):
            # the chart reaches from no radius to the widest: the lab knows multiples of the suggested one only
            rect = self.layout(state).parts["chart"]
            return self._anew(state, replace(own, stretch=_held(cluster_view.stretch_at(rect, touch.at, state.unit))))
        if touch.part == "wall":
            over = -1 if touch.phase == "leave" else self._cell(state, touch.at, world)
            if touch.phase == "press" and over >= 0:
                again = over == own.chosen
                return self._with(state, replace(own, chosen=-1 if again else over, image=None, passing=Passing()))
            if touch.phase in ("hover", "leave") and over != own.passing.over:
                return self._with(state, replace(own, passing=Passing(over)))
        return state

    def _cell(self, state: State, at: tuple[float, float], world: World) -> int:
        """The cluster of the wall at a place in shares of it; -1 between the pictures."""
        wall = self.layout(state).parts["wall"]
        px = wall.px_of(at)
        places = cluster_layout.cells(wall, self._slots(state, world), state.unit)
        return next((k for k, cell in enumerate(places) if any(rect.contains(px) for rect in cell)), -1)


def _held(stretch: float) -> float:
    """A multiple of the suggested radius that can be asked for, in steps of a fiftieth."""
    return round(min(max(stretch, NARROWEST), WIDEST) * 50) / 50
