"""A question in a lesson: the class votes by the teacher's keys, and the answer is shown on request.

Votes stay until the lesson is begun again or finished, so that going back and going on another day show them; what is
revealed is hidden again on another page.
"""

from collections.abc import Mapping
from dataclasses import replace

from latent_explorer.scene import quiz
from latent_explorer.scene.lesson import Lesson, Reply
from latent_explorer.scene.quiz import PageVotes, Quiz
from latent_explorer.scene.state import State
from latent_explorer.shell.keymap import get_keys

MAX_PAGES = 500
"""Pages of a lesson whose votes are kept."""


def get_reply(state: State, given: Lesson) -> Reply:
    """Return what came of the current page's question."""
    choices, votes = given.current_page.quiz, _get_votes(state, given).get(given.page, ())
    fits = choices is not None and len(votes) == len(choices.choices)  # the lesson may have been rewritten since
    return Reply(quiz.clamp(votes) if fits else (), state.lessons.revealed)


def list_choices(state: State, given: Lesson) -> str:
    """Return the choices of the current page with their votes; empty if it has none."""
    choices = given.current_page.translated.quiz
    return "" if choices is None else quiz.list_choices(choices, get_reply(state, given).votes)


def write_answer(state: State, given: Lesson) -> str:
    """Return the answer as the presenter reads it, with the right choices and their votes before it."""
    page = given.current_page.translated
    result = "" if page.quiz is None else quiz.write_result(page.quiz, get_reply(state, given).votes)
    return ". ".join(one for one in (result, page.answer) if one)


def claims(state: State, name: str) -> bool:
    """Return whether a key is a vote on the current page."""
    given = state.overlay.lesson
    choices = given.current_page.quiz if given is not None else None
    return choices is not None and _find_choice(choices, name) is not None


def apply(state: State, given: Lesson, control: str, value: object, by: int = 1) -> State | None:
    """Return the state after a control of the card, a vote counted `by` one; None for a control of others."""
    match control:
        case quiz.VOTE if isinstance(value, int) and not isinstance(value, bool):
            return vote(state, given, value, by)
        case quiz.REVEAL if given.current_page.can_reveal and by > 0:
            return toggle_answer(state)
    return None


def press_key(state: State, given: Lesson, name: str) -> State | None:
    """Return the state after a letter, which is a vote, with Shift one less, or the key that reveals; None for another
    key."""
    choices = given.current_page.quiz
    choice = None if choices is None else _find_choice(choices, name)
    if choice is not None:
        return vote(state, given, choice, -1 if name.isupper() else 1)
    if name in get_keys("reveal") and given.current_page.can_reveal:
        return toggle_answer(state)
    return None


def vote(state: State, given: Lesson, choice: int, by: int = 1) -> State:
    """Return the state with one vote more for a choice, or one less."""
    choices = given.current_page.quiz
    if choices is None or not 0 <= choice < len(choices.choices):
        return state
    votes = quiz.count_vote(get_reply(state, given).votes or choices.no_votes, choice, by)
    return _put_votes(state, given.name, {**_get_votes(state, given), given.page: votes})


def toggle_answer(state: State) -> State:
    """Return the state with the answer and the pictures uncovered, or with the answer hidden again."""
    if state.lessons.revealed:
        return hide_answer(state)
    shown = state.put(replace(state.overlay, pictures_hidden=False))
    return shown.put(replace(shown.lessons, revealed=True))


def hide_answer(state: State) -> State:
    return state.put(replace(state.lessons, revealed=False)) if state.lessons.revealed else state


def restore_votes(state: State, votes: Mapping[str, PageVotes]) -> State:
    """Return the state with the votes of a session for the lesson that it goes on with, beside those of other lessons:
    no others, and not more than there can be, since a file may hold anything."""
    asked = state.lessons.requested
    held = votes.get(asked.name, {}) if asked is not None else {}
    pages = {page: quiz.clamp(one) for page, one in held.items() if len(one) <= quiz.MAX_CHOICES}
    return state if asked is None else _put_votes(state, asked.name, dict(list(pages.items())[:MAX_PAGES]))


def clear_page(state: State, given: Lesson) -> State:
    """Return the state without votes for the current page, and with its answer hidden."""
    votes = {page: one for page, one in _get_votes(state, given).items() if page != given.page}
    return hide_answer(_put_votes(state, given.name, votes))


def clear(state: State, name: str) -> State:
    """Return the state without any votes of a lesson, as it begins and when it is finished."""
    return hide_answer(_put_votes(state, name, {}))


def _get_votes(state: State, given: Lesson) -> PageVotes:
    return state.lessons.votes.get(given.name, {})


def _put_votes(state: State, name: str, votes: PageVotes) -> State:
    others = {key: one for key, one in state.lessons.votes.items() if key != name}
    return state.put(replace(state.lessons, votes={**others, name: votes} if votes else others))


def _find_choice(choices: Quiz, name: str) -> int | None:
    """Return the choice that a key votes for; None if it is none."""
    at = choices.letters.find(name.upper()) if len(name) == 1 else -1
    return at if at >= 0 else None
