"""The questions before a transition, by subject; each refuses by its own name."""
