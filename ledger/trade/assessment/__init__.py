"""What a reader may make of an item's records: grades of evidence, expected steps, findings, recalls, and one verdict."""
