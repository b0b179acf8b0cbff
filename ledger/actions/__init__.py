"""Deeds: one file each, by subject; they own the transaction, open sockets and files, and read the clock."""
