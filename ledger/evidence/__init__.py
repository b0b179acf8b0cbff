"""What can be proven: bytes in, trusted object or named error out."""
