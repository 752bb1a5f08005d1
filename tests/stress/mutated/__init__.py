"""Mutated files of every kind that the program reads, and what opening them may cost."""
