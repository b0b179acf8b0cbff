"""Where the ledger is kept: SQL tables, their migrations, and the known attacks on them."""
