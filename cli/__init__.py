"""The command line for merchants, auditors and operators; one file per command."""
