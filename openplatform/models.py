"""Nothing is kept here yet: see CHANGELOG.md for what has been built."""
