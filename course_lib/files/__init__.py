"""A file written whole or not at all, and the one format that the library writes."""
