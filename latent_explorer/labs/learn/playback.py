"""State of the Learn lab, and the play head: its position in a timeline and its motion."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from latent_explorer.checkpoint.timeline import Timeline
from latent_explorer.checkpoint.timelines import Timelines
from latent_explorer.config.limits import Natural, Within
from latent_explorer.engine.live_training.live_trainer import make_pair_names, make_timeline_name, read_run
from latent_explorer.engine.live_training.settings import PAIR_DATA, AnySettings, PairSettings, Settings
from latent_explorer.errors import InputError
from latent_explorer.scene.settings import Pick, Slide
from latent_explorer.scene.state import Models
from latent_explorer.texts import format_number, mark, tr, tr_in

SOURCES = {"film": mark("Film"), "live": mark("Live"), "pair": mark("AE + VAE"), "sweep": mark("Sweep")}
PLAY_SECONDS = {"film": 9.0, "live": 12.0, "sweep": 7.0}
"""Seconds to play a timeline, by its kind."""
HOME_MODELS = {"digits": "digits-vae", "faces": "faces-vae"}
"""A shipped model of each data set that is trained on live: it provides the originals and classes."""
CATCH_UP_RATE = 6.0
"""Speed in a live training: share of the distance to the newest moment that is covered in a second."""


@dataclass(frozen=True)
class TrainingSlide(Slide):
    """A setting of the next training; of any number it becomes the nearest one that is allowed."""

    def accept(self, value: Any, before: Any) -> Any:
        if not isinstance(value, int | float):
            return None
        return round(20 * self.clamp(value)) / 20 if self.digits else round(self.clamp(value))


def _explain(tip: str, tip_of_next: str) -> Callable[["LearnState"], str]:
    """Return what tells the tip of a setting; `tip_of_next` once there was a training, which it does not change."""
    return lambda own: tr(tip_of_next if own.passing.run > 0 else tip)


def _write_size(own: "LearnState") -> str:
    return str(own.latent)


def _write_noise(own: "LearnState") -> str:
    return tr("σ {noise:g}", noise=own.noise) if own.noise else tr_in("noise", "none")


@dataclass(frozen=True)
class LearnTransient:
    """State that undo and session files leave out: the play head, and the running training."""

    play_head: float = 0.0
    """In moments; between two whole numbers the dots are interpolated."""
    playing: bool = False
    """Whether the film plays; for a live training, whether it runs and is followed."""
    run: int = 0
    settings: AnySettings | None = None
    """Settings of the training."""
    parent_run: int = 0
    """The training that this one goes on from; 0 if it starts over."""
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
    source: Annotated[
        str, Pick(SOURCES, mark("A film, a live training, an AE and a VAE side by side, a sweep"), "x")
    ] = "film"
    film: str = ""
    """Chosen film; the first one if empty or not available. The same for sweeps."""
    sweep: str = ""
    beta: Annotated[
        float,
        TrainingSlide(
            0, 8, label=mark("beta"),
            tip=_explain(mark("Weight of the KL"), mark("Weight of the KL, with Restart")), key="e", step=0.25,
            text=lambda own: format_number(own.beta, "g"),
        ),
    ] = 1.0  # fmt: skip
    latent: Annotated[
        int,
        TrainingSlide(
            2, 16, label=mark("latent size"),
            tip=_explain(mark("How many numbers a code has"), mark("How many numbers a code has, with Restart")),
            key="i", step=1, digits=0, text=_write_size,
        ),
    ] = 8  # fmt: skip
    noise: Annotated[
        float,
        TrainingSlide(
            0, 0.9, label=mark("noise"),
            tip=_explain(
                mark("Noise up to this σ: a denoising model, no KL"),
                mark("Noise up to this σ: a denoising model, no KL, with Restart"),
            ),
            key="k", step=0.1, text=_write_noise,
        ),
    ] = 0.0  # fmt: skip
    pair_data: Annotated[
        str, Pick({name: one.title for name, one in PAIR_DATA.items()}, mark("What both learn"), "k", control="data")
    ] = "digits"
    pair_beta: Annotated[float, Within(0, 1000)] = 1.0
    """Chosen weight of the VAE's KL."""
    dot: Natural = 0
    """Followed sample, shown while the mouse is elsewhere."""
    passing: LearnTransient = field(default_factory=LearnTransient)

    @property
    def settings(self) -> AnySettings:
        """Settings of the next training."""
        if self.source == "pair":
            return PairSettings(self.pair_data, self.latent, ((0.0, self.weight),))
        return Settings(beta=self.beta, latent_dim=self.latent, noise_level=self.noise)

    @property
    def weight(self) -> float:
        """Weight of the VAE's KL when a pair is trained or goes on: the chosen one, if it is one of the data's."""
        data = PAIR_DATA[self.pair_data]
        return self.pair_beta if self.pair_beta in data.betas else data.default_beta

    @property
    def is_training(self) -> bool:
        """Whether a training is running or paused."""
        return self.passing.run > 0 and not self.passing.ended

    @property
    def is_live(self) -> bool:
        """Whether a training is shown, not what is in a file."""
        return self.source in ("live", "pair")

    @property
    def has_run(self) -> bool:
        """Whether there is a training of the kind that is shown; it may have ended."""
        is_pair = isinstance(self.passing.settings, PairSettings)
        return self.passing.run > 0 and self.source == ("pair" if is_pair else "live")

    @property
    def follows_training(self) -> bool:
        """Whether the training on the screen is running or paused."""
        return self.has_run and self.is_training

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
    if lab_state.source == "pair":
        return make_pair_names(lab_state.passing.run)[0]
    offered = list_timeline_names(lab_state, library)
    chosen = lab_state.film if lab_state.source == "film" else lab_state.sweep
    return chosen if chosen in offered else next(iter(offered), "")


def get_timeline(lab_state: LearnState, library: Models) -> Timeline | None:
    """Return the current timeline, of two that of the autoencoder; None if there is none yet."""
    if lab_state.source == "pair":
        pair = get_pair(lab_state, library)
        return pair[0] if pair else None
    try:
        return get_timelines(library)[get_timeline_name(lab_state, library)]
    except (KeyError, InputError):
        return None


def get_pair(lab_state: LearnState, library: Models) -> tuple[Timeline, Timeline] | None:
    """Return the timelines of an autoencoder and a VAE that are trained side by side; those of the training that they
    go on from until the first ones are there, and None if there are none."""
    passing = lab_state.passing
    return find_pair(library, passing.run) or find_pair(library, passing.parent_run) if lab_state.has_run else None


def find_pair(library: Models, run: int) -> tuple[Timeline, Timeline] | None:
    """Return the timelines of training `run`; None if they are not in memory."""
    timelines = get_timelines(library)
    plain, variational = make_pair_names(run)
    return (timelines[plain], timelines[variational]) if plain in timelines and variational in timelines else None


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


def list_betas(lab_state: LearnState) -> tuple[str, ...]:
    """List the weights of the KL to choose from, for the data that is chosen."""
    return tuple(f"{beta:g}" for beta in PAIR_DATA[lab_state.pair_data].betas)


def start_training(lab_state: LearnState, library: Models) -> LearnState:
    """Start a new training with the current settings."""
    lab_state = lab_state if lab_state.is_live else replace(lab_state, source="live")
    run, saves = find_next_run(lab_state, library), lab_state.passing.save_count
    passing = LearnTransient(playing=True, run=run, settings=lab_state.settings, ended=False, save_count=saves)
    return replace(lab_state, passing=passing)


def find_next_run(lab_state: LearnState, library: Models) -> int:
    """Return a number that no training had: a page of a lesson and a session's file know of no earlier ones."""
    return max(lab_state.passing.run, 0, *map(read_run, get_timelines(library))) + 1


def continue_pair(lab_state: LearnState, timeline: Timeline, settings: PairSettings, library: Models) -> LearnState:
    """Start the training that goes on with the chosen beta from the moment of `timeline` that is on the screen;
    `settings` are those of the training so far."""
    before, t = lab_state.passing, find_moment(lab_state, timeline)
    changed = settings.continue_with(lab_state.weight, timeline.moments[t].axis_value)
    return lab_state.with_passing(
        play_head=float(t), playing=True, run=find_next_run(lab_state, library), parent_run=before.run,
        settings=changed, moment_count=t + 1, ended=False, saved_moment="",
    )  # fmt: skip
