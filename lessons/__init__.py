"""What is true, and how is it shown? Pure Python and NumPy; nothing here knows Django."""
