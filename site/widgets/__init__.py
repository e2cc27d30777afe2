"""Serves the widgets: a page, a part, data, a picture, an embed."""
