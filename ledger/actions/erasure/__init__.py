"""Erasing: who must sign it, what goes with it, and that nothing stays behind or comes back."""
