"""The rules of findings, one file per family."""
