"""Draws views on surfaces."""
