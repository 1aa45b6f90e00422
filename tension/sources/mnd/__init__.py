"""Taiwan's Ministry of National Defense: daily bulletins, read from their Chinese or English words."""
