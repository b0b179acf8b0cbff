"""Keeping files beside the ledger: taking them in, showing them, checking them, letting go of them."""
