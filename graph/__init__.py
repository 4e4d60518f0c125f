"""What the partner graph means, how it is kept, and what is computed on it."""
