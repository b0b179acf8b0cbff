"""Codes of items, as pictures and in a terminal."""
