"""Stories of the escrow, told by parties with their own keys to a ledger on whose clock the days pass quickly."""
