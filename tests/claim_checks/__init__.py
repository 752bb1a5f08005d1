"""What the lessons, the README and the window claim of models, maps and data, and how each claim is checked."""
