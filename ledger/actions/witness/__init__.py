"""What a witness does: cosign what grows out of what it cosigned before, and get to know logs."""
