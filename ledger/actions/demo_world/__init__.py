"""An honest small world of our own invention: one tea, from the garden to the shop."""
