"""Claims of the desk's work, for all its kinds alike."""
