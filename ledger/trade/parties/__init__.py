"""Who may write: the governance records, the table of signers, and the fold that says whose key is valid at which entry."""
