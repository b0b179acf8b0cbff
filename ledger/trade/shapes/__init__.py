"""Closed JSON shapes: frozen dataclasses whose fields say what each member may be, and the kinds of value they have."""
