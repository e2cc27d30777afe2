"""Commands of the one who runs the site."""
