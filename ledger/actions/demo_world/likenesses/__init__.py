"""Drawn pictures and 3D models of the goods: no photographs, and labelled as none."""
