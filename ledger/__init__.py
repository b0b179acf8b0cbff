"""Suyuan: a provenance ledger whose every answer can be recomputed by anyone."""
