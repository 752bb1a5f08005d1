"""What the window is asked to do beside showing the state. `update` returns effects as values; the window runs them."""

from enum import Enum


class Effect(Enum):
    """A task of the window."""

    SAVE_SESSION = "save the session to a new file"
    SAVE_GALLERY = "save the gallery to a new file"
    SAVE_TUNED = "write the model that was fine-tuned to a new file"
    OPEN_FILE = "ask for a picture or a session and open it"
    RESTORE_LAST_SESSION = "open the session of the last run"
    VIEW_SAMPLE = "open the file of the sample at the mouse in the system's viewer"
    PASTE = "read the user's picture from the clipboard"
    TAKE_SCREENSHOT = "write what the window shows to a new file"
    RESET_PAGE = "set the page of the lesson up anew"
    WRITE_LESSON = "write the lesson that was recorded to a new file"
    TOGGLE_RECORDING = "begin a recording, or end it and write it"
