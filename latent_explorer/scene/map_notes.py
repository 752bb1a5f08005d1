"""Notes in the corners of a map: the meaning of its axes, and its quality."""

from latent_explorer.atlas.map_quality import MapQuality
from latent_explorer.atlas.projection import PCA, LatentPlane
from latent_explorer.scene.items import CornerNote
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import format_number, tr

MIN_SIDE, MIN_SIDE_PX = 300, 200  # sides of a map below which it has no notes, in design pixels and in screen pixels


def has_room(state: State, rect: Rect) -> bool:
    """Return True if a map is large enough for notes in its corners."""
    return rect.shorter_side >= max(MIN_SIDE * state.ui_scale, MIN_SIDE_PX)


def make_items(state: State, slot: int, rect: Rect, *, is_explained: bool = False) -> list[CornerNote]:
    """Return the notes in the corners of a map; with `is_explained` its quality is explained."""
    if not has_room(state, rect):
        return []
    atlas = state.get_checkpoint(slot).maps[state.get_map_name(slot)]
    notes = []
    across, up = describe_axes(atlas.projection)
    if up:
        notes.append(CornerNote(rect, (up,), at_bottom=False))
    room = rect.width / state.ui_scale
    if atlas.quality is not None:
        long = state.view.explain_quality or is_explained
        lines = (
            explain_quality(atlas.quality, short=room < 560)
            if long
            else format_quality(atlas.quality, short=room < 620)
        )
        notes.append(CornerNote(rect, lines, size="body" if long and room > 720 else "small"))
        across = "" if long else across
    if across:
        notes.append(CornerNote(rect, (across,), at_left=False))
    return notes


def describe_axes(projection: object) -> tuple[str, str]:
    """Return the labels of the horizontal and the vertical axis; empty if the axes have no meaning."""
    match projection:
        case PCA(axes=(first, second), explained_variance_ratio=(much, less)):
            across = tr("component {number}, {share:.0%} of the variance →", number=first, share=much)
            return across, tr("↑ component {number}, {share:.0%}", number=second, share=less)
        case LatentPlane(axes=(first, second)):
            return f"z{first} →", f"↑ z{second}"
    return "", ""


def format_quality(quality: MapQuality, *, short: bool = False) -> tuple[str, ...]:
    """Return the quality measures in one line."""
    if short:
        names = tr("trust"), tr("cont."), tr("10-NN")
    else:
        names = tr("trustworthiness"), tr("continuity"), tr("10-NN accuracy")
    values = (quality.trustworthiness, quality.continuity)
    parts = [
        f"{name} {format_number(value, '.2f')}" for name, value in zip(names, values, strict=False) if value is not None
    ]
    parts += [] if quality.accuracy is None else [f"{names[2]} {format_number(quality.accuracy, '.0%')}"]
    return ("   ".join(parts),) if parts else ()


def explain_quality(quality: MapQuality, *, short: bool = False) -> tuple[str, ...]:
    """Return the quality measures with explanations, one line each."""
    lines = []
    trust, continuity, accuracy = quality.trustworthiness, quality.continuity, quality.accuracy
    if trust is not None:
        means = tr("neighbours here are alike") if short else tr("at 1, neighbours here are alike for the model, too")
        lines.append(tr("Trustworthiness {value:.2f}: {means}.", value=trust, means=means))
    if continuity is not None:
        means = tr("the alike lie together") if short else tr("at 1, what is alike for the model lies together here")
        lines.append(tr("Continuity {value:.2f}: {means}.", value=continuity, means=means))
    if accuracy is not None:
        means = (
            tr("have their neighbours' class") if short else tr("so many dots are of most of their neighbours' class")
        )
        lines.append(tr("10-NN accuracy {value:.0%}: {means}.", value=accuracy, means=means))
    return tuple(lines)


def is_quality_hovered(state: State, slot: int, rect: Rect) -> bool:
    """Return True if the mouse is over the line of quality measures."""
    if state.pointer.hover is None or state.pointer.hover.slot != slot:
        return False
    x, y = state.pointer.hover.px
    return x < rect.x + 330 * state.ui_scale and y > rect.bottom - 24 * state.ui_scale
