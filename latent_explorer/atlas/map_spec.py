"""The specification of a map: a method and its few parameters, described and checked without any projection library."""

from dataclasses import dataclass, fields
from typing import Any

from latent_explorer.atlas.projection import FIRST, NO_UMAP, PCA, PROJECTIONS, TSNE, UMAP, LatentPlane, check_axes
from latent_explorer.config import METRICS
from latent_explorer.errors import InputError

TAKES = {
    "tsne": ("perplexity", "metric", "seed"),
    "pca": ("axes",),
    "latent": ("axes",),
    "umap": ("neighbours", "metric", "seed"),
}
LEAST_PERPLEXITY, LEAST_NEIGHBOURS, LARGEST_SEED = 2, 2, 9999
MOST_POINTS = 70_000


@dataclass(frozen=True)
class Recipe:
    method: str = "tsne"
    perplexity: float = 30.0
    metric: str = "euclidean"
    seed: int = 0
    axes: tuple[int, int] = FIRST
    """The principal components or latent dimensions along x and y, counted from 1."""
    neighbours: int = 15

    @classmethod
    def of(cls, projection: Any) -> "Recipe | None":
        """Return the specification of a fitted projection; None for one that has none."""
        match projection:
            case TSNE():
                found = cls("tsne", float(projection.perplexity), projection.metric, projection.seed)
            case UMAP():
                found = cls("umap", metric=projection.metric, seed=projection.seed, neighbours=projection.neighbours)
            case PCA() | LatentPlane():
                found = cls(projection.name, axes=projection.axes)
            case _:
                return None
        return found

    @property
    def plain(self) -> "Recipe":
        """This specification with default values for parameters that the method ignores; equal for equal maps."""
        return Recipe(self.method, **{name: getattr(self, name) for name in TAKES[self.method]})

    @property
    def arguments(self) -> dict[str, Any]:
        """The keyword arguments for `projection.fit`."""
        return {name: getattr(self, name) for name in TAKES[self.method]}

    @property
    def key(self) -> str:
        """The map's name among the maps of a checkpoint; maps made by training are named by the method alone."""
        return "-".join([self.method, *(part.replace(".", "_") for part in self._parts())])

    @property
    def title(self) -> str:
        first, *rest = self._parts()
        return " ".join([PROJECTIONS[self.method].title.split(" plane")[0], first, *rest])

    def _parts(self) -> list[str]:
        if self.method in ("pca", "latent"):
            return [f"{self.axes[0]}-{self.axes[1]}"]
        said = f"{self.perplexity:g}" if self.method == "tsne" else f"{self.neighbours}"
        metric = [] if self.metric == "euclidean" else [self.metric]
        return [said, *metric, *([f"s{self.seed}"] if self.seed else [])]

    def check(self, points: int, dimensions: int) -> None:
        """Raise `InputError` if this map cannot be made of latents (points, dimensions)."""
        takes = TAKES[self.method]
        if points > MOST_POINTS and self.method in ("tsne", "umap"):
            raise InputError(f"{points:,} points arrived; {PROJECTIONS[self.method].title} takes up to {MOST_POINTS:,}")
        if "axes" in takes:
            check_axes(self.axes, dimensions)
        if "perplexity" in takes:
            most = most_perplexity(points)
            if most < LEAST_PERPLEXITY:
                raise InputError(f"{points} points are too few for t-SNE; 7 are needed")
            if not LEAST_PERPLEXITY <= self.perplexity <= most:
                raise InputError(
                    f"perplexity {self.perplexity:g} arrived for {points:,} points; "
                    f"{LEAST_PERPLEXITY} to {most} is allowed"
                )
        if "neighbours" in takes:
            if not UMAP.is_here():
                raise InputError(NO_UMAP)
            if points <= LEAST_NEIGHBOURS + 1:
                raise InputError(f"{points} points are too few for UMAP")
            if not LEAST_NEIGHBOURS <= self.neighbours < points:
                raise InputError(f"{self.neighbours} neighbours arrived; 2 to {points - 1} are allowed")
        if "seed" in takes and not 0 <= self.seed <= LARGEST_SEED:
            raise InputError(f"seed {self.seed} arrived; 0 to {LARGEST_SEED} is allowed")
        if "metric" in takes and self.metric not in METRICS:
            raise InputError(f"metric {self.metric!r} arrived; one of {', '.join(METRICS)} is allowed")


def most_perplexity(points: int) -> int:
    """Return the largest perplexity of t-SNE for that many points; it uses three times as many neighbours."""
    return int((points - 1) / 3)


assert {field.name for field in fields(Recipe)} == {"method", *(name for names in TAKES.values() for name in names)}
