"""Draws views on pygame surfaces."""
