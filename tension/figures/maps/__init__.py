"""What a map shows, as plain data: land, layers, gathered events, areas by date. Draws nothing, knows no UI."""
