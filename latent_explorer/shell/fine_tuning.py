"""Fine-tuning the shown model on the gallery: asking for it, what it reports, and its lines and buttons on the pad."""

from dataclasses import replace

from latent_explorer.engine.fine_tuning import fine_tuner
from latent_explorer.engine.fine_tuning.fine_tuner import TuningEnded, TuningProgress
from latent_explorer.engine.fine_tuning.tuning_process import ErrorChange, TuningReport, TuningRequest
from latent_explorer.labs import LABS
from latent_explorer.scene.controls import Button, Control
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Gauge, Item, Text
from latent_explorer.scene.number_format import format_mse
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import tr, tr_count

TUNE, STOP, SAVE, SAVED, CLOSE = "fine-tune", "stop tuning", "save tuned", "tuned saved", "close tuning"
SHOW = "show tuned"
"""Names of its controls; `SAVED` is set by the window when the file is written, `SHOW` where no model can be chosen."""
CONTROLS = (TUNE, STOP, SAVE, SAVED, CLOSE, SHOW)
PROGRESS_LINES, REPORT_LINES = 2, 4
"""Lines below the gallery while it runs, and of what it did."""
ENDING = " tuned"
"""Of the name of a model that was fine-tuned."""


def make_controls(state: State) -> tuple[Control, ...]:
    """Return the buttons that can be used now."""
    own = state.gallery
    if own.tuning is not None:
        return (Button(STOP, tr("Stop"), tr("Stop the fine-tuning: nothing is changed")),)
    save = Button(SAVE, tr("Save model"), tr("Write the new model to a file of its own"))
    if own.tuned is None:
        tip = tr("Train the shown model further on these pictures, mixed with its own; it stays, a new one comes")
        tune = Button(TUNE, tr("Fine-tune"), tip)
        return (tune, save) if find_model_to_save(state) else (tune,)
    return (
        save,
        Button(CLOSE, tr("Done"), tr("Back to the gallery; the new model stays in the menu")),
    )


def count_lines(state: State) -> int:
    """Return the lines that there are to say."""
    if state.gallery.tuning is not None:
        return PROGRESS_LINES
    return REPORT_LINES if state.gallery.tuned is not None else 0


def set_control(state: State, name: str) -> State:
    """Return the state after one of the buttons."""
    own = state.gallery
    if name == TUNE:
        return _begin(state)
    if name == STOP and own.tuning is not None:
        return state.put(replace(own, tuning=None)).with_notice(tr("Fine-tuning stopped; nothing was changed."))
    if name == SAVE and find_model_to_save(state):
        return state.ask(Effect.SAVE_TUNED)
    if name == SAVED:
        return state.put(replace(own, unsaved=own.unsaved - {find_model_to_save(state)}))
    if name == SHOW and own.tuned is not None:
        lab = tr(LABS[state.lab].title)
        return state.with_message(
            tr("{lab} shows models of its own: choose another lab, and {model} there.", lab=lab, model=own.tuned.name)
        )
    return state.put(replace(own, tuned=None)) if name == CLOSE else state


def find_model_to_save(state: State) -> str:
    """Return the model that was fine-tuned last, until the user is done with its report; then the shown one, if it is
    in no file of its own. Empty if there is none."""
    own, shown = state.gallery, state.models[0]
    if own.tuned is not None:
        return own.tuned.name
    return shown if shown in own.unsaved else ""


def list_buttons(state: State) -> list[tuple[str, Set]]:
    """Return the titles of the buttons below the gallery and what they set; empty for those of the gallery itself."""
    report = state.gallery.tuned
    if report is None:
        return []
    can_choose = LABS[state.lab].has_model_menus
    is_shown = can_choose and state.models[0] == report.name
    shown = Set("model", report.model if is_shown else report.name) if can_choose else Set(SHOW)
    return [
        (tr("Show before") if is_shown else tr("Show tuned"), shown),
        (tr("Save model"), Set(SAVE)),
        (tr("Done"), Set(CLOSE)),
    ]


def receive(state: State, event: TuningProgress | TuningEnded) -> State:
    """Return the state after news of the fine-tuning; what was stopped meanwhile has none."""
    own = state.gallery
    if own.tuning is None or event.number != own.tuning.number:
        return state
    if isinstance(event, TuningProgress):
        return state.put(replace(own, tuning_share=event.share, tuning_text=event.text))
    ended = state.put(replace(own, tuning=None, tuned=event.report or own.tuned))
    if event.error:
        return ended.with_message(tr("Fine-tuning: {error}", error=event.error))
    if event.report is None:
        return ended
    ended = ended.put(replace(ended.gallery, unsaved=own.unsaved | {event.report.name}))
    report = event.report
    return ended.with_notice(
        tr("{new_model} is in the menu of models. {model} is as it was.", new_model=report.name, model=report.model)
    )


def make_items(state: State, place: Rect) -> list[Item]:
    """Return the progress, or what the fine-tuning did, in `place`."""
    own = state.gallery
    if own.tuning is not None:
        line, bar = place.split_top(place.height // 2)
        text = f"{own.tuning.name}: {tr(own.tuning_text) or tr('beginning')}"
        height = max(6, bar.height // 3)
        gauge = Rect(bar.x, bar.y + (bar.height - height) // 2, bar.width, height)
        return [Text(line, text, "small", shorten_middle=True), Gauge(gauge, own.tuning_share, "accent")]
    if own.tuned is None:
        return []
    rows = place.split_rows(REPORT_LINES, 0)
    items: list[Item] = []
    for rect, (title, figures) in zip(rows, list_changes(own.tuned), strict=False):
        name, value = rect.split_left(round(0.58 * rect.width))
        items += [Text(name, title, "small", "muted"), Text(value, figures, "small", "text", "right")]
    return items


def list_changes(report: TuningReport) -> list[tuple[str, str]]:
    """Return the rows of what changed: whose error, and the two numbers."""
    title = tr_count("Error (mse), {count} epoch", "Error (mse), {count} epochs", report.epochs)
    rows = [(title, tr("before → after"))]
    rows.append((tr("{count} it learnt from", count=report.learnt.count), _format(report.learnt)))
    if report.kept_back is not None:
        rows.append((tr("{count} kept back", count=report.kept_back.count), _format(report.kept_back)))
    own = (
        tr("{count} of its samples, decoded", count=report.own.count)
        if report.own_source
        else tr("{count} of its own, held out", count=report.own.count)
    )
    return [*rows, (own, _format(report.own))]


def _format(change: ErrorChange) -> str:
    return f"{format_mse(change.before)} → {format_mse(change.after)}"


def _begin(state: State) -> State:
    own, checkpoint = state.gallery, state.get_checkpoint(0)
    obstacle = fine_tuner.find_obstacle(checkpoint, len(own.content.pictures))
    if obstacle or own.tuning is not None:
        return state.with_message(obstacle) if obstacle else state
    model = state.get_model_name(0)
    request = TuningRequest(own.tuning_count + 1, model, _choose_name(state, model), own.content.pictures)
    return state.put(
        replace(own, tuning=request, tuning_count=request.number, tuning_share=0.0, tuning_text="", tuned=None)
    )


def _choose_name(state: State, model: str) -> str:
    """Return a name that no model has: of one that was fine-tuned already, the next number."""
    base = f"{model.split(ENDING)[0]}{ENDING}"
    numbers = (f" {number}" if number > 1 else "" for number in range(1, len(state.library) + 2))
    return next(name for number in numbers if (name := f"{base}{number}") not in state.library)
