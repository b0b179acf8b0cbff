"""The ledger over HTTP: routes, pages, and how failures are said."""
