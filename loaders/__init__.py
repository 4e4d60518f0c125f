"""Real lists and sheets become checked values here."""
