"""The ledger measured: postings beside the bare driver, the proof of the books, value that ends."""
