"""A data set that is not on this machine, offered where its pictures would be: downloaded when asked, and only then."""

from dataclasses import replace

from latent_explorer.engine.datasets.dataset_downloader import (
    DatasetMissing,
    DatasetOffer,
    DownloadEnded,
    DownloadEvent,
)
from latent_explorer.engine.query_context import is_looking
from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Item, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import tr

CONTROL = "data"
"""The control whose value is the name of a data set: it is fetched, or no longer."""
NOTE_HEIGHT = 110
"""Design pixels of a box from which it says what is missing before it offers it."""
MEGABYTE = 2**20


def list_offers(state: State) -> list[DatasetOffer]:
    """Return the data sets that the displayed models lack; while one is fetched that one alone."""
    offers, running = state.downloads.offers, state.downloads.running
    if not offers or running:
        return [offers[running]] if running in offers else []
    key = "offers", state.model_count
    if key not in state.derived:
        names = dict.fromkeys([state.get_checkpoint(slot).config.data.name for slot in range(state.model_count)])
        state.derived[key] = [offers[name] for name in names if name in offers]
    known: list[DatasetOffer] = state.derived[key]
    return known


def name_action(state: State, offer: DatasetOffer) -> str:
    """Return what a click on the offer does."""
    if state.downloads.running == offer.name:
        return tr("Stop getting {title}", title=offer.title)
    return tr("Get {title} ({megabytes} MB)", title=offer.title, megabytes=offer.megabytes)


def toggle(state: State, name: str) -> State:
    """Return the state that fetches a data set, or that stops it."""
    before, title = state.downloads, state.downloads.offers[name].title
    if before.running == name:
        return state.put(replace(before, running="")).with_notice(tr("Stopped getting {title}.", title=title))
    return state.put(replace(before, running=name, received=0))


def update(state: State, event: DatasetMissing | DownloadEvent) -> State:
    """Return the state after an event of a download, or with another data set that is missing."""
    before = state.downloads
    if isinstance(event, DatasetMissing):
        return state.put(replace(before, offers={**before.offers, event.offer.name: event.offer}))
    if event.name != before.running:
        return state  # it was stopped
    if not isinstance(event, DownloadEnded):
        return state.put(replace(before, received=event.received))
    if event.error:
        return state.put(replace(before, running="")).with_message(event.error)
    rest = {name: one for name, one in before.offers.items() if name != event.name}
    notice = tr("{title} is here now.", title=before.offers[event.name].title)
    return state.put(replace(before, running="", offers=rest)).with_notice(notice)


def find_share(state: State) -> float | None:
    """Return the share of the running download that has arrived; None without one."""
    running = state.downloads.offers.get(state.downloads.running)
    return None if running is None else min(1.0, state.downloads.received / (MEGABYTE * running.megabytes))


def choose_hint(state: State, hint: str) -> str:
    """Return the progress of the download, or `hint` without one."""
    running = state.downloads.offers.get(state.downloads.running)
    if running is None:
        return hint
    return tr(
        "Getting {title}, {progress}; Esc stops it.", title=running.title, progress=_format_progress(state, running)
    )


def make_box_items(state: State, data: str, rect: Rect, note: str) -> list[Item]:
    """Return the box in place of a picture of the data set `data`, with the reason `note`; if it can be had, a click
    gets it."""
    inside = rect.inset(round(5 * state.ui_scale))
    offer = state.downloads.offers.get(data)
    if offer is None or state.downloads.running not in ("", data):
        short = tr("no original yet") if is_looking(note) else tr("no original here")
        return [Panel(rect), Text(inside, tr(note), "small", "muted", "centre", wrap=True, short=short)]
    items: list[Item] = [Panel(rect, outline="accent", action=Set(CONTROL, offer.name))]
    text = tr("No {title} here. Get it: {megabytes} MB", title=offer.title, megabytes=offer.megabytes)
    short = tr("Get {title}", title=offer.title)
    if rect.height >= NOTE_HEIGHT * state.ui_scale:
        above, inside = inside.split_top(inside.height // 2)
        items.append(Text(above, tr(note), "small", "muted", "centre", wrap=True))
        text = name_action(state, offer)
    if state.downloads.running == offer.name:
        text = tr("{progress}. Stop", progress=_format_progress(state, offer))
        short = tr("Stop")
    return [*items, Text(inside, text, "small", "accent", "centre", wrap=True, short=short)]


def _format_progress(state: State, offer: DatasetOffer) -> str:
    received = state.downloads.received // MEGABYTE
    return tr("{received} of {megabytes} MB", received=received, megabytes=offer.megabytes)
