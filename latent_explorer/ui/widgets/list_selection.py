"""Selecting a line of one of pygame_gui's lists by the keyboard, as its own mouse does: shown and scrolled to."""

from collections.abc import Sequence

from pygame_gui.elements import UISelectionList


def list_lines(shown: UISelectionList) -> list[str]:
    return [one["text"] for one in shown.item_list]


def find_selected(shown: UISelectionList) -> int | None:
    """Return the index of the selected line; None without one."""
    return next((i for i, one in enumerate(shown.item_list) if one["selected"]), None)


def step(shown: UISelectionList, by: int) -> int | None:
    """Return the line that is `by` lines below the selected one, at most the last; None in an empty list."""
    count, at = len(shown.item_list), find_selected(shown)
    if not count:
        return None
    start = at if at is not None else -1 if by > 0 else count
    return min(max(start + by, 0), count - 1)


def find_typed(lines: Sequence[str], typed: str, after: int | None) -> int | None:
    """Return the first line below `after`, then from the top, that begins with what was typed; one letter alone goes
    on from line to line, more stay on a line that they fit."""
    at = -1 if after is None else after if len(typed) == 1 else after - 1
    order = [*range(at + 1, len(lines)), *range(at + 1)]
    starts = [i for i in order if lines[i].strip().casefold().startswith(typed.casefold())]
    return starts[0] if starts else None


def select(shown: UISelectionList, chosen: int) -> str:
    """Select a line, in the middle of the list if it scrolls, and return its text."""
    for i, line in enumerate(shown.item_list):
        line["selected"] = i == chosen
        if line["button_element"] is not None:
            (line["button_element"].select if i == chosen else line["button_element"].unselect)()
    if shown.scroll_bar is not None:
        part = shown.scroll_bar.visible_percentage
        start = (chosen + 0.5) / len(shown.item_list) - part / 2
        shown.scroll_bar.set_scroll_from_start_percentage(min(max(start, 0.0), 1 - part))
    text: str = shown.item_list[chosen]["text"]
    return text
