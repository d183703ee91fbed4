"""The library's reference, made from its docstrings."""
