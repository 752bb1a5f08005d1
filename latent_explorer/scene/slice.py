"""A slice of the window's state, and how its fields say that a session keeps them and a lesson's page sets them."""

from dataclasses import field, fields, replace
from typing import Any, ClassVar, TypeVar

S = TypeVar("S", bound="Slice")


def kept(default: Any, *, session: str = "", lesson: bool = False) -> Any:
    """Declare a field: `session` is its key in a session's document, which never changes, since files of every version
    are read; with `lesson` each page of a lesson sets it up again."""
    metadata = {"session": session, "lesson": lesson}
    return (
        field(default_factory=dict, metadata=metadata) if default is dict else field(default=default, metadata=metadata)
    )


class Slice:
    """A part of the state that has one owner."""

    name: ClassVar[str]
    """The field of `State` that holds it."""

    @classmethod
    def list_session_keys(cls) -> dict[str, str]:
        """Return the fields that a session keeps, by their keys in its document."""
        return {one.metadata["session"]: one.name for one in fields(cls) if one.metadata.get("session")}  # type: ignore[arg-type]

    def turn_to(self: S, page: S) -> S:
        """Return the slice with the fields that a page of a lesson sets as they are in `page`."""
        names = [one.name for one in fields(self) if one.metadata.get("lesson")]  # type: ignore[arg-type]
        return replace(self, **{name: getattr(page, name) for name in names})  # type: ignore[type-var]
