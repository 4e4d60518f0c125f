"""How the API is spelled."""
