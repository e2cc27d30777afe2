"""What templates ask of the bank."""
