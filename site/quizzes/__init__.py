"""Takes answers to questions and shows what they mean."""
