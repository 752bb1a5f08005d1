"""Colours by role, dark and light, and sizes of text."""

from functools import lru_cache
from pathlib import Path

from latent_explorer import resources
from latent_explorer.palette import CLASS_COLOURS_ON_DARK, CLASS_COLOURS_ON_LIGHT, UNLABELLED_ON_LIGHT

Colour = tuple[int, int, int]

DARK = {
    "background": "#15171c", "panel": "#1e2129", "map": "#101216", "line": "#3a404d", "text": "#f1f3f7",
    "muted": "#aab1bf", "accent": "#ff6fb5", "on accent": "#1a0710", "good": "#6fd6a8", "fair": "#f0c75e",
    "warn": "#ff7d6e", "button": "#262a33", "hover": "#2f3540", "chosen": "#2d1f2a", "second": "#3d8bff",
    "third": "#f3d83f",
}  # fmt: skip
LIGHT = {
    "background": "#eef0f3", "panel": "#ffffff", "map": "#ffffff", "line": "#b9c0cc", "text": "#14171c",
    "muted": UNLABELLED_ON_LIGHT, "accent": "#c2136b", "on accent": "#ffffff", "good": "#0b7a4b", "fair": "#8a5a00",
    "warn": "#c22a16", "button": "#ffffff", "hover": "#e3e6ec", "chosen": "#fbe6f0", "second": "#1a66cc",
    "third": "#6f5500",
}  # fmt: skip
"""Colours by role. Texts have a contrast of 4.5 to all they are written on (WCAG 2.2, 1.4.3); `second`, `third` and
`accent` of charts are 0.11 apart in OKLab for any colour vision."""
READABLE_CONTRAST = 4.5
FONT_SIZES = {"fine": 11, "small": 14, "body": 17, "title": 21, "lead": 25, "large": 30}
"""Font heights in design pixels, at 1440x900. What is "fine" is for the presenter alone."""
FONT_FILES = {False: "Inter-Regular.otf", True: "Inter-SemiBold.otf"}

CORE_ROLES = ("", "map", "text", "muted")
"""What tells the classes apart that share a colour."""
CORE_SHARE = 0.5
"""Radius of the core of a dot, as a share of the dot's."""


class Theme(dict[str, Colour]):
    """Colours by role, of the theme `name`; "class K" is the colour of the class K."""

    def __init__(self, name: str, colours: dict[str, Colour]) -> None:
        super().__init__(colours)
        self.name = name

    def __missing__(self, role: str) -> Colour:
        if not role.startswith("class "):
            raise KeyError(role)
        return self.setdefault(role, self.get_class_colour(int(role.split()[1])))

    def get_class_colour(self, k: int) -> Colour:
        """Return the colour of class `k`; muted for samples without a label. Colours repeat after twenty classes, with
        another core (`get_class_core`)."""
        if k < 0:
            return self["muted"]
        colours = CLASS_COLOURS_ON_DARK if self.name == "dark" else CLASS_COLOURS_ON_LIGHT
        return parse_rgb(colours[k % len(colours)])

    def get_class_core(self, k: int) -> Colour | None:
        """Return the colour of a small disc within the dots of class `k`: None for the first twenty classes, then the
        map's, the text's and a muted one for twenty each, and so on."""
        role = CORE_ROLES[max(k, 0) // len(CLASS_COLOURS_ON_DARK) % len(CORE_ROLES)]
        return self[role] if role else None


def make_theme(name: str) -> Theme:
    return Theme(name, {role: parse_rgb(code) for role, code in (DARK if name == "dark" else LIGHT).items()})


def parse_rgb(code: str) -> Colour:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


@lru_cache(maxsize=4096)  # a frame asks for the same few, for the rims of the dots of each colour
def mix(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def measure_contrast(first: Colour, second: Colour) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2)."""
    dim, bright = sorted(map(_measure_luminance, (first, second)))
    return (bright + 0.05) / (dim + 0.05)


def _measure_luminance(colour: Colour) -> float:
    shares = [one / 255 for one in colour]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=256)
def make_readable(colour: Colour, text: Colour, ground: Colour) -> Colour:
    """Return `colour` with as much of the colour `text` in it as a text on `ground` needs."""
    mixed = (mix(colour, text, step / 20) for step in range(20))
    return next((one for one in mixed if measure_contrast(one, ground) >= READABLE_CONTRAST), text)


def find_font_file(bold: bool = False) -> Path:
    return resources.find_folder("assets") / "fonts" / FONT_FILES[bold]
