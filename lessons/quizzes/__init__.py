"""What is asked, and what does an answer mean? Kinds, bank, marking."""
