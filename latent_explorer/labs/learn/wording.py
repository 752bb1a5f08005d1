"""What the Learn lab says of moments, losses and settings, in the language of the window."""

from latent_explorer.checkpoint.timeline import Timeline
from latent_explorer.engine.live_training.settings import AnySettings
from latent_explorer.labs.learn.playback import LearnState
from latent_explorer.texts import localise, mark, tr

PART_TITLES = {
    "loss": mark("loss"),
    "reconstruction": mark("reconstruction"),
    "kl": mark("KL"),
    "contraction": mark("contraction"),
    "sparsity": mark("sparsity"),
    "commitment": mark("commitment"),
    "denoising": mark("denoising"),
    "fooling": mark("fooling"),
    "discrimination": mark("discrimination"),
    "mmd": mark("mmd"),
}


def get_part_title(part: str) -> str:
    return tr(PART_TITLES.get(part, part.replace("_", " ")))


def is_in_nats(timeline: Timeline) -> bool:
    """Return whether the loss is a likelihood, in nats; else its unit is that of its objective."""
    return timeline.moments[0].config.objective.is_in_nats


def explain_loss(timeline: Timeline, t: int, has_kl: bool) -> tuple[str, str, str]:
    """Return what the loss of a moment is made of, its unit, and of which pictures it is; shorter; and the unit."""
    in_nats, beta = is_in_nats(timeline), timeline.moments[t].config.objective.beta
    unit = tr("in nats") if in_nats else tr("in its own units")
    if not has_kl:
        if in_nats:
            return tr("nats a picture, of pictures that it does not learn from"), tr("nats a picture"), unit
        text = tr("its own units a picture, of pictures that it does not learn from")
        return text, tr("its own units a picture"), unit
    formula = tr("loss = reconstruction + KL")
    if beta != 1:
        formula = tr("loss = reconstruction + {beta:g} × KL", beta=beta)
    if in_nats:
        text, short = tr("in nats a picture, of pictures that it does not learn from"), tr("in nats a picture")
    else:
        text = tr("in its own units a picture, of pictures that it does not learn from")
        short = tr("in its own units a picture")
    return f"{formula}, {text}", f"{formula}, {short}", unit


def name_moment(timeline: Timeline, t: int) -> str:
    """Return the label of a moment in the language of the window: its epoch, or the swept setting and its value."""
    label = timeline.moments[t].label
    name, _, value = label.rpartition(" ")
    if name == "epoch":
        return tr("epoch {epoch}", epoch=localise(value))
    return f"{name} {localise(value)}" if name and value.replace(".", "", 1).isdecimal() else label


def name_axis(timeline: Timeline) -> str:
    """Return what a timeline runs over: epochs, or the swept setting."""
    return tr("epoch") if timeline.axis == "epoch" else timeline.axis


def compare_settings(next_ones: AnySettings, shown: AnySettings) -> str:
    """Return with which settings the next training would be, and with which the one on the screen is."""
    settings = {"next_settings": tr(next_ones.describe()), "settings": tr(shown.describe())}
    return tr("Restart trains anew with {next_settings}; here you see {settings}.", **settings)


def describe_timeline(lab_state: LearnState, timeline: Timeline) -> tuple[str, str]:
    """Describe the timeline in one line, in long and in short."""
    passing = lab_state.passing
    if not lab_state.is_live or passing.settings is None:
        return timeline.name, timeline.name
    if passing.ended:
        return tr("{settings}: done", settings=tr(passing.settings.describe())), tr("done")
    rate = tr("{count:,.0f} pictures a second", count=passing.images_per_second)
    return (rate, rate) if passing.playing else (tr("paused: Space goes on"), tr("paused"))
