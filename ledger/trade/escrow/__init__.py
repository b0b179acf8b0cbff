"""Money held for an order until the goods are what was promised: the rules, as a fold over signed records."""
