"""The closed table of transitions as data: what moves an order line, signed by whom, when, and with which postings."""
