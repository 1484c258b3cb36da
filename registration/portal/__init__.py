"""Window: a delegate's own page. Reads only."""
