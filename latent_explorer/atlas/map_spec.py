"""The specification of a map: a method and its few parameters, described and checked without any projection library."""

from dataclasses import dataclass, fields
from typing import Any

from latent_explorer.atlas.pca import FIRST_AXES, PCA, LatentPlane, check_axes
from latent_explorer.atlas.projection import PROJECTIONS
from latent_explorer.atlas.tsne_umap import TSNE, UMAP, UMAP_MISSING
from latent_explorer.config import DISTANCE_METRICS
from latent_explorer.errors import InputError
from latent_explorer.texts import mark

METHOD_PARAMETERS = {
    "tsne": ("perplexity", "metric", "seed"),
    "pca": ("axes",),
    "latent": ("axes",),
    "umap": ("neighbours", "metric", "seed"),
}
MIN_PERPLEXITY, MIN_NEIGHBOURS, MAX_SEED = 2, 2, 9999
MAX_POINTS = 70_000


@dataclass(frozen=True)
class MapSpec:
    method: str = "tsne"
    perplexity: float = 30.0
    metric: str = "euclidean"
    seed: int = 0
    axes: tuple[int, int] = FIRST_AXES
    """The principal components or latent dimensions along x and y, counted from 1."""
    neighbours: int = 15

    @classmethod
    def of(cls, projection: Any) -> "MapSpec | None":
        """Return the specification of a fitted projection; None for one that has none."""
        match projection:
            case TSNE():
                return cls("tsne", float(projection.perplexity), projection.metric, projection.seed)
            case UMAP():
                return cls("umap", metric=projection.metric, seed=projection.seed, neighbours=projection.neighbours)
            case PCA() | LatentPlane():
                return cls(projection.name, axes=projection.axes)
        return None

    @property
    def normalised(self) -> "MapSpec":
        """This specification with default values for parameters that the method ignores; equal for equal maps."""
        return MapSpec(self.method, **{name: getattr(self, name) for name in METHOD_PARAMETERS[self.method]})

    @property
    def arguments(self) -> dict[str, Any]:
        """The keyword arguments for `projection.fit`."""
        return {name: getattr(self, name) for name in METHOD_PARAMETERS[self.method]}

    @property
    def map_name(self) -> str:
        """The map's name among the maps of a checkpoint; maps made by training are named by the method alone."""
        return "-".join([self.method, *(part.replace(".", "_") for part in self._list_name_parts())])

    @property
    def title(self) -> str:
        first, *rest = self._list_name_parts()
        return " ".join([PROJECTIONS[self.method].title.split(" plane")[0], first, *rest])

    def _list_name_parts(self) -> list[str]:
        if self.method in ("pca", "latent"):
            return [f"{self.axes[0]}-{self.axes[1]}"]
        number = f"{self.perplexity:g}" if self.method == "tsne" else f"{self.neighbours}"
        metric = [] if self.metric == "euclidean" else [self.metric]
        return [number, *metric, *([f"s{self.seed}"] if self.seed else [])]

    def check(self, points: int, dimensions: int) -> None:
        """Raise `InputError` if this map cannot be made of latents (points, dimensions)."""
        takes = METHOD_PARAMETERS[self.method]
        if points > MAX_POINTS and self.method in ("tsne", "umap"):
            text = mark(
                "{count:,} points arrived; {method} takes up to {most:,}",
                count=points, method=PROJECTIONS[self.method].title, most=MAX_POINTS,
            )  # fmt: skip
            raise InputError(text)
        if "axes" in takes:
            check_axes(self.axes, dimensions)
        if "perplexity" in takes:
            most = compute_max_perplexity(points)
            if most < MIN_PERPLEXITY:
                raise InputError(mark("points: {count} arrived; t-SNE needs at least 7", count=points))
            if not MIN_PERPLEXITY <= self.perplexity <= most:
                text = mark(
                    "perplexity {perplexity:g} arrived for {count:,} points; {least} to {most} is allowed",
                    perplexity=self.perplexity, count=points, least=MIN_PERPLEXITY, most=most,
                )  # fmt: skip
                raise InputError(text)
        if "neighbours" in takes:
            if not UMAP.is_installed():
                raise InputError(UMAP_MISSING)
            if points <= MIN_NEIGHBOURS + 1:
                text = mark(
                    "points: {count} arrived; UMAP needs at least {least}", count=points, least=MIN_NEIGHBOURS + 2
                )
                raise InputError(text)
            if not MIN_NEIGHBOURS <= self.neighbours < points:
                text = mark(
                    "neighbours: {count} arrived; 2 to {most} are allowed", count=self.neighbours, most=points - 1
                )
                raise InputError(text)
        if "seed" in takes and not 0 <= self.seed <= MAX_SEED:
            raise InputError(mark("seed {seed} arrived; 0 to {most} is allowed", seed=self.seed, most=MAX_SEED))
        if "metric" in takes and self.metric not in DISTANCE_METRICS:
            raise InputError(f"metric {self.metric!r} arrived; one of {', '.join(DISTANCE_METRICS)} is allowed")


def compute_max_perplexity(points: int) -> int:
    """Return the largest perplexity of t-SNE for that many points; it uses three times as many neighbours."""
    return int((points - 1) / 3)


assert {field.name for field in fields(MapSpec)} == {"method"}.union(*METHOD_PARAMETERS.values())
