"""The site's search: what the pages say, written for a script in the browser to find.

`sections.py` reads the finished pages, `glossary.py` the glossary's names and the
chapters that teach them, `page.py` makes the search's page and writes all of it. In the
browser `words.js` cuts texts into words, `ranking.js` indexes and ranks them with
MiniSearch, and `results.js` shows what was found. `synonyms.yml` is there to be edited.
"""
