"""Translates pygame events to actions. It knows no lab and no map, only buttons, keys and the mouse position."""

import time

import pygame

from latent_explorer.scene.events import Action, DoubleClick, Key, Leave, Move, Press, Px, Release, Resize, Scroll

DOUBLE_CLICK_SECONDS = 0.35  # seconds between the two presses of a double-click
DOUBLE_CLICK_DISTANCE = 6  # pixels between the two presses, along each axis
SHIFT_KEYS = ("left", "right", "up", "down", "tab", "return")
"""Keys without a character that have another meaning with Shift."""
CTRL_LETTERS = tuple("szyvolfert")
"""Letters with a meaning under Ctrl: save, undo, redo, paste, open."""
KEYPAD = {
    pygame.K_KP4: "left", pygame.K_KP6: "right", pygame.K_KP8: "up", pygame.K_KP2: "down", pygame.K_KP7: "home",
    pygame.K_KP1: "end", pygame.K_KP9: "page up", pygame.K_KP3: "page down", pygame.K_KP_PERIOD: "delete",
}  # fmt: skip
"""Keys of the keypad without Num Lock."""
LEFT_BUTTON, WHEEL_BUTTONS = 1, (4, 5, 6, 7)


class Input:
    def __init__(self) -> None:
        self._mouse: Px = (0.0, 0.0)
        self.was_scripted = False
        """Whether a script or a lesson has put the mouse where it is."""
        self._last_press: tuple[float, Px] = (float("-inf"), (0.0, 0.0))
        self._space_down = False
        self._space_tapped = False
        """Whether Space is down and no mouse button was pressed with it."""
        self._is_latin = False
        """Whether the last letter that was typed was a Latin one: then signs on its keys are signs."""

    @property
    def mouse(self) -> Px | None:
        """Last position of the mouse in pixels; None before the first mouse event."""
        return None if self._mouse == (0.0, 0.0) else self._mouse

    def to_actions(self, event: pygame.event.Event, *, over_widget: bool) -> list[Action]:
        """Return the actions of a pygame event. `over_widget`: a widget lies under the mouse and gets its presses."""
        scripted = getattr(event, "scripted", False)
        if event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            self.was_scripted = scripted
        match event.type:
            case pygame.MOUSEMOTION:
                self._mouse = event.pos
                pressed = any(event.buttons)
                return [Leave() if over_widget and not pressed else Move(event.pos)]
            case pygame.MOUSEBUTTONDOWN if event.button not in WHEEL_BUTTONS and not over_widget:
                self._mouse = event.pos
                return [self._press(event)]
            case pygame.MOUSEBUTTONUP if event.button not in WHEEL_BUTTONS:
                self._mouse = event.pos
                return [Release(event.pos)]
            case pygame.MOUSEWHEEL if not over_widget:
                steps = getattr(event, "precise_y", event.y) or event.y
                return [Scroll(self._mouse, steps)] if steps else []
            case pygame.KEYDOWN:
                if event.key == pygame.K_SPACE:
                    self._space_down = self._space_tapped = True
                    return []
                # a space that is still held was typed before this key
                early: list[Action] = [Key("space")] if self._space_tapped else []
                self._space_tapped = False
                letter = _get_letter(event)
                if event.mod & pygame.KMOD_CTRL and not event.mod & pygame.KMOD_ALT and letter.lower() in CTRL_LETTERS:
                    return [*early, Key(f"ctrl {letter}", scripted=scripted)]
                # other keys with Ctrl or Alt are for the desktop; AltGr types brackets on some layouts and is no Alt
                foreign = event.mod & (pygame.KMOD_CTRL | pygame.KMOD_LALT | pygame.KMOD_META)
                if foreign and not event.mod & pygame.KMOD_RALT:
                    return early
                return [*early, Key(self._get_key_name(event), getattr(event, "unicode", ""), scripted)]
            case pygame.KEYUP if event.key == pygame.K_SPACE:
                self._space_down, tapped, self._space_tapped = False, self._space_tapped, False
                return [Key("space", scripted=scripted)] if tapped else []
            case pygame.WINDOWLEAVE:
                return [Leave()]
            case pygame.VIDEORESIZE | pygame.WINDOWSIZECHANGED:
                size = (event.w, event.h) if event.type == pygame.VIDEORESIZE else (event.x, event.y)
                return [Resize(size)]
        return []

    def _get_key_name(self, event: pygame.event.Event) -> str:
        """Return the printed character of a key, since + and ? lie elsewhere on every keyboard, else pygame's name."""
        text, position = getattr(event, "unicode", ""), _get_position(event)
        shifted = bool(event.mod & pygame.KMOD_SHIFT)
        if event.key in KEYPAD and not event.mod & pygame.KMOD_NUM:
            return f"shift {KEYPAD[event.key]}" if shifted and KEYPAD[event.key] in SHIFT_KEYS else KEYPAD[event.key]
        if position and text and not shifted:
            if text.isascii() and text.isalpha():
                self._is_latin = True
            elif not text.isascii():
                self._is_latin = False
        if position and text and text.isprintable() and not (text.isascii() and (text.isalpha() or self._is_latin)):
            text = position  # another alphabet, which may have signs where the Latin one has letters
        elif not text.isascii() and text.isdigit():
            text = str(int(text))
        if text.isalpha():  # Caps Lock does not count as Shift
            return str(text.upper() if shifted else text.lower())
        if text and text.isprintable():
            return str(text)
        name = pygame.key.name(event.key).replace("enter", "return")
        return f"shift {name}" if shifted and name in SHIFT_KEYS else name

    def _press(self, event: pygame.event.Event) -> Action:
        self._space_tapped = False
        now = getattr(event, "stamp", None) or time.perf_counter()
        when, where = self._last_press
        near = (
            abs(event.pos[0] - where[0]) <= DOUBLE_CLICK_DISTANCE
            and abs(event.pos[1] - where[1]) <= DOUBLE_CLICK_DISTANCE
        )
        double = getattr(event, "double", near and now - when < DOUBLE_CLICK_SECONDS)
        if event.button == LEFT_BUTTON and double:
            self._last_press = (float("-inf"), event.pos)
            return DoubleClick(event.pos)
        self._last_press = (now, event.pos) if event.button == LEFT_BUTTON else (float("-inf"), event.pos)
        return Press(event.pos, pan=event.button != LEFT_BUTTON or self._space_down)


def _get_position(event: pygame.event.Event) -> str:
    """Return the Latin letter at the position of a key on the American keyboard; empty if there is another sign."""
    scancode = getattr(event, "scancode", 0)
    return chr(ord("a") + scancode - pygame.KSCAN_A) if pygame.KSCAN_A <= scancode <= pygame.KSCAN_Z else ""


def _get_letter(event: pygame.event.Event) -> str:
    """Return the letter of a key whatever it prints, by its position if the layout has no Latin letter there."""
    letter = pygame.key.name(event.key).lower()
    if not (letter.isascii() and letter.isalpha()):
        letter = _get_position(event) or letter
    return letter.upper() if event.mod & pygame.KMOD_SHIFT else letter
