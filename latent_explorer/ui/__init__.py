"""The window: the only place that knows pygame and pygame_gui."""
