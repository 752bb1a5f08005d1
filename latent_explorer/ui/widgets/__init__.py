"""The window's controls as pygame_gui elements."""
