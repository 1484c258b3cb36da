"""Second floor: who attends and where they sit."""
