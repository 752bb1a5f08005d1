"""How the names of classes, categories and attributes are said on the screen.

The program keeps, saves and compares the English name; only what is shown is in the language of the window. It knows
the names that it gives itself, which `mark_name` declares; others stay as the data have them, also where they
equal another word of the window.
"""

from latent_explorer.texts import NAME, tr_in


def say_name(name: str) -> str:
    """Return a name in the language of the window."""
    return tr_in(NAME, name)


def say_title(name: str) -> str:
    """Return a name in the language of the window with a capital first letter, as for an entry of a menu."""
    said = say_name(name)
    return said[:1].upper() + said[1:]


def fold(name: str) -> str:
    """Return a name without upper case as it may be typed: in English, and in the language of the window."""
    said = say_name(name)
    return name.casefold() if said == name else f"{name} {said}".casefold()
