"""View of the Compare lab: title, pictures, film from A to B and metrics of each model."""

from collections.abc import Mapping
from typing import Any

from latent_explorer.engine.queries.base import PointValue, StripValue
from latent_explorer.engine.queries.sample import SampleValue
from latent_explorer.engine.queries.user_image import UserImageQueryValue
from latent_explorer.engine.results import Failure
from latent_explorer.labs.compare import metrics_table
from latent_explorer.labs.compare.layout import STRIP_LENGTH
from latent_explorer.labs.compare.metrics_table import ModelMetrics
from latent_explorer.labs.compare.queries import InventedSharesValue, JudgedStripValue, ReconstructionMetricsValue
from latent_explorer.scene import map_panel, realism, sample_facts
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import FilmStrip, Image, Item, Line, Marker, Panel, Text, View, make_caption
from latent_explorer.scene.number_format import format_mse
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import mark, tr

SAME_SAMPLE = realism.Verdict(mark("copy of the sample"), mark("Copy"), "accent", has_status_dot=False)
USER_IMAGE = realism.Verdict(mark("copy of yours"), mark("Copy"), "accent", has_status_dot=False)
SAMPLE_A = realism.Verdict(mark("copy of sample A"), mark("Copy of A"), "accent", has_status_dot=False)
MIN_NOTE_WIDTH = 84
"""Minimum width, in design pixels, of a readable note in place of a missing original."""
LINK_NOTE = mark("Models are linked through the same sample. A place of one map means nothing on another.")
LINK_NOTE_SHORT = mark("Linked through the same sample, never through the same place.")
UNLINKED_NOTE = mark(
    "These models learnt different data: nothing links them, and their errors are of different samples."
)
UNLINKED_NOTE_SHORT = mark("Different data: nothing links them.")
NOT_ON_MAP = mark("This sample is not on this map.")
DRAG_NOTE = mark("Drag from one dot to another to see the way between them.")


def is_same_dataset(state: State, first_slot: int, second_slot: int) -> bool:
    """Return True if the models of two slots learnt the same data set."""
    if first_slot == second_slot:
        return True
    return state.get_checkpoint(first_slot).data_key == state.get_checkpoint(second_slot).data_key


def _is_linked(frame: Frame[Any]) -> bool:
    return all(is_same_dataset(frame.state, 0, slot) for slot in range(1, frame.own.count))


def choose_urgent_hint(frame: Frame[Any]) -> str:
    """Return the meaning of the column under the mouse, or why there is nothing to compare."""
    own, models = frame.own, frame.state.models[: frame.own.count]
    if own.passing.hovered_column is not None:
        return tr(metrics_table.COLUMNS[own.passing.hovered_column].explanation)
    if len(set(models)) < len(models):
        if own.count == 2:
            return tr("Both sides show the same model: choose another one in a menu above (M, Shift+M).")
        return tr("Two of them are the same model: choose another one in a menu above (M, Shift+M).")
    if not _is_linked(frame):
        names = dict.fromkeys(frame.state.library[model].config.data.name for model in models)
        return tr("These models learnt different data ({names}): nothing links their maps.", names=", ".join(names))
    return ""


# -- a model --------------------------------------------------------------------------------------------


def make_map_items(frame: Frame[Any], slot: int, rect: Rect) -> list[Item]:
    """Return A and B, a link between them, and a ring around the sample under the mouse in any model."""
    state, items = frame.state, list(frame.derive_at_rest(("ends", slot), _make_end_items, slot, rect))
    dot = frame.own.find_linked_dot(state, slot)
    if dot is not None and state.pointer.hover is not None:
        items.append(map_panel.make_dot_marker(state, slot, dot, rect))
    return items


def _make_end_items(frame: Frame[Any], slot: int, rect: Rect) -> View:
    """Return A and B on a map, and a link between them."""
    state, items = frame.state, list[Item]()
    ends = {label: dot for label, dot in zip("AB", frame.own.find_end_dots(state, slot), strict=True)}
    px = {label: map_panel.get_dot_px(state, slot, dot, rect) for label, dot in ends.items() if dot is not None}
    if len(px) == 2:
        # a link: no code of the film lies on it
        items.append(Line((px["A"], px["B"]), rect, "accent", state.scale_line(2), dashed=True))
    if "A" in px:
        size = round(10 * state.marker_scale)
        items += [Marker(at, rect, "accent", size, label, filled=True) for label, at in px.items()]
    return tuple(items)


def make_model_items(frame: Frame[Any], slot: int) -> list[Item]:
    """Return what belongs to a model beside its map."""
    items = [*frame.derive_at_rest(("title", slot), _make_title_items, slot), *_make_picture_items(frame, slot)]
    rect, query = frame.get_part(f"strip {slot}"), f"strip {slot}"
    if rect is None:
        return items
    strip, failure = frame.results.get_value(query, StripValue), frame.results.get_failure(query)
    return [*items, *frame.derive_at_rest(("film", slot), _make_strip_items, slot, rect, strip, failure)]


def _make_title_items(frame: Frame[Any], slot: int) -> list[Item]:
    rect, test = frame.get_part(f"title {slot}"), frame.state.get_checkpoint(slot).metrics.get("test", {})
    if rect is None:
        return []
    text = _describe_held_out(test)
    width = round((8 * len(text) + 10) * frame.ui_scale)
    has_room = bool(text) and rect.width >= width + 130 * frame.ui_scale
    name, held_out = rect.split_left(rect.width - width * has_room)
    items: list[Item] = [Text(name, frame.state.models[slot], "title", bold=True, shorten_middle=True)]
    return [*items, Text(held_out, text, "small", "muted", "right")] if has_room else items


def _describe_held_out(metrics: Mapping[str, float]) -> str:
    """Return the error and the KL divergence on held-out samples, as far as they are known."""
    if "mse" in metrics and "kl" in metrics:
        return tr("held-out MSE {error}, KL {kl:.1f} nats", error=format_mse(metrics["mse"]), kl=metrics["kl"])
    if "mse" in metrics:
        return tr("held-out MSE {error}", error=format_mse(metrics["mse"]))
    return tr("held-out KL {kl:.1f} nats", kl=metrics["kl"]) if "kl" in metrics else ""


def _make_picture_items(frame: Frame[Any], slot: int) -> list[Item]:
    """Return the large picture with its verdict, and the sample or the user image beside its reconstruction."""
    state, results, hover = frame.state, frame.results, frame.state.pointer.hover
    rect, slot_names = frame.layout.parts[f"picture {slot}"], (f"picture {slot}", f"sample {slot}")
    sample, point = results.get_value(slot_names[1], SampleValue), results.get_value(slot_names[0], PointValue)
    moving = results.get_transition(slot_names[0])
    user_image = results.get_value(f"own {slot}", UserImageQueryValue)
    if state.drawing.image is None or hover is not None:
        user_image = None
    if user_image is not None:
        picture, verdict = user_image.reconstruction, USER_IMAGE
    elif point is not None:
        checkpoint = state.get_checkpoint(slot)
        gap, far_gaps = checkpoint.maps[state.get_map_name(slot)].dot_spacing, checkpoint.neighbours.far_threshold
        picture, verdict = (moving or point).picture, realism.judge_map_position(point, moving, gap, far_gaps)
    elif sample is not None:
        picture = moving.picture if moving else sample.reconstruction
        verdict = SAMPLE_A if hover is None else SAME_SAMPLE
    else:
        failed = next((name for name in slot_names if results.get_failure(name)), "")
        return frame.wait_for(rect, failed, _explain_missing_sample(frame, slot))
    items: list[Item] = [Image(rect, picture, verdict.colour, reveals_answer=True)]
    if (place := frame.get_part(f"verdict {slot}")) is not None:
        items += realism.make_items(place, verdict, "body")
    if user_image is not None:
        return items + _make_user_image_items(frame, slot, user_image)
    return items if sample is None else items + _make_sample_items(frame, slot, sample)


def _explain_missing_sample(frame: Frame[Any], slot: int) -> str:
    state, hover = frame.state, frame.state.pointer.hover
    if frame.own.find_linked_dot(state, slot) is not None:
        return ""
    is_elsewhere = hover is not None and is_same_dataset(state, slot, hover.slot)
    return tr(NOT_ON_MAP) if is_elsewhere else tr("Move the mouse over this map.")


def _make_user_image_items(frame: Frame[Any], slot: int, user_image: UserImageQueryValue) -> list[Item]:
    """Return the user image and its reconstruction."""
    items: list[Item] = []
    if (rect := frame.get_part(f"original text {slot}")) is not None:
        text = tr("your picture as the model sees it, and its reconstruction")
        items.append(make_caption(rect, text, wrap=True, short=tr("yours, reconstructed")))
    if (rect := frame.get_part(f"original {slot}")) is not None:
        items.append(Image(rect, user_image.picture, "line"))
        rect = frame.layout.parts[f"reconstruction {slot}"]
        items.append(Image(rect, user_image.reconstruction, "line", reveals_answer=True))
    return items


def _make_sample_items(frame: Frame[Any], slot: int, sample: SampleValue) -> list[Item]:
    """Return the sample and its reconstruction; only the latter if the original is missing and there is no room to say
    why."""
    state, items, alone = frame.state, list[Item](), False
    if (original := frame.get_part(f"original {slot}")) is not None:
        alone = sample.original is None and original.width < MIN_NOTE_WIDTH * frame.ui_scale
        if alone:
            items.append(Image(original, sample.reconstruction, "line", reveals_answer=True))
        else:
            reconstruction = frame.layout.parts[f"reconstruction {slot}"]
            items += sample_facts.make_sample_items(state, slot, sample, original, reconstruction)
    if (rect := frame.get_part(f"original text {slot}")) is not None:
        name = sample_facts.say_class_name(state, slot, sample.dot)
        text = tr("nearest sample ({class_name}): original and its reconstruction", class_name=name)
        short = tr("nearest sample ({class_name})", class_name=name)
        if alone:
            text = tr("nearest sample ({class_name}), reconstructed", class_name=name)
            has_two_lines = rect.height > 30 * frame.ui_scale
            short = tr("sample ({class_name}), reconstructed", class_name=name) if has_two_lines else short
        items.append(make_caption(rect, text, wrap=True, short=short))
    return items


def _make_strip_items(
    frame: Frame[Any], slot: int, rect: Rect, strip: StripValue | None, failure: Failure | None
) -> list[Item]:
    """Return the film from A to B beside the model's name, or why there is none."""
    inside = rect.inset(round(5 * frame.ui_scale))
    label, row = inside.split_left(round(min(130 * frame.ui_scale, inside.width * 0.2)), round(6 * frame.ui_scale))
    model = frame.state.models[slot]
    name = Text(label, model, "body", bold=True, shorten_middle=True, fallback_sizes=("small",))
    if strip is None:
        text = tr(failure.message) if failure else _explain_missing_strip(frame, slot)
        return [Panel(rect), name, Text(row, text, "body", "muted", "centre", wrap=True)]
    film = FilmStrip(
        row, strip.pictures, STRIP_LENGTH, round(5 * frame.ui_scale), outlined_ends=True, reveals_answer=True
    )
    return [Panel(rect), name, film]


def _explain_missing_strip(frame: Frame[Any], slot: int) -> str:
    state, pair = frame.state, frame.own.resolve_endpoints(frame.state)
    if pair.end is None or None not in pair.find_end_dots(state, slot):
        return tr(DRAG_NOTE)
    is_linked = is_same_dataset(state, slot, pair.slot)
    why = tr("A and B are not on this model's map.") if is_linked else tr("Other data here.")
    return f"{why} {tr(DRAG_NOTE)}"


# -- the table ------------------------------------------------------------------------------------------


def make_table_items(frame: Frame[Any]) -> list[Item]:
    """Return the note over the films, and the table of metrics; the best values are marked if models are linked."""
    if frame.get_part("head") is None:
        return []
    items = list(frame.derive_at_rest("table without its numbers", _make_empty_table))
    linked, table = _is_linked(frame), collect_metrics(frame)
    for slot in range(len(table)):
        rect = frame.layout.parts[f"numbers {slot}"]
        items += metrics_table.make_row_items(rect, slot, table, frame.ui_scale, compared=linked)
    return items


def _make_empty_table(frame: Frame[Any]) -> View:
    """Return the note over the films, the header of the table, and its rows with the names of the models."""
    note, short = (LINK_NOTE, LINK_NOTE_SHORT) if _is_linked(frame) else (UNLINKED_NOTE, UNLINKED_NOTE_SHORT)
    items: list[Item] = [Text(frame.layout.parts["note"], tr(note), "body", "muted", short=tr(short))]
    head, hovered = frame.layout.parts["head"], frame.own.passing.hovered_column
    items += metrics_table.make_header_items(head, hovered, frame.ui_scale)
    for slot in range(frame.own.count):
        rect = frame.layout.parts[f"numbers {slot}"]
        items.append(Panel(rect))
        if not _is_beside_film(frame, slot):  # which names the model otherwise
            first = metrics_table.split_columns(rect, frame.ui_scale)[0]
            left = rect.x + round(10 * frame.ui_scale)
            name = Rect(left, rect.y, max(0, first.x - left), rect.height)
            items.append(Text(name, frame.state.models[slot], "small", bold=True, shorten_middle=True))
    return tuple(items)


def _is_beside_film(frame: Frame[Any], slot: int) -> bool:
    """Return whether the row of a model is on the same page of a presentation as its film."""
    strip = frame.get_part(f"strip {slot}")
    apart = 0 if strip is None else abs(strip.x - frame.layout.parts[f"numbers {slot}"].x)
    return strip is not None and apart < frame.state.window_size[0]


def collect_metrics(frame: Frame[Any]) -> tuple[ModelMetrics, ...]:
    """Return the metrics of each model that are computed so far."""
    if "metrics" not in frame.derived:
        frame.derived["metrics"] = tuple([_collect_model_metrics(frame, slot) for slot in range(frame.own.count)])
    metrics: tuple[ModelMetrics, ...] = frame.derived["metrics"]
    return metrics


def _collect_model_metrics(frame: Frame[Any], slot: int) -> ModelMetrics:
    checkpoint, results = frame.state.get_checkpoint(slot), frame.results
    account = results.get_value(f"account {slot}", ReconstructionMetricsValue)
    strip = results.get_value(f"strip {slot}", JudgedStripValue)
    shares = results.get_value(f"shares {slot}", InventedSharesValue)
    return ModelMetrics(
        frame.state.models[slot],
        error=account.error if account else None,
        held_out_error=checkpoint.metrics.get("test", {}).get("mse"),
        kl=account.kl if account else None,
        variational=checkpoint.variational,
        cycle_error=account.cycle_error if account else None,
        from_stand_in=bool(account and account.note),
        has_picture=frame.state.drawing.image is not None or frame.own.find_linked_dot(frame.state, slot) is not None,
        judged=checkpoint.has_judge,
        near_share=shares.near if shares else None,
        apart_share=shares.apart if shares else None,
        drawn_share=shares.drawn if shares else None,
        path=strip.usual_count if strip else None,
    )
