"""Measures of speed: what the ledger does per second on this machine, each beside its floor."""
