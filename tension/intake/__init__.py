"""Takes parsed rows into the store and keeps the books: ledger, refresh, inbox."""
