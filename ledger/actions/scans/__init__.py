"""Scans counted, PINs set and checked, items claimed and passed on, labels reported."""
