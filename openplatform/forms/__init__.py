"""Input of the Open Platform's pages."""
