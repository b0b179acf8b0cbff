"""The closed shapes of escrow records, by subject."""
