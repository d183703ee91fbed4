"""Wrong answers for every check of the course, a module a chapter.

Each module has `MISTAKES`, a list of (name of the check, answers, words of the message).
The answers are code: that of a cell, after which the names in the call are defined.
"""
