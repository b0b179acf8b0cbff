"""Deeds with what is said of goods, places and parties beside events."""
