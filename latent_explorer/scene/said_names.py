"""How the names of classes, categories and attributes are said on the screen.

The program keeps, saves and compares the English name; only what is shown is in the language of the window. It knows
the names that it gives itself, marked where they are declared; others stay as the data have them.
"""

from latent_explorer.texts import tr


def say_name(name: str) -> str:
    """Return a name in the language of the window."""
    return tr(name)


def say_title(name: str) -> str:
    """Return a name in the language of the window with a capital first letter, as for an entry of a menu."""
    said = tr(name)
    return said[:1].upper() + said[1:]


def fold(name: str) -> str:
    """Return a name without upper case as it may be typed: in English, and in the language of the window."""
    said = tr(name)
    return name.casefold() if said == name else f"{name} {said}".casefold()
