"""The command line, one file per noun. Prints what queries and readings say; decides nothing itself."""
