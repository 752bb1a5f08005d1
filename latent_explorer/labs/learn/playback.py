"""Learn's own state, and the play head: where in a reel it stands, and where it is a moment later."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from latent_explorer.checkpoint.timeline import Reel, Reels
from latent_explorer.engine.live_training import reel_name
from latent_explorer.engine.live_training_process import Settings
from latent_explorer.errors import InputError
from latent_explorer.scene.state import World
from latent_explorer.within import Natural, Within

SLIDERS = {"beta": Within(0, 8), "latent": Within(2, 16), "noise": Within(0, 0.9)}
SOURCES = (("film", "Film"), ("live", "Live"), ("sweep", "Sweep"))
SECONDS = {"film": 9.0, "live": 12.0, "sweep": 7.0}
"""How long a reel takes to be played."""
CATCH_UP = 6.0
"""Share of what is left to the newest moment that is caught up with in a second."""


@dataclass(frozen=True)
class Passing:
    """What undo and a session file leave out: the play head, and the training that runs."""

    head: float = 0.0
    """In moments; between two whole numbers the dots are on their way."""
    playing: bool = False
    """For a training that runs: whether it goes on, and is followed."""
    run: int = 0
    settings: Settings | None = None
    """Of the training."""
    moments: int = 0
    """That it has come to."""
    rate: float = 0.0
    """Images a second that it learns from."""
    over: bool = True
    kept: str = ""
    """The moment to be kept as a checkpoint, by its model's name."""
    keeps: int = 0
    """How often something was kept."""
    stem: str = ""
    """Of its file's name: what was trained, and for how long."""


@dataclass(frozen=True)
class Own:
    source: str = "film"
    film: str = ""
    """The film that is shown; the first one where it is empty or not here. The same for sweeps."""
    sweep: str = ""
    beta: Annotated[float, SLIDERS["beta"]] = 1.0
    latent: Annotated[int, SLIDERS["latent"]] = 8
    noise: Annotated[float, SLIDERS["noise"]] = 0.0
    dot: Natural = 0
    """The sample that is shown where the mouse is elsewhere."""
    passing: Passing = field(default_factory=Passing)

    @property
    def settings(self) -> Settings:
        """Of the next training."""
        return Settings(beta=self.beta, latent=self.latent, noise=self.noise)

    @property
    def runs(self) -> bool:
        """Whether a training is not over."""
        return self.passing.run > 0 and not self.passing.over

    def at(self, head: float, *, playing: bool) -> "Own":
        return replace(self, passing=replace(self.passing, head=head, playing=playing))


def reels(world: World) -> Reels | dict[str, Reel]:
    """Those that lie beside the checkpoints; none where the checkpoints come from no library."""
    found: Reels | dict[str, Reel] = getattr(world, "reels", {})
    return found


def names(own: Own, world: World) -> tuple[str, ...]:
    """The reels to choose from. A training that is over is a film too."""
    here = reels(world)
    kinds = ("film", "live") if own.source == "film" else ("sweep",)
    return tuple(name for name in here if isinstance(here, Reels) and here.is_of(name, *kinds))


def name(own: Own, world: World) -> str:
    """Of the reel that is shown; empty where there is none."""
    if own.source == "live":
        return reel_name(own.passing.run)
    offered = names(own, world)
    chosen = own.film if own.source == "film" else own.sweep
    return chosen if chosen in offered else next(iter(offered), "")


def reel(own: Own, world: World) -> Reel | None:
    """The reel that is shown; None where there is none, or none yet."""
    try:
        return reels(world)[name(own, world)]
    except (KeyError, InputError):
        return None


def moment(own: Own, shown: Reel) -> int:
    """The moment that is looked at: the one that the dots are on their way to."""
    return min(max(0, -int(-(own.passing.head - 1e-6) // 1)), len(shown) - 1)


def between(own: Own, shown: Reel) -> tuple[int, float]:
    """The moment that the dots come from, and how far they have come to the next one, 0 to 1."""
    head = min(max(0.0, own.passing.head), len(shown) - 1.0)
    start = min(int(head), max(0, len(shown) - 2))
    way = head - start
    if shown.kind == "sweep":  # two trainings: nothing lies between them, so the dots stand, go and stand again
        way = min(1.0, max(0.0, 2 * way - 0.5))
    return start, way * way * (3 - 2 * way) if shown.kind == "sweep" else way


def onward(own: Own, shown: Reel, seconds: float) -> Own:
    """The head after a time; at the end it stops, but where a training still runs."""
    last, head = len(shown) - 1.0, own.passing.head
    following = own.source == "live" and own.runs
    pace = max(3.0 if shown.kind == "film" else 0.5, last / SECONDS[shown.kind])
    if following:
        pace = max(12.0, (last - head) * CATCH_UP)
    head = min(last, head + pace * seconds)
    return own.at(head, playing=following or head < last)


def switched(own: Own, shown: Reel | None) -> Own:
    """Go on or stop; from the end, from the start."""
    playing, head = not own.passing.playing, own.passing.head
    following = own.source == "live" and own.runs
    if playing and not following and shown is not None and head >= len(shown) - 1:
        head = 0.0
    return own.at(head, playing=playing and (shown is not None or following))


def started(own: Own) -> Own:
    """A new training with the settings that are chosen."""
    run = own.passing.run + 1
    passing = Passing(playing=True, run=run, settings=own.settings, over=False, keeps=own.passing.keeps)
    return replace(own, source="live", passing=passing)
