"""Deeds with requests: carried out once, however often they are sent."""
