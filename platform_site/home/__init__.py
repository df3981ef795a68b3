"""Pages that show several stages at once: the platform's home, the console's home, help, and what errors say."""
