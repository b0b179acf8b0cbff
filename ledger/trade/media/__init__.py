"""Files beside the ledger, as bytes: what they are, what is taken out of them, what is refused."""
