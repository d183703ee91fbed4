"""A small made-up language in which speech and asides are SHOUTED.

A sentence tells who did what; what somebody says in quotes, or what stands in brackets,
is in capitals. To write it a model must remember, for the length of a sentence, that a
quote or a bracket was opened: something for a memory cell to hold.
"""

from operator import add
from random import Random

from .. import validation

WORDS = {
    "names": "keeper pilot cook girl boy goat seal gull widow mate",
    "verbs": "saw met fed lost drew hid found rang left mended",
    "kinds": "old wet red thin proud tired brass quiet",
    "things": "lamp bell boat log oil rope kettle chart",
    "places": "rock pier tower cove stair kiln",
    "near": "by near under behind",
}
NAMES, VERBS, KINDS, THINGS, PLACES, NEAR = (
    words.split(" ") for words in WORDS.values()
)


def shouting(sentences: int = 2000, seed: int = 0, silence: int = 0) -> str:
    """Return that many sentences of the language; one seed gives one text.

    >>> shouting.shouting(2)
    'the boy left the pilot. the girl said "THE PILOT MENDED THE MATE". '
    >>> shouting.shouting(1, silence=6)
    'the      boy    left     the    pilot.    '

    silence: how many spaces more there are between two words, at most; their number is
    drawn from silence // 2 to silence, and the sentences stay the same. A letter two
    back tells whether a word is shouted; where there is a silence, no letter near does.
    """
    rng = Random(seed)
    text = "".join(_sentence(rng) for _ in range(sentences))
    least, most = validation.whole(silence, 0, "silence") // 2, silence
    drawn = Random(f"silence {seed}")  # so the sentences are those without silence
    words = text.split(" ")
    gaps = [" " * (1 + drawn.randint(least, most)) for _ in words[1:]]
    return "".join(map(add, words, [*gaps, ""]))


def _sentence(rng: Random) -> str:
    """Make one sentence: with speech, with an aside, or plain."""
    kind = rng.random()
    if kind < 0.5:
        return f'the {rng.choice(NAMES)} said "{_clause(rng).upper()}". '
    if kind < 0.75:
        return f"{_clause(rng)} ({_clause(rng).upper()}). "
    return f"{_clause(rng)}. "


def _clause(rng: Random) -> str:
    """Make a clause: somebody did something to something, perhaps somewhere."""
    clause = f"{_noun(rng, NAMES)} {rng.choice(VERBS)} {_noun(rng, THINGS + NAMES)}"
    if rng.random() < 0.35:
        clause += f" {rng.choice(NEAR)} the {rng.choice(PLACES)}"
    return clause


def _noun(rng: Random, nouns: list[str]) -> str:
    """Make a noun with its article, and sometimes a word about it."""
    about = f"{rng.choice(KINDS)} " if rng.random() < 0.3 else ""
    article = "a" if rng.random() < 0.25 and not about.startswith("o") else "the"
    return f"{article} {about}{rng.choice(nouns)}"
