"""Wrong answers to the assignment "One open project"."""

HARD_CODED = {
    "run": """
def run(seed, fraction=1.0):
    return {"baseline": 5.0, "model": 4.0, "held_out": 1000}
""",
    "summary": """
def summarise(baseline, scores, lower_is_better):
    return {
        "median": 8.0,
        "lowest": 7.0,
        "highest": 9.0,
        "spread": 1.0,
        "gain": 0.2,
        "wins": 3,
        "clear": True,
    }
""",
    "results": """
results = {
    "measure": "perplexity per character",
    "lower_is_better": True,
    "baseline": 3.0,
    "scores": {0: 2.0, 1: 2.1, 2: 2.2},
    "summary": summarise(3.0, [2.0, 2.1, 2.2], True),
}
""",
    "figure": """
figure, axes = plt.subplots()
axes.plot([0, 1, 2], [2.0, 2.1, 2.2], "o")
axes.set(xlabel="seed", ylabel="perplexity")
alt_text = "Three dots, one for each seed, all of them below a dashed line, as expected."
""",
}

MISTAKES = {
    "run": {
        "no seed": [("    torch.manual_seed(seed)\n", "")],
        "always one seed": [
            ("    torch.manual_seed(seed)\n", "    torch.manual_seed(0)\n"),
            ("torch.Generator().manual_seed(seed)", "torch.Generator()"),
        ],
        "the fraction not used": [("round(fraction * len(train))", "800")],
        "a held-out part that shrinks": [
            (
                "held_out = cl.whole_text(vocab.encode(test))",
                "test = test[: max(200, round(fraction * len(test)))]\n"
                "    held_out = cl.whole_text(vocab.encode(test))",
            )
        ],
        "made-up numbers": """
def run(seed, fraction=1.0):
    model = 4.0 + 0.01 * (seed % 7) - fraction
    return {"baseline": 5.0, "model": model, "held_out": 1999}
""",
        "a tensor for a float": [
            (
                "cl.perplexity(model, held_out)",
                "torch.tensor(cl.perplexity(model, held_out))",
            )
        ],
    },
    "summary": {
        "n in the denominator": [("statistics.stdev(", "statistics.pstdev(")],
        "the direction forgotten": [("1 if lower_is_better else -1", "1")],
        "the lower of the two in the middle": [
            ("statistics.median(scores)", "torch.tensor(scores).median()")
        ],
        "ties counted as wins": [("(baseline - score) > 0", "(baseline - score) >= 0")],
        "the spread for the standard error": [
            ("2 * spread / math.sqrt(len(scores))", "2 * spread")
        ],
        "clear only where it is better": [
            ("abs(mean - baseline)", "better * (baseline - mean)")
        ],
        "a share of the mean": [
            ("(baseline - mean) / baseline", "(baseline - mean) / mean")
        ],
    },
    "results": {
        "two seeds": [("in (0, 1, 2)", "in (0, 1)")],
        "small runs": [("run(seed) for", "run(seed, 0.1) for")],
        "a summary of other numbers": """
results = results | {"summary": summarise(9.0, [1.0, 2.0], True)}
""",
        "a list of scores": """
results = results | {"scores": list(results["scores"].values())}
""",
    },
    "figure": {
        "no labels": [('axes.set(xlabel="run", ylabel=results["measure"])', "pass")],
        "the mean alone": [
            (
                'axes.plot(names, list(results["scores"].values()), "o"',
                'axes.plot([0], [sum(results["scores"].values()) / 3], "o"',
            )
        ],
        "no baseline": [
            (
                'axes.axhline(results["baseline"], linestyle="--", label="Kneser-Ney, order 4")',
                "pass",
            )
        ],
        "words without numbers": """
figure, axes = plt.subplots()
axes.plot(list(results["scores"].values()), "o")
axes.axhline(results["baseline"])
axes.set(xlabel="seed", ylabel="perplexity")
alt_text = "Some dots, one for each seed, lie below the dashed line of the baseline."
""",
        "words that say it is a picture": [
            ('"Three dots, one', '"A plot of three dots, one')
        ],
    },
}

ALSO_RIGHT = {
    "figure": {
        "the baseline drawn by hlines": [
            (
                'axes.axhline(results["baseline"],',
                'axes.hlines(results["baseline"], 0, 2,',
            )
        ],
        "a box of the scores beside them": [
            (
                "axes.legend()",
                'axes.boxplot(list(results["scores"].values()), patch_artist=True)\n'
                "axes.legend()",
            )
        ],
        "bars": [
            (
                'axes.plot(names, list(results["scores"].values()), "o", ',
                'axes.bar(names, list(results["scores"].values()), ',
            )
        ],
    },
}
