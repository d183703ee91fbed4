"""Train the songwriter in full, on a GPU if there is one: `make songwriter`.

Both recipes on the first 10,000 characters of `songbook`; what they reach and write on
the way, how much of it is copied, and what they make of the songs that they never read.
"""

import time

import torch

import course_lib as cl
from course_lib.experiments.songwriter import RECIPES
from course_lib.records.store import write_record
from tools.record.record import FOLDER

PREFIXES = ("分开", "不分开")
EVERY, EPOCHS, LENGTH = 40, 160, 50
B, T = 32, 35
TEMPERATURES = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
TOP_K = (1, 2, 3, 5, 10, 100)
HOT = 3.0  # the temperature at which top-k is tried
SONGS = range(20)  # seeds


def tails(ids: torch.Tensor) -> list:
    """Return the ends of the B rows, which no window reads, as a batch to be scored."""
    length = (len(ids) - 1) // B
    x = ids[: B * length].view(B, length)
    y = ids[1 : B * length + 1].view(B, length).clone()
    y[:, : length // T * T] = -100  # what was read does not count
    return [(x, y)]


def written(song: str, prefix: str, source: str) -> dict:
    """Return a song with the longest copy in what the model has written of it."""
    found = cl.copied(song.removeprefix(prefix), source)
    return {"song": song, "longest": found.longest, "share": found.share}


def train(recipe: str, text: str, rest: str, device) -> tuple[dict, cl.Songwriter]:
    """Train by one recipe; return its curve and what it can do at every 40th epoch."""
    stops = []

    def look(song: cl.Songwriter, epoch: int) -> None:
        if epoch % EVERY:
            return
        print(recipe, epoch, song.history, flush=True)
        held_out, _ = cl.known_part(rest, song.vocab)
        made = cl.songs(song, PREFIXES, LENGTH)
        stops.append(
            {
                "epoch": epoch,
                "perplexity": song.history.perplexity[-1],
                "held_out": cl.perplexity(song.model, cl.whole_text(held_out)),
                "tails": cl.perplexity(song.model, tails(song.vocab.encode(text))),
                "songs": {p: written(s, p, text) for p, s in made.items()},
            }
        )

    song = cl.train_songwriter(
        text,
        recipe,
        epochs=EPOCHS,
        batch_size=B,
        num_steps=T,
        device=device,
        on_epoch=look,
    )
    seconds = round(sum(song.history.seconds), 1)
    curve = [round(value, 4) for value in song.history.perplexity]
    return {"seconds": seconds, "perplexity": curve, "stops": stops}, song


def counting(text: str, rest: str) -> list[dict]:
    """Return perplexities of counting models, on what they counted and on the rest."""
    vocab = cl.Vocab(text)
    ids, (held_out, _) = vocab.encode(text), cl.known_part(rest, vocab)
    rows = []
    for order in range(5):
        model = cl.NGram(ids, len(vocab), order)
        row = {"order": order, "train": cl.perplexity(model, cl.whole_text(ids))}
        row["held_out"] = cl.perplexity(model, cl.whole_text(held_out))
        rows.append(row)
    return rows


def drawn(song: cl.Songwriter, text: str, **how) -> dict:
    """Write twenty songs from the first prefix and say how much of each is copied."""
    prefix, made = PREFIXES[0], []
    for seed in SONGS:
        generator = torch.Generator().manual_seed(seed)
        new = cl.songs(song, [prefix], LENGTH, generator=generator, **how)
        made.append(written(new[prefix], prefix, text))
    shares = [row["share"] for row in made]
    return {**how, "shares": shares, "example": made[0]["song"]}


def results(device) -> dict:
    """Run everything and return what came out."""
    text = cl.lyrics()
    rest = cl.lyrics(max_chars=None)[len(text) :]
    vocab = cl.Vocab(text)
    found: dict = {"recipes": {}}
    for recipe in RECIPES:
        found["recipes"][recipe], song = train(recipe, text, rest, device)
    song.model.to("cpu")
    found["text"] = {
        "characters": len(text),
        "different": len(vocab),
        "rest": len(rest),
        "unknown": cl.known_part(rest, vocab)[1],
    }
    found["counting"] = counting(text, rest)
    found["temperature"] = [drawn(song, text, temperature=t) for t in TEMPERATURES]
    found["top_k"] = [drawn(song, text, temperature=HOT, top_k=k) for k in TOP_K]
    return found


def main() -> None:
    """Make the record."""
    torch.set_num_threads(1)
    device, start = cl.device(), time.perf_counter()
    found = results(device)
    seconds = time.perf_counter() - start
    name = torch.cuda.get_device_name() if device.type == "cuda" else str(device)
    write_record(
        FOLDER / "songwriter.json", "make songwriter", found, seconds, device=name
    )
    print(f"songwriter.json: {seconds:.1f} s")


if __name__ == "__main__":
    main()
