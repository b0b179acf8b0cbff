"""Further short stories on the same ledger, one for each thing that a page can have to say."""
