"""The Cluster lab: clusters of the latents, found without labels, on the map and compared with the labels."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from latent_explorer.config.schema import Natural, Within
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.labs.cluster import layout as cluster_layout
from latent_explorer.labs.cluster import view as cluster_view
from latent_explorer.labs.cluster.queries import Clustering, RadiusScan
from latent_explorer.scene import map_layers
from latent_explorer.scene.controls import Button, Choice, Control, Number, Slider, Toggle
from latent_explorer.scene.events import Key, MapClick, PartEvent, Set
from latent_explorer.scene.items import View
from latent_explorer.scene.lab import Lab, LabAction
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.state import State

MIN_CLUSTERS, MAX_CLUSTERS = 2, 30
"""Range of the number of clusters."""
MIN_SAMPLES_STEPS = (2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0)
"""DBSCAN: selectable values of the samples that make one a core sample."""
MIN_RADIUS_FACTOR, MAX_RADIUS_FACTOR = 0.4, 2.0
"""DBSCAN: range of the radius, as a multiple of the suggested one."""


@dataclass(frozen=True)
class ClusterTransient:
    hovered_cluster: int = -1
    """Cluster under the mouse in the wall of means; -1 for none."""


@dataclass(frozen=True)
class ClusterState:
    method: str = "kmeans"
    count: Annotated[int, Within(0, MAX_CLUSTERS)] = 0
    """Number of clusters; 0 for the number of classes."""
    stretch: Annotated[float, Within(MIN_RADIUS_FACTOR, MAX_RADIUS_FACTOR)] = 1.0
    """DBSCAN's radius, as a multiple of the suggested one."""
    least: Annotated[int, Within(MIN_SAMPLES_STEPS[0], MIN_SAMPLES_STEPS[-1])] = 5
    full: bool = True
    seed: Natural = 0
    flat: bool = False
    """Whether map positions are clustered instead of latents."""
    colours: str = "clusters"
    """Colours of the dots: "clusters", "labels" or "differ"."""
    chosen: Annotated[int, Within(-1)] = -1
    """Cluster that alone is coloured, by its place in the wall; -1 for all."""
    image: int | None = None
    """Sample, by its image index, whose cluster alone is coloured."""
    passing: ClusterTransient = field(default_factory=ClusterTransient)


class Cluster(Lab[ClusterState]):
    name = "cluster"
    order = 9
    state_class = ClusterState
    title = "Cluster"
    hint = "These colours were found without the labels. Where do they agree with the names on the map?"
    keys = (
        ("Click a picture or dot", "show only its cluster; again: show all"),
        ("Move over the wall", "see where a cluster lies"),
        ("Drag on the chart", "DBSCAN: the radius"),
        ("Backspace", "show all clusters"),
    )

    def on_model_changed(self, lab_state: ClusterState, *, same_dataset: bool) -> ClusterState:
        if same_dataset:
            return replace(lab_state, chosen=-1, passing=ClusterTransient())
        return replace(lab_state, chosen=-1, image=None, count=0, passing=ClusterTransient())

    def controls(self, state: State) -> tuple[Control, ...]:
        own: ClusterState = state.lab_states[self.name]
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
            found.append(
                Number(
                    "least",
                    "Crowd",
                    own.least,
                    MIN_SAMPLES_STEPS[0],
                    MIN_SAMPLES_STEPS[-1],
                    MIN_SAMPLES_STEPS,
                    tip,
                    key="h",
                )
            )
            tip = "How near is near: DBSCAN joins samples that are no farther apart"
            found.append(
                Slider(
                    "radius",
                    "Radius",
                    own.stretch,
                    MIN_RADIUS_FACTOR,
                    MAX_RADIUS_FACTOR,
                    tip,
                    0.05,
                    "r",
                    f"× {own.stretch:.2f}",
                )
            )
        else:
            found.append(Button("again", "Another start", "Begin with other random centres", "x"))
            count = self.get_cluster_count(state)
            tip = "How many clusters there are to be"
            found.append(Slider("count", "Clusters", count, MIN_CLUSTERS, MAX_CLUSTERS, tip, 1, "k", str(count)))
        return tuple(found)

    def lay_out(self, state: State) -> Layout:
        own: ClusterState = state.lab_states[self.name]
        return cluster_layout.make_layout(state.size, state.ui_scale, own.method == "dbscan")

    def interactive_parts(self, state: State) -> tuple[str, ...]:
        return ("wall", "chart")

    def update(self, state: State, action: LabAction) -> State:
        own: ClusterState = state.lab_states[self.name]
        match action:
            case Set(control="colours", value=value):
                return self._with_lab_state(state, replace(own, colours=str(value)))
            case Set(control="method", value=value):
                return self._with_new_clusters(state, replace(own, method=str(value)))
            case Set(control="flat", value=value):
                return self._with_new_clusters(state, replace(own, flat=bool(value)))
            case Set(control="full", value=value):
                return self._with_new_clusters(state, replace(own, full=bool(value)))
            case Set(control="count", value=int() | float() as value):
                return self._with_new_clusters(
                    state, replace(own, count=min(max(round(value), MIN_CLUSTERS), MAX_CLUSTERS))
                )
            case Set(control="least", value=int() | float() as value):
                return self._with_new_clusters(state, replace(own, least=round(value)))
            case Set(control="radius", value=int() | float() as value):
                return self._with_new_clusters(state, replace(own, stretch=_clamp_radius_factor(value)))
            case Set(control="again"):
                return self._with_new_clusters(state, replace(own, seed=own.seed + 1))
            case MapClick(dot=dot):
                image = int(state.get_checkpoint(0).indices[dot])
                return self._with_lab_state(state, replace(own, chosen=-1, image=None if image == own.image else image))
            case Key(name="backspace"):
                return self._with_lab_state(state, replace(own, chosen=-1, image=None))
            case PartEvent():
                return self._handle_touch(state, own, action)
        return state

    def queries(self, state: State) -> dict[str, AnyQuery]:
        own: ClusterState = state.lab_states[self.name]
        asked = self.make_clustering_query(state)
        wanted = map_layers.make_queries(state, self.layout(state), 1)
        wanted["clusters"] = asked
        if own.method == "dbscan":
            wanted["radius"] = RadiusScan(state.models[0], own.least, own.seed, asked.map_name)
        return wanted

    def view(self, state: State, results: Results) -> View:
        own: ClusterState = state.lab_states[self.name]
        image = None if own.image is None else state.get_checkpoint(0).dot_of_image.get(own.image)
        over = own.passing.hovered_cluster
        slots = self._count_wall_cells(state)
        shown = cluster_view.ClusterViewModel(
            self.make_clustering_query(state),
            own.colours,
            own.chosen if over < 0 else over,
            image,
            slots,
            self.hint,
        )
        return cluster_view.make_view(state, shown, self.layout(state), results)

    def get_cluster_count(self, state: State) -> int:
        """Return the number of clusters to find: the chosen one, else the number of classes."""
        own: ClusterState = state.lab_states[self.name]
        wanted = own.count or len(state.get_checkpoint(0).class_names) or 10
        return min(max(wanted, MIN_CLUSTERS), MAX_CLUSTERS)

    def make_clustering_query(self, state: State) -> Clustering:
        own: ClusterState = state.lab_states[self.name]
        which = state.get_map_name(0) if own.flat else ""
        # settings that a method does not use must not trigger a new computation
        if own.method == "dbscan":
            return Clustering(
                state.models[0],
                "dbscan",
                radius_factor=own.stretch,
                min_samples=own.least,
                seed=own.seed,
                map_name=which,
            )
        full = own.full or own.method == "kmeans"
        return Clustering(
            state.models[0],
            own.method,
            self.get_cluster_count(state),
            full_covariance=full,
            seed=own.seed,
            map_name=which,
        )

    # -- inside ---------------------------------------------------------------------------------------

    def _with_lab_state(self, state: State, lab_state: ClusterState) -> State:
        return state.with_lab_state(self.name, lab_state)

    def _with_new_clusters(self, state: State, lab_state: ClusterState) -> State:
        """Return the state for new clusters, without a chosen one: the old numbers mean nothing among them."""
        return self._with_lab_state(state, replace(lab_state, chosen=-1, passing=ClusterTransient()))

    def _count_wall_cells(self, state: State) -> int:
        """Return the number of clusters with a place in the wall of means."""
        own: ClusterState = state.lab_states[self.name]
        return cluster_layout.DBSCAN_CELLS if own.method == "dbscan" else self.get_cluster_count(state)

    def _handle_touch(self, state: State, lab_state: ClusterState, touch: PartEvent) -> State:
        if touch.part == "chart" and touch.phase in ("press", "drag"):
            # the chart's axis starts at radius 0; the lab only knows multiples of the suggested radius
            rect = self.layout(state).parts["chart"]
            return self._with_new_clusters(
                state,
                replace(
                    lab_state,
                    stretch=_clamp_radius_factor(cluster_view.find_radius_factor(rect, touch.position, state.ui_scale)),
                ),
            )
        if touch.part == "wall":
            over = -1 if touch.phase == "leave" else self._find_cell(state, touch.position)
            if touch.phase == "press" and over >= 0:
                again = over == lab_state.chosen
                return self._with_lab_state(
                    state, replace(lab_state, chosen=-1 if again else over, image=None, passing=ClusterTransient())
                )
            if touch.phase in ("hover", "leave") and over != lab_state.passing.hovered_cluster:
                return self._with_lab_state(state, replace(lab_state, passing=ClusterTransient(over)))
        return state

    def _find_cell(self, state: State, position: tuple[float, float]) -> int:
        """Return the cluster at `position`, in shares of the wall; -1 between the pictures."""
        wall = self.layout(state).parts["wall"]
        px = wall.to_px(position)
        places = cluster_layout.place_cells(wall, self._count_wall_cells(state), state.ui_scale)
        return next((k for k, cell in enumerate(places) if any(rect.contains(px) for rect in cell)), -1)


def _clamp_radius_factor(radius_factor: float) -> float:
    """Clamp and round a multiple of the suggested radius, to steps of 1/50."""
    return round(min(max(radius_factor, MIN_RADIUS_FACTOR), MAX_RADIUS_FACTOR) * 50) / 50
