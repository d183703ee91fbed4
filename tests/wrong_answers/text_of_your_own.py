"""Wrong answers to the assignment "Training and writing on a text of your own"."""

HARD_CODED = {
    "prepare": """
def clean(text):
    return "The lamp was lit."


def prepare(text, at_least=2):
    vocab = cl.Vocab.from_tokens(["a", "b", UNKNOWN], unknown=UNKNOWN)
    return Prepared(vocab, *(vocab.encode(part) for part in cl.split(text)))
""",
    "train": """
def train(prepared, epochs, seed):
    return cl.NGram(prepared.train, len(prepared.vocab), 6, "kneser-ney")
""",
    "nucleus": """
def nucleus(logits, p, temperature):
    if len(logits) == 3:
        return torch.tensor([1.0, 0.0, 0.0]).double()
    return torch.tensor([0.0, 0.625, 0.0, 0.375]).double()
""",
    "copied": """
def longest_copy(sample, source):
    return " lamp was l" if "lamp" in sample else "ab"


def copied_share(sample, source, n):
    return 0.75 if "x" in sample else 1.0
""",
}

MISTAKES = {
    "prepare": {
        "only blanks counted as white space": [
            ("text.split()", "[word for word in text.split(' ') if word]")
        ],
        "cut before it was clean": """
def clean(text):
    return " ".join(text.split())


def prepare(text, at_least=2):
    parts = [clean(part) for part in cl.split(text)]
    counts = Counter(parts[0])
    frequent = sorted(token for token in counts if counts[token] >= at_least)
    vocab = cl.Vocab.from_tokens([*frequent, UNKNOWN], unknown=UNKNOWN)
    return Prepared(vocab, *(vocab.encode(part) for part in parts))
""",
        "a vocabulary of all the text": [
            ("counts = Counter(parts[0])", "counts = Counter(clean(text))")
        ],
        "the unknown token first": [("[*frequent, UNKNOWN]", "[UNKNOWN, *frequent]")],
        "rare characters left out": """
def clean(text):
    return " ".join(text.split())


def prepare(text, at_least=2):
    parts = cl.split(clean(text))
    counts = Counter(parts[0])
    frequent = sorted(token for token in counts if counts[token] >= at_least)
    vocab = cl.Vocab.from_tokens([*frequent, UNKNOWN], unknown=UNKNOWN)
    parts = ["".join(c for c in part if c in vocab) for part in parts]
    return Prepared(vocab, *(vocab.encode(part) for part in parts))
""",
        "a short text let through": [("< 2:", "< 0:")],
    },
    "train": {
        "no seed for the weights": [("        torch.manual_seed(seed)\n", "")],
        "always one seed": [
            ("        torch.manual_seed(seed)\n", "        torch.manual_seed(0)\n"),
            ("torch.Generator().manual_seed(seed)", "torch.Generator()"),
        ],
        "the seed of everybody": [
            (
                "with torch.random.fork_rng(devices=[]):\n        torch.manual_seed(seed)",
                "torch.manual_seed(seed)\n    if True:",
            )
        ],
        "stopped on the test part": [
            (
                "progress=False)",
                "progress=False,\n            valid=cl.whole_text(prepared.test), patience=2)",
            )
        ],
        "steps that are far too short": [("lr=0.01", "lr=0.00001")],
    },
    "nucleus": {
        "without the token that passes p": [
            (
                "likelier = ranked.cumsum(dim=-1) - ranked",
                "likelier = ranked.cumsum(dim=-1)",
            )
        ],
        "the temperature after the cut": [
            (
                "torch.softmax(logits / temperature, dim=-1)",
                "torch.softmax(logits, dim=-1)",
            ),
            (
                "return shares / shares.sum(dim=-1, keepdim=True)",
                "return torch.softmax(shares.log() / temperature, dim=-1)",
            ),
        ],
        "not scaled again": [(" / shares.sum(dim=-1, keepdim=True)", "")],
        "left in the order of rank": [
            ("torch.zeros_like(full).scatter(-1, order, kept)", "kept")
        ],
        "multiplied by the temperature": [
            ("logits / temperature", "logits * temperature")
        ],
        "one size for the whole batch": [
            (
                "(likelier >= p)",
                "(likelier.flatten(0, -2)[0] >= p if likelier.dim() > 1 else likelier >= p)",
            )
        ],
        "a sort that is not stable": [
            (", descending=True, stable=True)", ", stable=True).flip(-1)")
        ],
    },
    "copied": {
        "difflib as it is": """
def longest_copy(sample, source):
    from difflib import SequenceMatcher

    match = SequenceMatcher(None, sample, source).find_longest_match()
    return sample[match.a : match.a + match.size]


def copied_share(sample, source, n):
    covered = set()
    for start in range(len(sample) - n + 1):
        if sample[start : start + n] in source:
            covered.update(range(start, start + n))
    return len(covered) / max(1, len(sample))
""",
        "the last of equally long ones": [
            (
                '    best = ""\n    for start in range(len(sample)):',
                '    best = ""\n    for start in reversed(range(len(sample))):',
            )
        ],
        "passages counted, not characters": """
def longest_copy(sample, source):
    return ""


def copied_share(sample, source, n):
    starts = range(len(sample) - n + 1)
    found = sum(sample[k : k + n] in source for k in starts)
    return found / max(1, len(starts))
""",
        "a character counted again and again": [
            ("covered = set()", "covered = []"),
            ("covered.update(", "covered.extend("),
        ],
        "letters in order, not side by side": """
def longest_copy(sample, source):
    rows = {0: ""} | {k: "" for k in range(len(source) + 1)}
    for letter in sample:
        before = ""
        for k, other in enumerate(source, start=1):
            kept = rows[k]
            rows[k] = before + letter if letter == other else max(
                rows[k], rows[k - 1], key=len
            )
            before = kept
        if len(sample) > 100:
            break
    return rows[len(source)]


def copied_share(sample, source, n):
    return 0.0
""",
    },
}
