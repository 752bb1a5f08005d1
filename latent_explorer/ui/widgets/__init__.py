"""The controls of the window as pygame_gui elements."""
