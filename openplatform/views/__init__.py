"""The pages of the Open Platform, and its part of the desk."""
