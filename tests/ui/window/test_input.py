import pygame
import pytest

from latent_explorer.scene.events import DoubleClick, Key, Leave, Move, Press, Release, Resize, Scroll
from latent_explorer.shell.keymap import KEYMAP
from latent_explorer.ui.window.input import DOUBLE_CLICK_SECONDS, Input

pytestmark = pytest.mark.usefixtures("surface")


@pytest.fixture
def feed():
    """Feeds events to one `Input` and gives the actions."""
    one = Input()

    def feed(kind: int, *, covered: bool = False, **fields):
        return one.to_actions(pygame.event.Event(kind, **fields), over_widget=covered)

    return feed


def down(feed, pos, button=1, stamp=1.0, **options):
    return feed(pygame.MOUSEBUTTONDOWN, pos=pos, button=button, stamp=stamp, **options)


def test_motion_is_a_move_and_over_a_widget_a_leave(feed):
    assert feed(pygame.MOUSEMOTION, pos=(3, 4), buttons=(0, 0, 0)) == [Move((3, 4))]
    assert feed(pygame.MOUSEMOTION, pos=(3, 4), buttons=(0, 0, 0), covered=True) == [Leave()]
    assert feed(pygame.MOUSEMOTION, pos=(3, 4), buttons=(1, 0, 0), covered=True) == [Move((3, 4))]
    assert feed(pygame.WINDOWLEAVE) == [Leave()]


@pytest.mark.parametrize("name", [key for one in KEYMAP for key in one.keys if key.startswith("ctrl ")])
def test_every_key_with_ctrl_that_does_something_arrives(feed, name):
    letter = name[-1]
    mod = pygame.KMOD_LCTRL | (pygame.KMOD_LSHIFT if letter.isupper() else 0)
    code, place = ord(letter.lower()), pygame.KSCAN_A + ord(letter.lower()) - ord("a")
    assert feed(pygame.KEYDOWN, key=code, mod=mod, unicode="", scancode=place) == [Key(name)]


def test_it_is_known_whether_a_script_has_put_the_mouse_there():
    one = Input()
    for scripted in (True, False):
        one.to_actions(
            pygame.event.Event(pygame.MOUSEMOTION, pos=(3, 4), buttons=(0, 0, 0), scripted=scripted), over_widget=False
        )
        assert one.was_scripted == scripted


def test_the_left_button_presses_and_the_others_pan(feed):
    assert down(feed, (5, 5)) == [Press((5, 5), pan=False)]
    assert feed(pygame.MOUSEBUTTONUP, pos=(6, 5), button=1) == [Release((6, 5))]
    assert down(feed, (90, 5), 3) == [Press((90, 5), pan=True)]
    assert down(feed, (90, 5), 2) == [Press((90, 5), pan=True)]


def test_a_press_on_a_widget_is_the_widgets(feed):
    assert down(feed, (5, 5), covered=True) == []


@pytest.mark.parametrize("button", [4, 5, 6, 7])
def test_the_wheel_is_no_button(feed, button):
    assert down(feed, (5, 5), button) == []
    assert feed(pygame.MOUSEBUTTONUP, pos=(5, 5), button=button) == []


def test_two_quick_presses_on_one_spot_are_a_double_click_and_a_third_is_not(feed):
    assert down(feed, (5, 5), stamp=1.0) == [Press((5, 5))]
    assert down(feed, (7, 4), stamp=1.0 + DOUBLE_CLICK_SECONDS / 2) == [DoubleClick((7, 4))]
    assert down(feed, (7, 4), stamp=1.0 + DOUBLE_CLICK_SECONDS) == [Press((7, 4))]


@pytest.mark.parametrize(("pos", "stamp", "button"), [((5, 5), 1.5, 1), ((30, 5), 1.1, 1), ((5, 5), 1.1, 3)])
def test_late_far_or_another_button_is_no_double_click(feed, pos, stamp, button):
    down(feed, (5, 5), stamp=1.0)
    (action,) = down(feed, pos, button, stamp)
    assert isinstance(action, Press)


def test_a_left_press_after_a_right_one_is_no_double_click(feed):
    down(feed, (5, 5), stamp=1.0)
    down(feed, (5, 5), 3, stamp=1.1)
    assert down(feed, (5, 5), stamp=1.2) == [Press((5, 5))]


def test_the_wheel_scrolls_where_the_mouse_was(feed):
    feed(pygame.MOUSEMOTION, pos=(40, 50), buttons=(0, 0, 0))
    assert feed(pygame.MOUSEWHEEL, x=0, y=1, precise_y=0.25) == [Scroll((40, 50), 0.25)]
    assert feed(pygame.MOUSEWHEEL, x=0, y=-2) == [Scroll((40, 50), -2)]
    assert feed(pygame.MOUSEWHEEL, x=1, y=0, precise_y=0.0) == []
    assert feed(pygame.MOUSEWHEEL, x=0, y=1, covered=True) == []


def test_space_held_pans_with_the_left_button(feed):
    assert feed(pygame.KEYDOWN, key=pygame.K_SPACE, mod=0, unicode=" ") == []
    assert down(feed, (5, 5)) == [Press((5, 5), pan=True)]
    assert feed(pygame.KEYUP, key=pygame.K_SPACE, mod=0) == []
    assert down(feed, (500, 5)) == [Press((500, 5), pan=False)]


@pytest.mark.parametrize(
    ("key", "mod", "unicode", "name"),
    [
        (pygame.K_a, 0, "a", "a"),
        (pygame.K_m, pygame.KMOD_SHIFT, "M", "M"),
        (pygame.K_7, pygame.KMOD_SHIFT, "/", "/"),
        (pygame.K_MINUS, pygame.KMOD_SHIFT, "?", "?"),
        (pygame.K_F1, 0, "", "f1"),
        (pygame.K_ESCAPE, 0, "\x1b", "escape"),
        (pygame.K_RETURN, 0, "\r", "return"),
        (pygame.K_TAB, 0, "\t", "tab"),
        (pygame.K_BACKSPACE, 0, "\b", "backspace"),
        (pygame.K_LEFT, 0, "", "left"),
        (pygame.K_LEFT, pygame.KMOD_LSHIFT, "", "shift left"),
    ],
)
def test_keys_are_what_is_printed_or_their_name(feed, key, mod, unicode, name):
    assert feed(pygame.KEYDOWN, key=key, mod=mod, unicode=unicode) == [Key(name)]


def test_resizing(feed):
    assert feed(pygame.VIDEORESIZE, w=300, h=200, size=(300, 200)) == [Resize((300, 200))]
    assert feed(pygame.WINDOWSIZECHANGED, x=300, y=200) == [Resize((300, 200))]


def test_other_events_mean_nothing(feed):
    assert feed(pygame.USEREVENT) == []
    assert feed(pygame.KEYUP, key=pygame.K_a, mod=0) == []


@pytest.mark.parametrize(
    ("code", "mod", "text", "scancode", "name"),
    [
        (pygame.K_c, pygame.KMOD_CAPS, "C", pygame.KSCAN_C, "c"),
        (pygame.K_m, pygame.KMOD_CAPS | pygame.KMOD_LSHIFT, "m", pygame.KSCAN_M, "M"),
        (0x44C, 0, "\u044c", pygame.KSCAN_M, "m"),
        (pygame.K_KP_ENTER, 0, "\r", pygame.KSCAN_KP_ENTER, "return"),
        (pygame.K_c, pygame.KMOD_LCTRL, "\x03", pygame.KSCAN_C, None),
        (pygame.K_TAB, pygame.KMOD_LALT, "\t", pygame.KSCAN_TAB, None),
        (pygame.K_8, pygame.KMOD_RALT, "[", pygame.KSCAN_8, "["),
        (0x44B, pygame.KMOD_LCTRL, "", pygame.KSCAN_S, "ctrl s"),
        (0x44F, pygame.KMOD_LCTRL | pygame.KMOD_LSHIFT, "", pygame.KSCAN_Z, "ctrl Z"),
        (0x3C9, pygame.KMOD_RCTRL, "", pygame.KSCAN_V, "ctrl v"),
        (0xE22, pygame.KMOD_RCTRL, "", pygame.KSCAN_O, "ctrl o"),
        (pygame.K_z, pygame.KMOD_LCTRL, "", pygame.KSCAN_W, "ctrl z"),  # a French keyboard
        (pygame.K_QUOTE, 0, "'", pygame.KSCAN_W, "w"),  # a Hebrew one
        (pygame.K_SLASH, 0, "/", pygame.KSCAN_Q, "q"),
        (0x5E9, 0, "\u05e9", pygame.KSCAN_A, "a"),
        (0xE31, 0, "\u0e31", pygame.KSCAN_Y, "y"),  # a Thai one: no letter, but a mark
        (0x661, 0, "\u0661", pygame.KSCAN_1, "1"),
        (pygame.K_KP4, 0, "", pygame.KSCAN_KP4, "left"),
        (pygame.K_KP4, pygame.KMOD_NUM, "4", pygame.KSCAN_KP4, "4"),
        (pygame.K_KP8, pygame.KMOD_LSHIFT, "", pygame.KSCAN_KP8, "shift up"),
        (pygame.K_KP7, 0, "", pygame.KSCAN_KP7, "home"),
        (pygame.K_KP3, 0, "", pygame.KSCAN_KP3, "page down"),
    ],
)
def test_keys_mean_the_same_on_every_keyboard(code, mod, text, scancode, name):
    event = pygame.event.Event(pygame.KEYDOWN, key=code, mod=mod, unicode=text, scancode=scancode)
    assert Input().to_actions(event, over_widget=False) == ([] if name is None else [Key(name)])


def test_a_sign_on_a_latin_keyboard_stays_a_sign():
    given = Input()
    for code, text, name in ((pygame.K_a, "a", "a"), (pygame.K_QUOTE, "'", "'")):
        event = pygame.event.Event(pygame.KEYDOWN, key=code, mod=0, unicode=text, scancode=pygame.KSCAN_Q)
        assert given.to_actions(event, over_widget=False) == [Key(name)]


def test_a_space_that_was_let_go_counts_once(feed):
    feed(pygame.KEYDOWN, key=pygame.K_SPACE, mod=0, unicode=" ")
    assert feed(pygame.KEYUP, key=pygame.K_SPACE, mod=0) == [Key("space")]
    assert feed(pygame.KEYDOWN, key=pygame.K_c, mod=0, unicode="c") == [Key("c")]


def test_a_space_that_is_still_held_comes_before_the_next_letter(feed):
    feed(pygame.KEYDOWN, key=pygame.K_SPACE, mod=0, unicode=" ")
    assert feed(pygame.KEYDOWN, key=pygame.K_c, mod=0, unicode="c") == [Key("space"), Key("c")]
    assert feed(pygame.KEYUP, key=pygame.K_SPACE, mod=0) == []
