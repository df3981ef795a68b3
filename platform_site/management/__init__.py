"""What is run from the command line: the start and stop of everything, the catalog of texts."""
