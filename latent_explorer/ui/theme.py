"""Colours and sizes, dark and light, for the painter and for pygame_gui."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_explorer import resources

Colour = tuple[int, int, int]

CLASSES = (
    "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd"
)  # fmt: skip
"""Ten colours chosen to be told apart with any colour vision (Petroff 2021, arXiv:2107.02270)."""

DARK = {
    "background": "#15171c", "panel": "#1e2129", "map": "#101216", "line": "#3a404d", "text": "#f1f3f7",
    "muted": "#aab1bf", "accent": "#ff6fb5", "on accent": "#1a0710", "good": "#6fd6a8", "fair": "#f0c75e",
    "warn": "#ff7d6e", "button": "#262a33", "hover": "#343a46", "chosen": "#2d1f2a",
}  # fmt: skip
LIGHT = {
    "background": "#eef0f3", "panel": "#ffffff", "map": "#ffffff", "line": "#b9c0cc", "text": "#14171c",
    "muted": "#4d5565", "accent": "#c2136b", "on accent": "#ffffff", "good": "#0b7a4b", "fair": "#8a5a00",
    "warn": "#c22a16", "button": "#ffffff", "hover": "#dde1e8", "chosen": "#fbe6f0",
}  # fmt: skip
SIZES = {"small": 14, "body": 17, "title": 21, "large": 30}
"""Heights in design pixels, at 1440x900."""
FONTS = {False: "Inter-Regular.otf", True: "Inter-SemiBold.otf"}


@dataclass(frozen=True)
class Theme:
    name: str
    colours: dict[str, Colour]

    def __getitem__(self, role: str) -> Colour:
        if role.startswith("class "):
            return self.class_colour(int(role.split()[1]))
        return self.colours[role]

    def class_colour(self, k: int) -> Colour:
        """Samples without a label are drawn in the muted colour; beyond ten classes the colours come again."""
        if k < 0:
            return self.colours["muted"]
        return mix(rgb(CLASSES[k % len(CLASSES)]), self.colours["text"], 0.12 if self.name == "dark" else 0.0)


def theme(name: str) -> Theme:
    return Theme(name, {role: rgb(code) for role, code in (DARK if name == "dark" else LIGHT).items()})


def rgb(code: str) -> Colour:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def font_file(bold: bool = False) -> Path:
    return resources.folder("assets") / "fonts" / FONTS[bold]


def widgets(name: str, unit: float) -> dict[str, Any]:
    """The theme in pygame_gui's terms."""
    code = DARK if name == "dark" else LIGHT
    size = max(9, round(SIZES["small"] * unit * 1.08))
    radius = str(max(2, round(6 * unit)))
    plain = {
        "normal_bg": code["button"], "hovered_bg": code["hover"], "active_bg": code["hover"],
        "selected_bg": code["accent"], "disabled_bg": code["button"], "dark_bg": code["panel"],
        "normal_text": code["text"], "hovered_text": code["text"], "active_text": code["text"],
        "selected_text": code["on accent"], "disabled_text": code["muted"],
        "normal_border": code["line"], "hovered_border": code["accent"], "active_border": code["accent"],
        "selected_border": code["accent"], "disabled_border": code["line"],
    }  # fmt: skip
    chosen = {
        **plain,
        "normal_bg": code["chosen"], "hovered_bg": code["chosen"], "active_bg": code["chosen"],
        "normal_text": code["accent"], "hovered_text": code["accent"], "active_text": code["accent"],
        "normal_border": code["accent"],
    }  # fmt: skip
    misc = {
        "shape": "rounded_rectangle",
        "shape_corner_radius": radius,
        "border_width": "1",
        "shadow_width": "0",
    }
    font = {
        "name": "inter",
        "size": str(size),
        "regular_path": str(font_file()),
        "bold_path": str(font_file(True)),
    }
    label = {**plain, "normal_text": code["text"], "dark_bg": code["background"]}
    return {
        "defaults": {"colours": {**plain}, "font": font, "misc": misc},
        "button": {"colours": plain, "font": font, "misc": misc},
        "#chosen": {"colours": chosen, "font": font, "misc": misc},
        "drop_down_menu": {"colours": plain, "misc": {**misc, "expand_direction": "down"}},
        "selection_list": {
            "colours": {**plain, "dark_bg": code["panel"]},
            "misc": {**misc, "list_item_height": str(round(32 * unit))},
        },
        "tool_tip": {"misc": {"rect_width": str(round(260 * unit))}},
        "tool_tip.text_box": {
            "colours": {**label, "dark_bg": code["panel"], "normal_border": code["line"]},
            "font": font,
            "misc": {**misc, "padding": "8,6"},
        },
    }
