"""What those who run a server look at: health, metrics and logs. Changes nothing, and tells no secret."""
