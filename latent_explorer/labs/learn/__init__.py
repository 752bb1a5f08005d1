"""The Learn lab: a training as a film."""
