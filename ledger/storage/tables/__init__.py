"""SQLModel tables by subject: the ledger itself, the log's caches, indexes, parties, access."""
