"""What each question means: plain functions of a context and domain values."""
