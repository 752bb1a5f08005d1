"""What a page of a lesson claims of the window, read from its file, so that a test can hold the lesson to it.

expect:
  - shown: unlike the data
  - not shown: Like the data
  - number: {after: "R²", from: 0.9, to: 1}
  - nearest: "4"
  - nearest among: ["0", "8", "9"]
  - verdict: unlike
  - lab: explore
  - model: mnist-vae
  - control: {layer: distance}
"""

import math
from dataclasses import dataclass, field
from typing import Annotated, Any

from latent_explorer.config import schema
from latent_explorer.config.limits import NUMBER_AS_TEXT, Length, Rule, Within, one_of
from latent_explorer.config.type_hints import file_key
from latent_explorer.errors import InputError, did_you_mean, quote
from latent_explorer.labs import LABS

_Words = Annotated[str, NUMBER_AS_TEXT, Length(1, 200)]
TEXT_KEYS = ("shown", "not shown", "after", "before")
"""Keys whose values are texts as they are written."""


@dataclass(frozen=True)
class NumberClaim:
    """A number that follows some words on the screen or comes before them, and the range that it lies in."""

    after: Annotated[str, NUMBER_AS_TEXT, Length(0, 200)] = ""
    before: Annotated[str, NUMBER_AS_TEXT, Length(0, 200)] = ""
    low: Annotated[float, Rule("a number")] = field(default=-math.inf, metadata=file_key("from"))
    high: Annotated[float, Rule("a number")] = field(default=math.inf, metadata=file_key("to"))
    text: Annotated[str, NUMBER_AS_TEXT] = ""
    """Words that the text holds too, or in a table the row, to tell it from others."""
    which: Annotated[int, Within(1, 100)] | None = None
    """Which one of several, in reading order from 1; None: all of them."""

    def __post_init__(self) -> None:
        if bool(self.after) == bool(self.before):
            raise ValueError("one of the keys after and before is allowed")
        if math.isinf(self.low) and math.isinf(self.high):
            raise ValueError("the key from or to is missing")
        if self.low > self.high:
            raise ValueError(f"from {self.low:g} to {self.high:g} arrived; from the lower to the higher is allowed")

    @property
    def words(self) -> str:
        return self.after or self.before


CLAIMS: dict[str, Any] = {
    "shown": Annotated[_Words, Rule("a text that is on the screen")],
    "not shown": Annotated[_Words, Rule("a text that is not on the screen")],
    "number": NumberClaim,
    "nearest": Annotated[_Words, Rule("the class of the dot nearest to the pointer")],
    "nearest among": Annotated[tuple[_Words, ...], Length(1, 40), Rule("a list of classes")],
    "verdict": Annotated[str, one_of("like", "unlike")],
    "lab": Annotated[str, one_of(*LABS)],
    "model": Annotated[_Words, Rule("the name of a checkpoint")],
    "control": Annotated[Any, Rule("{control: value}", lambda value: isinstance(value, dict) and len(value) > 0)],
}
"""What each kind of claim holds."""


@dataclass(frozen=True)
class Expectation:
    """One claim of a page."""

    claim: str
    """A key of `CLAIMS`."""
    value: Any
    location: str
    """File, line and page."""


def parse_expectation(value: Any, location: str) -> Expectation:
    """Parse one claim; `location` is for error messages. Raise `InputError` for what none of `CLAIMS` allows."""
    if not isinstance(value, dict):
        raise schema.make_error(location, value, "a claim like `shown: unlike the data`")
    if len(value) != 1 or next(iter(value)) not in CLAIMS:
        arrived = ", ".join(quote(name).strip("'") for name in value) or "nothing"
        hint = did_you_mean(arrived, list(CLAIMS))
        raise InputError(f"{location}: {arrived} arrived{hint}; {one_of(*CLAIMS).text} is allowed")
    ((claim, content),) = value.items()
    return Expectation(claim, schema.decode(CLAIMS[claim], content, f"{location}: {claim}"), location)
