"""What analysts judge: questions that the record itself answers, what was said of them, and how well that held."""
