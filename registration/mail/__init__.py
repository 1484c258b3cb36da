"""Letter box: enqueue(), dispatch, the catalogue of kinds."""
