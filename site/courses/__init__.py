"""What is there to read? Lessons, glossary, sources, search."""
