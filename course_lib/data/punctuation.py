"""Capitals and punctuation: taken out of a text, put back, and scored.

A tag says of one character what has been taken away: "^" if it was a capital, then the
punctuation that followed it; "_" if nothing was.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from .. import validation

CAPITAL, NOTHING = "^", "_"


def take_marks(text: str) -> tuple[str, list[str]]:
    """Return a text without capitals and punctuation, and a tag for every character.

    >>> plain, tags = cl.take_marks('"No," said Ann.')
    >>> plain
    ' no said ann'
    >>> [f"{c}{tag}" for c, tag in zip(plain, tags) if tag != "_"]
    [' "', 'n^', 'o,"', 'a^', 'n.']

    Letters, digits and spaces stay, other white space becomes a space, several one. A
    space is put in front, to which marks at the very beginning belong. Raises
    TypeError for anything but a str, ValueError for a text that holds ^ or _.
    """
    validation.text(text, "text")
    for sign in (CAPITAL, NOTHING):
        if sign in text:
            raise ValueError(
                f"text must not hold {sign!r}, which has a meaning in tags, but does "
                f"at {text.index(sign)}: take it out first"
            )
    plain, tags = [" "], [""]
    for character in " ".join(text.split()):
        if not character.isalnum() and character != " ":
            tags[-1] += character
            continue
        small = character.lower()
        capital = character != small and small.upper() == character
        plain.append(small if capital else character)
        tags.append(CAPITAL if capital else "")
    return "".join(plain), [tag or NOTHING for tag in tags]


def put_marks(plain: str, tags: Sequence[str]) -> str:
    """Return the text that a tag for every character makes of a plain one.

    >>> cl.put_marks(" no said ann", ['"', "^", ',"', *"______", "^", "_", "."])
    '"No," said Ann.'

    It undoes `take_marks`. Raises ValueError unless there are as many tags as
    characters, and the first is the space that `take_marks` puts in front.
    """
    if len(validation.text(plain, "plain")) != len(tags):
        raise ValueError(
            f"there must be a tag for each of {len(plain)} characters, got {len(tags)}"
        )
    if plain[:1] != " ":
        raise ValueError(f"plain must begin with a space, got {plain[:1]!r}")
    text = "".join(_marked(c, tag) for c, tag in zip(plain, tags, strict=True))
    return text[1:]


def _marked(character: str, tag: str) -> str:
    """Return one character with what its tag says."""
    if validation.text(tag, "a tag") == NOTHING:
        return character
    capital = tag.startswith(CAPITAL)
    return (character.upper() if capital else character) + tag.removeprefix(CAPITAL)


class MarkScore(NamedTuple):
    """How well one kind of mark was put back.

    >>> score = cl.MarkScore(right=2, said=4, there=8)
    >>> score.precision, score.recall, round(score.f1, 3)
    (0.5, 0.25, 0.333)

    right: marks put where they belong; said: all that were put; there: all that belong.
    """

    right: int
    said: int
    there: int

    @property
    def precision(self) -> float:
        """Give the share of marks put that are right; 0 if none was."""
        return self.right / self.said if self.said else 0.0

    @property
    def recall(self) -> float:
        """Give the share of marks there that were put; 0 if there is none."""
        return self.right / self.there if self.there else 0.0

    @property
    def f1(self) -> float:
        """Give the harmonic mean of precision and recall (van Rijsbergen 1979)."""
        both = self.said + self.there
        return 2 * self.right / both if both else 0.0


def _signs(tag: str) -> Counter:
    """Return how often each sign stands in a tag."""
    return Counter(validation.text(tag, "a tag").replace(NOTHING, ""))


def mark_scores(said: Sequence[str], there: Sequence[str]) -> dict[str, MarkScore]:
    """Score tags: for "capitals", for all "punctuation", and for each sign of it.

    >>> _, there = cl.take_marks("No, said Ann.")
    >>> scores = cl.mark_scores(["_"] * len(there), there)
    >>> scores["capitals"], scores["punctuation"].f1
    (MarkScore(right=0, said=0, there=2), 0.0)

    said, there: tags of the same characters. Of a tag with several signs each counts.
    Raises ValueError unless both are of one length.
    """
    if len(said) != len(there):
        raise ValueError(
            f"said and there must have one length, got {len(said)} and {len(there)}"
        )
    totals = {"right": Counter(), "said": Counter(), "there": Counter()}
    for one, other in zip(said, there, strict=True):
        put, belongs = (_signs(tag) for tag in (one, other))
        totals["said"] += put
        totals["there"] += belongs
        totals["right"] += put & belongs
    signs = sorted(set(totals["there"]) | set(totals["said"]))
    each = {s: MarkScore(*(count[s] for count in totals.values())) for s in signs}
    capitals = each.pop(CAPITAL, MarkScore(0, 0, 0))
    every = MarkScore(*map(sum, zip(*each.values(), strict=True))) if each else None
    punctuation = every or MarkScore(0, 0, 0)
    return {"capitals": capitals, "punctuation": punctuation, **each}
