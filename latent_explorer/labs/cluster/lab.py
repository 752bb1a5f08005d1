"""The Cluster lab: clusters of the latents, found without labels, on the map and compared with the labels."""

from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from latent_explorer.config.limits import Within
from latent_explorer.engine.query import AnyQuery
from latent_explorer.labs.cluster import layout, view
from latent_explorer.labs.cluster.queries import Clustering, RadiusScan
from latent_explorer.scene.controls import Control, Slider
from latent_explorer.scene.events import Key, MapClick, PartEvent
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import DotColours, Item
from latent_explorer.scene.lab import Lab, LabAction, touch
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.settings import PER_MODEL, CountUp, Pick, SampleIndex, Slide, Stepper, Switch
from latent_explorer.scene.state import State
from latent_explorer.texts import format_number, mark, tr

MIN_CLUSTERS, MAX_CLUSTERS = 2, 30
"""Range of the number of clusters."""
MIN_SAMPLES_STEPS = (2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0)
"""DBSCAN: selectable values of the samples that make one a core sample."""
METHODS = {"kmeans": mark("k-means"), "mixture": mark("Gaussians"), "dbscan": "DBSCAN"}
COLOURS = {"clusters": mark("Clusters"), "labels": mark("Labels"), "differ": mark("Differences")}


class CountSlide(Slide):
    """The number of clusters; 0 is that of the classes."""

    def __contains__(self, value: float) -> bool:
        return value == 0 or super().__contains__(value)


class RadiusSlide(Slide):
    """A multiple of the suggested radius, in steps of 1/50."""

    def accept(self, value: Any, before: Any) -> Any:
        return None if super().accept(value, before) is None else round(value * 50) / 50


RADIUS = RadiusSlide(
    0.4, 2.0, label=mark("Radius"),
    tip=mark("How near is near: DBSCAN joins samples that are no farther apart"), key="r",
    text=lambda own: f"× {format_number(own.stretch, '.2f')}", control="radius",
)  # fmt: skip
CROWD = Stepper(
    MIN_SAMPLES_STEPS[0], MIN_SAMPLES_STEPS[-1], label=mark("Crowd"),
    tip=mark("Samples within the radius, itself counted, that make a sample part of a crowd"), key="h",
    steps=MIN_SAMPLES_STEPS,
)  # fmt: skip
LEANING = Switch(
    mark("Leaning"),
    mark("Each Gaussian may lean (a full covariance), or only be wide or narrow along each dimension"),
    "e",
)
ANOTHER_START = CountUp(
    0, label=mark("Another start"), tip=mark("Begin with other random centres"), key="x", control="again"
)
COUNT = CountSlide(
    MIN_CLUSTERS, MAX_CLUSTERS, label=mark("Clusters"), tip=mark("How many clusters there are to be"), key="k",
    step=1, digits=0,
)  # fmt: skip


@dataclass(frozen=True)
class ClusterTransient:
    hovered_cluster: int = -1
    """Cluster under the mouse in the wall of means; -1 for none."""


@dataclass(frozen=True)
class ClusterState:
    method: Annotated[str, Pick(METHODS, mark("k-means: round, Gaussians: long, DBSCAN: dense groups"), "g")] = "kmeans"
    count: Annotated[int, COUNT] = 0
    """Number of clusters; 0 for the number of classes."""
    stretch: Annotated[float, RADIUS] = 1.0
    """DBSCAN's radius, as a multiple of the suggested one."""
    least: Annotated[int, CROWD] = 5
    full: Annotated[bool, LEANING] = True
    seed: Annotated[int, ANOTHER_START] = 0
    flat: Annotated[bool, Switch(mark("On the map"), mark("Group the map's positions in place of the codes"), "i")] = (
        False
    )
    """Whether map positions are clustered instead of latents."""
    colours: Annotated[str, Pick(COLOURS, mark("Dots by their clusters, labels, or where they differ"), "c")] = (
        "clusters"
    )
    chosen: Annotated[int, Within(-1), PER_MODEL] = -1
    """Cluster that alone is coloured, by its place in the wall; -1 for all."""
    image: SampleIndex = None
    """Sample whose cluster alone is coloured."""
    passing: ClusterTransient = field(default_factory=ClusterTransient)


class Cluster(Lab[ClusterState]):
    name = "cluster"
    order = 9
    stage = ("scores", "wall panel")
    needs_decoder = False
    state_class = ClusterState
    title = mark("Cluster")
    purpose = mark("Find groups in the codes without the labels")
    hint = mark("These colours were found without the labels. Where do they agree with the names on the map?")
    keys = (
        (mark("Click a picture or dot"), mark("show only its cluster; again: show all")),
        (mark("Move over the wall"), mark("see where a cluster lies")),
        (mark("Drag on the chart"), mark("DBSCAN: the radius")),
        (mark("Backspace"), mark("show all clusters")),
    )

    def on_model_changed(self, lab_state: ClusterState, *, same_dataset: bool) -> ClusterState:
        changed = super().on_model_changed(lab_state, same_dataset=same_dataset)
        return changed if same_dataset else replace(changed, count=0)  # the number of its classes

    def list_shown_settings(self, state: State) -> tuple[str, ...]:
        own = {"kmeans": ("again", "count"), "mixture": ("full", "again", "count"), "dbscan": ("least", "radius")}
        return ("method", "colours", "flat", *own[self.get_own(state).method])

    def make_controls(self, state: State) -> tuple[Control, ...]:
        count = self.get_cluster_count(state)
        return tuple(
            replace(one, value=count, value_text=str(count)) if isinstance(one, Slider) and one.name == "count" else one
            for one in super().make_controls(state)
        )

    def on_setting_changed(self, lab_state: ClusterState, setting: str) -> ClusterState:
        """Return the state for new clusters, without a chosen one: the old numbers mean nothing among them."""
        return lab_state if setting == "colours" else self.reset(lab_state, "chosen", "passing")

    def lay_out(self, state: State) -> Layout:
        return layout.make_layout(state.lab_size, state.ui_scale, self.get_own(state).method == "dbscan")

    def react(self, state: State, action: LabAction) -> State:
        own = self.get_own(state)
        match action:
            case MapClick(dot=dot):
                image = int(state.get_checkpoint(0).indices[dot])
                return self.put(state, replace(own, chosen=-1, image=None if image == own.image else image))
            case Key(name="backspace"):
                return self.put(state, self.reset(own, "chosen", "image"))
        return state

    @touch("wall", "hover", "leave", "press")
    def choose_cluster(self, state: State, event: PartEvent) -> State:
        own = self.get_own(state)
        over = -1 if event.phase == "leave" else self._find_cell(state, event.position)
        if event.phase != "press":
            changed = replace(own, passing=ClusterTransient(over))
            return state if changed == own else self.put(state, changed)
        if over < 0:
            return state
        chosen = -1 if over == own.chosen else over
        return self.put(state, replace(own, chosen=chosen, image=None, passing=ClusterTransient()))

    @touch("chart", "press", "drag")
    def choose_radius(self, state: State, event: PartEvent) -> State:
        # the chart's axis starts at radius 0; the lab only knows multiples of the suggested radius
        factor = view.find_radius_factor(self.get_layout(state).parts["chart"], event.position, state.ui_scale)
        changed = replace(self.get_own(state), stretch=RADIUS.accept(RADIUS.clamp(factor), None))
        return self.put(state, self.on_setting_changed(changed, "stretch"))

    def ask(self, state: State) -> dict[str, AnyQuery]:
        own, clustering = self.get_own(state), self.make_clustering_query(state)
        if own.method != "dbscan":
            return {"clusters": clustering}
        return {
            "clusters": clustering,
            "radius": RadiusScan(state.models[0], own.least, own.seed, clustering.map_name),
        }

    def get_cluster_count(self, state: State) -> int:
        """Return the number of clusters to find: the chosen one, else the number of classes."""
        wanted = self.get_own(state).count or len(state.get_checkpoint(0).class_names) or 10
        return min(max(wanted, MIN_CLUSTERS), MAX_CLUSTERS)

    def count_cells(self, state: State) -> int:
        """Return the number of clusters with a place in the wall of means."""
        return layout.DBSCAN_CELLS if self.get_own(state).method == "dbscan" else self.get_cluster_count(state)

    def make_clustering_query(self, state: State) -> Clustering:
        own, model = self.get_own(state), state.models[0]
        which = state.get_map_name(0) if own.flat else ""
        # settings that a method does not use must not trigger a new computation
        if own.method == "dbscan":
            return Clustering(
                model, "dbscan", radius_factor=own.stretch, min_samples=own.least, seed=own.seed, map_name=which
            )
        full = own.full or own.method == "kmeans"
        count = self.get_cluster_count(state)
        return Clustering(model, own.method, count, full_covariance=full, seed=own.seed, map_name=which)

    # -- what is shown --------------------------------------------------------------------------------

    def choose_hint(self, frame: Frame[ClusterState]) -> str:
        return view.choose_hint(frame, self.make_clustering_query(frame.state), tr(self.hint))

    def colour_dots(self, frame: Frame[ClusterState], slot: int) -> DotColours | None:
        return view.colour_dots(frame, self._find_choice(frame))

    def draw_on_map(self, frame: Frame[ClusterState], slot: int, rect: Rect) -> list[Item]:
        return view.make_hover_items(frame, rect)

    def draw(self, frame: Frame[ClusterState]) -> list[Item]:
        query = self.make_clustering_query(frame.state)
        return [
            *view.make_score_items(frame, query),
            *view.make_chart_items(frame, query),
            *view.make_wall_items(frame, self._find_choice(frame), self.count_cells(frame.state)),
        ]

    def _find_choice(self, frame: Frame[ClusterState]) -> int:
        """Return the cluster that alone is coloured, by mouse, click or sample; -1 for all clusters and for noise."""
        value, own = view.get_clusters(frame), frame.own
        if value is None:
            return -1
        chosen = own.chosen if own.passing.hovered_cluster < 0 else own.passing.hovered_cluster
        if 0 <= chosen < len(value.clusters):
            return chosen
        dot = None if own.image is None else frame.checkpoint.dot_of_image.get(own.image)
        return -1 if dot is None or dot >= len(value.assignments) else int(value.assignments[dot])

    def _find_cell(self, state: State, position: tuple[float, float]) -> int:
        """Return the cluster at `position`, in shares of the wall; -1 between the pictures."""
        wall = self.get_layout(state).parts["wall"]
        places = layout.place_cells(
            wall, self.count_cells(state), state.ui_scale, state.get_checkpoint(0).picture_aspect
        )
        px = wall.to_px(position)
        return next((k for k, cell in enumerate(places) if any(rect.contains(px) for rect in cell)), -1)
