"""Makes new maps while the window is open."""
