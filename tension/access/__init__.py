"""Who may do what to the others who use the same server, and the record of what was done. Knows no interface."""
