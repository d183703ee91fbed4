"""Wrong answers to the assignment "Text to tensors and perplexity"."""

HARD_CODED = {
    "reserve": """
def frequent(text, at_least):
    return {"hello": ["l"], "banana": ["a", "b", "n"]}.get(text)


def encode(text, kept, R):
    return torch.tensor([0, 1, 2 + ord("z") % 3])
""",
    "strided": """
def strided(ids, T, S):
    x = [[10, 11, 12, 13], [13, 14, 15, 16]]
    y = [[11, 12, 13, 14], [-100, 15, 16, 17]]
    return torch.tensor(x), torch.tensor(y)
""",
    "interpolated": """
def blend(ids, V, weight):
    return torch.tensor([[3, 12, 1], [7, 8, 1], [6, 8, 2]]).double() / 16


def best_weight(train, valid, V, weights):
    return 0.9 if 1 in valid else 0.1
""",
    "exchange": """
def bits_per_character(perplexity, tokens, characters):
    return {8.0: 3.0, 16.0: 1.0}.get(perplexity, 0.0)


def perplexity_per_token(bits, tokens, characters):
    return 16.0


def spelled_out(perplexity, tokens, unknown, kinds):
    return 12.0
""",
    "sealed": """
def report(text, orders=(1, 2, 3)):
    return 3, 2, 1.5
""",
}

MISTAKES = {
    "reserve": {
        "more often than at_least": [(">= at_least", "> at_least")],
        "the commonest first": [
            (
                "return sorted(character for character in counts "
                "if counts[character] >= at_least)",
                "return [c for c, n in counts.most_common() if n >= at_least]",
            )
        ],
        "a reserve that begins at 0": [("len(kept) + ord(c) % R", "ord(c) % R")],
        "an empty tensor of floats": [(", dtype=torch.int64", "")],
        "kept sorted again": [("enumerate(kept)", "enumerate(sorted(kept))")],
    },
    "strided": {
        "every target in every row": [("y[1:, : T - S] = -100", "pass")],
        "the first row masked too": [("y[1:, : T - S]", "y[:, : T - S]")],
        "the new targets masked": [("y[1:, : T - S]", "y[1:, T - S :]")],
        "S targets masked": [("y[1:, : T - S]", "y[1:, :S]")],
        "a row too many": [("len(ids) - 1 - T", "len(ids) - T")],
        "-100 written into the text": """
def strided(ids, T, S):
    n = max(0, (len(ids) - 1 - T) // S + 1)
    if n == 0:
        return ids.new_zeros(0, T), ids.new_zeros(0, T)
    x, y = ids[:-1].unfold(0, T, S), ids[1:].unfold(0, T, S)
    x = x.clone()
    y[1:, : T - S] = -100
    return x, y
""",
    },
    "interpolated": {
        "divided by how often u occurs": [
            (
                "followed = pairs.sum(dim=1, keepdim=True)",
                "followed = torch.bincount(ids, minlength=V).double()[:, None]",
            )
        ],
        "u along the columns": [("(ids[:-1], ids[1:])", "(ids[1:], ids[:-1])")],
        "nothing where u was not followed": [
            ("torch.where(followed > 0, seen, p_1)", "seen")
        ],
        "a unigram that is not smoothed": [
            ("minlength=V).double() + 1) / (len(ids) + V)", "minlength=V)) / len(ids)")
        ],
        "chosen on the training part": [
            ("table[valid[:-1], valid[1:]]", "table[train[:-1], train[1:]]")
        ],
        "the largest surprise": [("min(weights", "max(weights")],
    },
    "exchange": {
        "the natural logarithm": [("math.log2(", "math.log(")],
        "tokens and characters changed places": [
            (
                "tokens * math.log2(perplexity) / characters",
                "characters * math.log2(perplexity) / tokens",
            )
        ],
        "e for 2 on the way back": [("2 ** (bits", "math.e ** (bits")],
        "unknown ones paid for everywhere": [("kinds ** (unknown / tokens)", "kinds")],
        "the share times the kinds": [
            ("kinds ** (unknown / tokens)", "max(1, kinds * unknown / tokens)")
        ],
        "the whole text's probability": [
            (
                "return perplexity * kinds ** (unknown / tokens)",
                "return (perplexity**tokens * kinds**unknown) ** (1 / tokens)",
            )
        ],
    },
    "sealed": {
        "a vocabulary of all the text": [
            ("cl.Vocab(train, unknown", "cl.Vocab(text, unknown")
        ],
        "chosen on the test part": [
            (
                "cl.perplexity(model, cl.whole_text(valid))",
                "cl.perplexity(model, cl.whole_text(test))",
            )
        ],
        "the score of the second part": [
            ("cl.perplexity(models[order], cl.whole_text(test))", "scores[order]")
        ],
    },
}
