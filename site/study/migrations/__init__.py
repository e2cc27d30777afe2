"""How the tables of study came to be."""
