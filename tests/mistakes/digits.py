"""Wrong answers to the exercises of "Reading and spelling digits"."""


def pair(T, D):
    return T, 100 * (D + 102)


ROWS, COLUMNS = pair(12, 30), pair(30, 12)


def classify(swap=True, last=lambda output: output[-1]):
    def classify(layer, head, images):
        return head(last(layer(images.transpose(0, 1) if swap else images)[0]))

    return classify


def share(right):
    return right.float().mean().item()


def words(score):
    def whole_words(logits, targets):
        return score(logits.argmax(dim=-1) == targets, targets != -100)

    return whole_words


def exact(a, n):
    return a ** (n + 1)


NEEDED = 0.95 ** (1 / 6)

MISTAKES = [
    ("rows_or_columns", "expected a pair", 12, COLUMNS),
    ("rows_or_columns", "how many numbers come at one step", (30, 13200), COLUMNS),
    ("rows_or_columns", "a whole line at a time", (360, 13200), COLUMNS),
    ("rows_or_columns", "two biases", (12, 13100), COLUMNS),
    ("rows_or_columns", "where are the biases", (12, 13000), COLUMNS),
    ("rows_or_columns", "numbers come at once", ROWS, (30, 13200)),
    ("rows_or_columns", "depends on the number of steps", (12, 158400), COLUMNS),
    ("rows_or_columns", "the linear layer behind it", (12, 14210), COLUMNS),
    ("rows_or_columns", "does the state not come in", (12, 3200), COLUMNS),
    (
        "batch_and_time",
        "so what is time",
        classify(swap=False, last=lambda output: output[:, -1]),
    ),
    ("batch_and_time", "along which axis", classify(last=lambda output: output[:, -1])),
    ("batch_and_time", "what does the layer take for time", classify(swap=False)),
    ("batch_and_time", "after the first step", classify(last=lambda out: out[0])),
    ("batch_and_time", "not the mean of all", classify(last=lambda out: out.mean(0))),
    (
        "words_in_full",
        "does a target of -100 count",
        words(lambda right, counts: share(right.all(dim=1))),
    ),
    (
        "words_in_full",
        "the share of letters, not of words",
        words(lambda right, counts: share(right[counts])),
    ),
    (
        "words_in_full",
        "padding counts as right",
        words(lambda right, counts: share(right | ~counts)),
    ),
    (
        "words_in_full",
        "padding counts as wrong",
        words(lambda right, counts: share(right)),
    ),
    (
        "words_in_full",
        "not their share",
        words(lambda right, counts: float((right | ~counts).all(dim=1).sum())),
    ),
    (
        "words_in_full",
        "one right letter does not",
        words(lambda right, counts: share((right & counts).any(dim=1))),
    ),
    ("letters_and_words", "how does a word end", lambda a, n: a**n, NEEDED),
    ("letters_and_words", "that is for one letter", lambda a, n: a, NEEDED),
    (
        "letters_and_words",
        "at least one is right",
        lambda a, n: 1 - (1 - a) ** (n + 1),
        NEEDED,
    ),
    ("letters_and_words", "multiply", lambda a, n: (n + 1) * a, NEEDED),
    ("letters_and_words", "something is wrong", lambda a, n: 1 - a ** (n + 1), NEEDED),
    ("letters_and_words", "does the mark count", exact, 0.95**0.2),
    ("letters_and_words", "each letter has 0.95", exact, 0.95**6),
    ("letters_and_words", "if errors added up", exact, 1 - 0.05 / 6),
    ("letters_and_words", "turn it round", exact, 0.95),
    ("order_of_rows", "a share between 0 and 1", 97.5, 0.8, "any fixed one"),
    ("order_of_rows", "the same in all three parts", 0.4, 0.8, "any fixed one"),
    ("order_of_rows", "given its own", 0.97, 0.97, "any fixed one"),
    ("order_of_rows", "still belong together", 0.97, 0.1, "any fixed one"),
    ("order_of_rows", "does not think so", 0.97, 0.8, "the usual one"),
    ("order_of_rows", "compare the two accuracies", 0.97, 0.8, "none"),
]
