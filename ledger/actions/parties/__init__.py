"""Deeds on parties: found the ledger, admit, suspend, add and revoke keys."""
