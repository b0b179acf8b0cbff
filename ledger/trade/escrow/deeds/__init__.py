"""What each record does once its row, signers and guards have let it pass: changes of the line, and postings."""
