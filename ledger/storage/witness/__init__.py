"""What a witness keeps, in a database of its own: the logs it knows, what it cosigned last, and signed contradictions."""
