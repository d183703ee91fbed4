"""Cells, layers, and what happens in them on the way back."""
