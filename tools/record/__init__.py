"""What is too slow for a page: recorded runs, the ledger, shipped networks."""
