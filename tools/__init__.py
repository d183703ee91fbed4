"""The scripts behind the Makefile, in rooms by what they make."""
