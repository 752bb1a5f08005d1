"""The Explore lab: one model, and the picture under the mouse."""
