"""What Explore shows of vectors that nothing decodes: the sample nearest to the mouse, since between the dots there is
nothing."""

from latent_explorer.engine.queries.latent_edit import EditedLatentValue
from latent_explorer.engine.queries.sample import SampleValue
from latent_explorer.labs.explore import latent_bars
from latent_explorer.labs.explore.state import ExploreFrame, get_current_marks
from latent_explorer.scene import map_panel, sample_facts
from latent_explorer.scene.items import Bars, Image, Item, Panel, Text, make_caption
from latent_explorer.scene.state import State
from latent_explorer.texts import mark, tr

HINT = mark(
    "Move the mouse: the sample nearest to it, and below the map those with the nearest vectors. Click pins it."
)
MARKED_HINT = mark("Move the mouse: the sample nearest to it. W rings those with the nearest vectors; C clears pins.")
"""While pins or a trace stand below the map."""
KEYS = (
    (mark("Move"), mark("show the sample nearest to the mouse")),
    (mark("Click, Enter"), mark("pin the sample; click a pin to remove it")),
    (mark("Drag from a dot, D"), mark("the samples along a way; D begins and ends it")),
    ("W", mark("ring those with the nearest vectors on the map")),
    ("E", mark("join each dot with its nearest sample in the vector space")),
    (mark("Shift+B, ;"), mark("remove the last bookmark; go to the next one")),
    (mark("Backspace, C"), mark("remove the last pin, clear pins and trace")),
)
FAR_TEXT = mark("no data here: the nearest sample is shown")
NEAR_TEXT = mark("without a decoder nothing lies between the dots")


def choose_hint(state: State) -> str:
    marks = get_current_marks(state)
    return tr(MARKED_HINT) if marks.pins or marks.trace else tr(HINT)


def make_items(frame: ExploreFrame) -> list[Item]:
    """Return the picture or text of the sample, what it is, and its vector."""
    parts, edited = frame.layout.parts, frame.results.get_value("moved", EditedLatentValue)
    sample = edited.sample if edited is not None else frame.results.get_value("sample", SampleValue)
    if sample is None:
        return frame.wait_for(parts["picture"], "sample", tr("The samples are being read."), "body", 0)
    picture = sample.reconstruction if sample.original is None else sample.original
    items: list[Item] = [Image(parts["picture"], picture, "line", reveals_answer=True)]
    items += _make_name_items(frame, sample.dot)
    if "gauge text" in parts:
        items.append(make_caption(parts["gauge text"], _describe_place(frame)))
    if "bars" in parts:
        hovered = frame.own.highlighted_dimension
        visible = latent_bars.find_visible_dimensions(frame.state, parts["bars"])
        neighbours, scale = frame.checkpoint.neighbours, frame.checkpoint.bar_scale
        text, short = latent_bars.describe_bars(sample.z, hovered, visible, neighbours, can_be_dragged=False)
        items += [
            Text(parts["bars text"], text, "small", "muted" if hovered is None else "text", short=short),
            Panel(parts["bars"]),
            Bars(parts["bars"], sample.z, scale, first=visible.start, stop=visible.stop, highlighted=hovered),
        ]
    return items


def _make_name_items(frame: ExploreFrame, dot: int) -> list[Item]:
    """Return the text of a sample that is shown by its picture, else that it is the nearest one; and its class."""
    rect, checkpoint = frame.get_part("verdict"), frame.checkpoint
    if rect is None:
        return []
    name = checkpoint.kept.get_text(dot) if checkpoint.kept.pictures is not None else ""
    has_classes = sample_facts.has_classes(frame.state, 0)
    left, right = rect.split_left(round(rect.width * (0.64 if has_classes else 1.0)), 6)
    items: list[Item] = [
        Text(left, name or tr("Nearest sample"), "title", "text", bold=True, reveals_answer=bool(name))
    ]
    if has_classes:
        named = sample_facts.say_class_name(frame.state, 0, dot)
        items.append(Text(right, named, "body", "muted", "right", fallback_sizes=("small",), reveals_answer=True))
    return items


def _describe_place(frame: ExploreFrame) -> str:
    """Return in words why it is this sample that is shown."""
    state = frame.state
    if state.pointer.hover is None:
        return tr(NEAR_TEXT)
    away, _ = map_panel.find_nearest_dot(state, 0, state.pointer.hover.xy)
    spacing = frame.checkpoint.maps[state.get_map_name(0)].dot_spacing
    return tr(FAR_TEXT) if map_panel.is_far(away / spacing, spacing) else tr(NEAR_TEXT)
