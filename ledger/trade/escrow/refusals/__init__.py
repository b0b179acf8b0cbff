"""Why the rules refuse an escrow record: one class per reason, in files that stand in the order of their precedence."""
