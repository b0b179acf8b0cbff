"""Replaying a whole log from any source, and saying what does not hold: findings, never an exception at the first."""
