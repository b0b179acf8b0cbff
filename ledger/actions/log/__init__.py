"""Deeds on the log: sequence, publish, open as a source to audit, back up."""
