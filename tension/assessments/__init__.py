"""From a claim to what its indicators say on any day, the evidence behind it and its words."""
