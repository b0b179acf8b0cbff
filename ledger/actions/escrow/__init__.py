"""Deeds of the escrow: records posted, lines read, deadlines kept, statements signed."""
