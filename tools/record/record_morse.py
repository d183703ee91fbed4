"""The recorded runs of "Hearing Morse": noise, speed, and two alphabets."""

import torch

import course_lib as cl

SEEDS, EPOCHS = (0, 1, 2, 3, 4), 7
LETTERS_SEEDS, LETTERS_EPOCHS = (0, 1), 14  # twice the time for letters
CLIPS, VALID, TEST = 1500, 100, 100  # to train on, to choose on, to score on
NOISES = (-15, -12, -10, -8, -6, -4, -2, 0, 3, 6, 10, 15, 20)  # dB
SPEEDS = (8, 10, 12, 13, 14, 15, 17, 20, 23, 25, 26, 27, 28, 30, 35)  # words a minute
AT = 10  # dB, of the headline, of the speeds and of the long texts
LONG = (20, 20)  # groups in a text that is longer than any trained on


def morse() -> dict:
    """Train on dots, dashes and gaps with every seed; score on clips of all kinds."""
    sounds = scored()
    results: dict = {
        "clips": {"train": CLIPS, "valid": VALID, "test": TEST},
        "noises": list(NOISES),
        "speeds": list(SPEEDS),
        "threshold": errors(lambda s: [cl.hear_by_threshold(x) for x in s], sounds),
        "symbols": [],
    }
    for seed in SEEDS:
        results["symbols"].append(run(seed, "symbols", sounds, EPOCHS))
        print(results["symbols"][-1], flush=True)
    return results


def morse_letters() -> dict:
    """Train on the letters themselves, with the same clips, for twice as long."""
    at_10 = f"{AT} dB"
    sounds = {at_10: scored()[at_10]}
    rows = [run(k, "letters", sounds, LETTERS_EPOCHS) for k in LETTERS_SEEDS]
    return {"clips": {"train": CLIPS, "valid": VALID, "test": TEST}, "letters": rows}


def scored() -> dict:
    """Return what to score on: kind -> (texts, sounds)."""
    texts = scored_texts()
    kinds = {f"{dB} dB": {"snr_db": (dB, dB)} for dB in NOISES}
    kinds |= {f"{v} wpm": {"wpm": (v, v), "snr_db": (AT, AT)} for v in SPEEDS}
    made = {
        kind: (texts, cl.morse_sounds(texts, torch.Generator().manual_seed(k), **how))
        for k, (kind, how) in enumerate(kinds.items(), start=2000)
    }
    generator = torch.Generator().manual_seed(1001)
    long = cl.code_groups(20, generator, groups=LONG)
    made["long"] = long, cl.morse_sounds(long, generator, snr_db=(AT, AT))
    return made


def clips(seed: int, over: str) -> tuple[cl.Clips, cl.Clips, list[torch.Tensor]]:
    """Return clips to train on and to choose on, and the latter's sounds."""
    generator = torch.Generator().manual_seed(seed)
    barred = set(scored_texts())
    drawn = cl.code_groups(CLIPS + VALID + TEST, generator)
    texts = [text for text in drawn if text not in barred][: CLIPS + VALID]
    sounds = cl.morse_sounds(texts, generator)
    train = cl.Clips(sounds[:CLIPS], texts[:CLIPS], 16, generator, over)
    valid = cl.Clips(sounds[CLIPS:], texts[CLIPS:], 50, over=over)
    return train, valid, sounds[CLIPS:]


def scored_texts() -> list[str]:
    """Return the texts that no network may have been trained on."""
    return cl.code_groups(TEST, torch.Generator().manual_seed(1000))


def run(seed: int, over: str, sounds: dict, epochs: int) -> dict:
    """Train one network; return its curves, and its errors on what is scored."""
    train, valid, heard = clips(seed, over)
    by_epoch: list[float] = []

    def note(epoch: int, model: cl.Listener) -> None:
        """Note the error rate on the clips to choose on."""
        by_epoch.append(cl.error_rate(model.hear(heard), valid.texts))

    how = {"seed": seed, "epochs": epochs, "on_epoch": note}
    model, history = cl.train_listener(train, valid, **how)
    return {
        "seed": seed,
        "loss": history.loss,
        "valid_error": by_epoch,
        "seconds": sum(history.seconds),
        "error": errors(model.hear, sounds),
    }


def errors(hear, sounds: dict) -> dict:
    """Return the character error rate on every kind of clip."""
    return {kind: cl.error_rate(hear(x), texts) for kind, (texts, x) in sounds.items()}
