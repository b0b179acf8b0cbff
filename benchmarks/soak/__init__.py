"""A long load with readers that verify everything: `make load`."""
