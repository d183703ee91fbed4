"""Saving and loading models, and the networks that come with the library."""
