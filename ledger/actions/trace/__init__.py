"""Reading what was captured: records, traces, receipts."""
