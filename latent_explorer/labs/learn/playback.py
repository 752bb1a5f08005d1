"""State of the Learn lab, and the play head: its position in a timeline and its motion."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from latent_explorer.checkpoint.timeline import Timeline, Timelines
from latent_explorer.config.limits import Natural
from latent_explorer.engine.live_training import make_timeline_name
from latent_explorer.engine.live_training_process import Settings
from latent_explorer.errors import InputError
from latent_explorer.scene.settings import Pick, Slide
from latent_explorer.scene.state import Models

SOURCES = {"film": "Film", "live": "Live", "sweep": "Sweep"}
PLAY_SECONDS = {"film": 9.0, "live": 12.0, "sweep": 7.0}
"""Seconds to play a timeline, by its kind."""
CATCH_UP_RATE = 6.0
"""Speed in a live training: share of the distance to the newest moment that is covered in a second."""


@dataclass(frozen=True)
class TrainingSlide(Slide):
    """A setting of the next training; of any number it becomes the nearest one that is allowed."""

    def accept(self, value: Any, before: Any) -> Any:
        if not isinstance(value, int | float):
            return None
        return round(20 * self.clamp(value)) / 20 if self.digits else round(self.clamp(value))


def _explain(tip: str) -> Callable[["LearnState"], str]:
    return lambda own: f"{tip}, with Restart" if own.passing.run > 0 else tip


def _write_size(own: "LearnState") -> str:
    return str(own.latent)


def _write_noise(own: "LearnState") -> str:
    return f"σ {own.noise:g}" if own.noise else "none"


@dataclass(frozen=True)
class LearnTransient:
    """State that undo and session files leave out: the play head, and the running training."""

    play_head: float = 0.0
    """In moments; between two whole numbers the dots are interpolated."""
    playing: bool = False
    """Whether the film plays; for a live training, whether it runs and is followed."""
    run: int = 0
    settings: Settings | None = None
    """Settings of the training."""
    moment_count: int = 0
    """Number of moments that the training has reached."""
    images_per_second: float = 0.0
    """Training speed."""
    ended: bool = True
    saved_moment: str = ""
    """Moment to save as a checkpoint, by its model's name."""
    save_count: int = 0
    """Number of saves so far."""
    file_stem: str = ""
    """Stem of the file's name: the settings and the moment."""


@dataclass(frozen=True)
class LearnState:
    source: Annotated[str, Pick(SOURCES, "A film, a training that runs now, a sweep", "x")] = "film"
    film: str = ""
    """Chosen film; the first one if empty or not available. The same for sweeps."""
    sweep: str = ""
    beta: Annotated[
        float,
        TrainingSlide(0, 8, (), "beta", _explain("Weight of the KL"), "e", 0.25, text=lambda own: f"{own.beta:g}"),
    ] = 1.0
    latent: Annotated[
        int, TrainingSlide(2, 16, (), "latent size", _explain("How many numbers a code has"), "i", 1, 0, _write_size)
    ] = 8
    noise: Annotated[
        float,
        TrainingSlide(
            0, 0.9, (), "noise", _explain("Noise up to this σ: a denoising model, no KL"), "k", 0.1, text=_write_noise
        ),
    ] = 0.0
    dot: Natural = 0
    """Followed sample, shown while the mouse is elsewhere."""
    passing: LearnTransient = field(default_factory=LearnTransient)

    @property
    def settings(self) -> Settings:
        """Settings of the next training."""
        return Settings(beta=self.beta, latent_dim=self.latent, noise_level=self.noise)

    @property
    def is_training(self) -> bool:
        """Whether a training is running or paused."""
        return self.passing.run > 0 and not self.passing.ended

    @property
    def follows_training(self) -> bool:
        """Whether the training on the screen is running or paused."""
        return self.source == "live" and self.is_training

    def with_passing(self, **changes: Any) -> "LearnState":
        return replace(self, passing=replace(self.passing, **changes))

    def with_play_head(self, play_head: float, *, playing: bool = False) -> "LearnState":
        return self.with_passing(play_head=float(play_head), playing=playing)


def get_timelines(library: Models) -> Timelines | dict[str, Timeline]:
    """Return the timelines beside the checkpoints; none if the checkpoints come from no library."""
    return getattr(library, "timelines", {})


def list_timeline_names(lab_state: LearnState, library: Models) -> tuple[str, ...]:
    """List the timelines to choose from. A finished live training is a film too."""
    timelines = get_timelines(library)
    kinds = ("film", "live") if lab_state.source == "film" else ("sweep",)
    return tuple(name for name in timelines if isinstance(timelines, Timelines) and timelines.has_kind(name, *kinds))


def get_timeline_name(lab_state: LearnState, library: Models) -> str:
    """Return the name of the current timeline; empty if there is none."""
    if lab_state.source == "live":
        return make_timeline_name(lab_state.passing.run)
    offered = list_timeline_names(lab_state, library)
    chosen = lab_state.film if lab_state.source == "film" else lab_state.sweep
    return chosen if chosen in offered else next(iter(offered), "")


def get_timeline(lab_state: LearnState, library: Models) -> Timeline | None:
    """Return the current timeline; None if there is none yet."""
    try:
        return get_timelines(library)[get_timeline_name(lab_state, library)]
    except (KeyError, InputError):
        return None


def find_moment(lab_state: LearnState, timeline: Timeline) -> int:
    """Return the current moment: the one that the dots move towards."""
    return min(max(0, -int(-(lab_state.passing.play_head - 1e-6) // 1)), len(timeline) - 1)


def find_transition(lab_state: LearnState, timeline: Timeline) -> tuple[int, float]:
    """Return the moment that the dots come from, and their progress to the next one, 0 to 1."""
    head = min(max(0.0, lab_state.passing.play_head), len(timeline) - 1.0)
    start = min(int(head), max(0, len(timeline) - 2))
    share = head - start
    if timeline.kind == "sweep":  # two trainings: nothing lies between them, so the dots pause, move and pause again
        share = min(1.0, max(0.0, 2 * share - 0.5))
    return start, share * share * (3 - 2 * share) if timeline.kind == "sweep" else share


def advance(lab_state: LearnState, timeline: Timeline, seconds: float) -> LearnState:
    """Advance the play head by `seconds`; it stops at the end unless a training is running."""
    last, head = len(timeline) - 1.0, lab_state.passing.play_head
    pace = max(3.0 if timeline.kind == "film" else 0.5, last / PLAY_SECONDS[timeline.kind])
    if lab_state.follows_training:
        pace = max(12.0, (last - head) * CATCH_UP_RATE)
    head = min(last, head + pace * seconds)
    return lab_state.with_play_head(head, playing=lab_state.follows_training or head < last)


def toggle_playing(lab_state: LearnState, timeline: Timeline | None) -> LearnState:
    """Play or pause; from the end, play from the start."""
    playing, head = not lab_state.passing.playing, lab_state.passing.play_head
    follows = lab_state.follows_training
    if playing and not follows and timeline is not None and head >= len(timeline) - 1:
        head = 0.0
    return lab_state.with_play_head(head, playing=playing and (timeline is not None or follows))


def start_training(lab_state: LearnState) -> LearnState:
    """Start a new training with the current settings."""
    run, saves = lab_state.passing.run + 1, lab_state.passing.save_count
    passing = LearnTransient(playing=True, run=run, settings=lab_state.settings, ended=False, save_count=saves)
    return replace(lab_state, source="live", passing=passing)
