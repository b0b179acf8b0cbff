"""The records of classes description, inspection, recall, evidence and scan."""
