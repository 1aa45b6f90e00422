"""What is recorded: the closed lists, the shapes and their rules, and the only reader of data/."""
