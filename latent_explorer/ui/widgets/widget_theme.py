"""The theme of the widgets, as pygame_gui reads it: the colours and sizes of `ui.render.theme`."""

from typing import Any

from latent_explorer.ui.render.theme import DARK, FONT_SIZES, LIGHT, find_font_file, mix, parse_rgb

CONTROL_ROW_HEIGHT = 42
"""Height of a row of a lab's controls, in design pixels."""
FAINT_SHARE = 0.15
"""Share of the background in the text of what cannot be chosen."""
Block = dict[str, Any]
"""What pygame_gui's theme says of one element."""


def compute_font_height(ui_scale: float) -> int:
    return max(9, round(FONT_SIZES["small"] * ui_scale * 1.08))


def make_widget_theme(name: str, ui_scale: float) -> dict[str, Block]:
    """Return the theme "dark" or "light" as a pygame_gui theme dictionary."""
    code = DARK if name == "dark" else LIGHT
    plain, misc, font = _make_plain_colours(code), _make_shape(6, ui_scale), _make_font(ui_scale)
    alignment = {"text_horiz_alignment": "left", "text_horiz_alignment_padding": str(round(10 * ui_scale))}
    label = {**plain, "dark_bg": code["background"]}
    return {
        "defaults": {"colours": {**plain}, "font": font, "misc": misc},
        "button": {"colours": plain, "font": font, "misc": misc},
        "#chosen": {"colours": _make_chosen_colours(code), "font": font, "misc": misc},
        "#barred": {"colours": _make_barred_colours(code), "font": font, "misc": misc},
        "#name": {"colours": label, "font": font, "misc": {"text_horiz_alignment": "left"}},
        **_make_menu_blocks(code, ui_scale, {**misc, "border_width": "0", **alignment}),
        **_make_slider_blocks(code, ui_scale),
        "tool_tip": {"misc": {"rect_width": str(round(260 * ui_scale))}},
        "tool_tip.text_box": {
            "colours": {**plain, "dark_bg": code["panel"], "normal_border": code["line"]},
            "font": font,
            "misc": {**misc, "padding": "8,6"},
        },
    }


def _make_plain_colours(code: dict[str, str]) -> dict[str, str]:
    return {
        "normal_bg": code["button"], "hovered_bg": code["hover"], "active_bg": code["hover"],
        "selected_bg": code["accent"], "disabled_bg": code["button"], "dark_bg": code["panel"],
        "normal_text": code["text"], "hovered_text": code["text"], "active_text": code["text"],
        "selected_text": code["on accent"], "disabled_text": code["muted"],
        "normal_border": code["line"], "hovered_border": code["accent"], "active_border": code["accent"],
        "selected_border": code["accent"], "disabled_border": code["line"],
    }  # fmt: skip


def _make_chosen_colours(code: dict[str, str]) -> dict[str, str]:
    """Return the colours of a button whose option is chosen."""
    return {
        **_make_plain_colours(code),
        "normal_bg": code["chosen"], "hovered_bg": code["chosen"], "active_bg": code["chosen"],
        "normal_text": code["accent"], "hovered_text": code["accent"], "active_text": code["accent"],
        "normal_border": code["accent"],
    }  # fmt: skip


def _make_barred_colours(code: dict[str, str]) -> dict[str, str]:
    """Return the colours of a button whose option cannot be chosen."""
    faint = "#{:02x}{:02x}{:02x}".format(*mix(parse_rgb(code["muted"]), parse_rgb(code["background"]), FAINT_SHARE))
    return {
        **_make_plain_colours(code),
        "normal_bg": code["background"], "hovered_bg": code["background"], "active_bg": code["background"],
        "normal_text": faint, "hovered_text": code["muted"], "active_text": code["muted"],
        "hovered_border": code["line"],
    }  # fmt: skip


def _make_menu_blocks(code: dict[str, str], ui_scale: float, entry_misc: dict[str, str]) -> dict[str, Block]:
    plain, misc = _make_plain_colours(code), _make_shape(6, ui_scale)
    entry = {"colours": plain, "font": _make_font(ui_scale), "misc": entry_misc}
    return {
        "drop_down_menu": {
            "colours": {**plain, "dark_bg": code["button"]},
            "misc": {**misc, "expand_direction": "down", "open_button_width": str(round(22 * ui_scale))},
        },
        # its two halves fill the frame of the menu and have no border themselves
        "drop_down_menu.button": entry,
        "drop_down_menu.#expand_button": {  # its arrow comes from pygame_gui's symbol font
            "font": {"name": "fira_code_symbols", "size": str(max(14, round(14 * ui_scale)))},
            "misc": {"border_width": "0", "text_horiz_alignment": "center", "text_horiz_alignment_padding": "0"},
        },
        "selection_list": {
            "colours": {**plain, "dark_bg": code["panel"]},
            "misc": {**misc, "list_item_height": str(round(32 * ui_scale))},
        },
        "drop_down_menu.selection_list.button": entry,
    }


def _make_slider_blocks(code: dict[str, str], ui_scale: float) -> dict[str, Block]:
    plain, misc = _make_plain_colours(code), _make_shape(8, ui_scale)
    handle = {"normal_bg": code["accent"], "hovered_bg": code["text"], "active_bg": code["text"]}
    return {
        "horizontal_slider": {
            "colours": {**plain, "dark_bg": code["line"], "normal_border": code["line"]},
            "misc": {**misc, "enable_arrow_buttons": "0", "sliding_button_width": str(round(16 * ui_scale))},
        },
        "horizontal_slider.#sliding_button": {
            "colours": {**plain, **handle, "normal_border": code["accent"]},
            "misc": misc,
        },
    }


def _make_shape(radius: int, ui_scale: float) -> dict[str, str]:
    """Return what pygame_gui calls "misc": a frame with round corners of a `radius` in design pixels."""
    corner = str(max(2, round(radius * ui_scale)))
    return {"shape": "rounded_rectangle", "shape_corner_radius": corner, "border_width": "1", "shadow_width": "0"}


def _make_font(ui_scale: float) -> dict[str, str]:
    regular, bold = str(find_font_file()), str(find_font_file(True))
    size = str(compute_font_height(ui_scale))
    return {"name": "inter", "size": size, "regular_path": regular, "bold_path": bold}
