"""The songwriter on lyrics of your own: `python -m course_lib.songwriter FILE`.

Trains a character model on a text in any script and writes songs with it on the way.
FILE is .txt, .txt.gz or .txt.zip, or the name of a text of the course.
"""

import argparse
import math
import re
import sys
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from .data.text import Vocab
from .devices import device
from .experiments.songwriter import (
    RECIPES,
    Songwriter,
    copied,
    lyrics,
    songs,
    train_songwriter,
)
from .files.whole import place_to_write
from .pretrained.saving import save

PREFIXES = ("分开", "不分开")  # where a text has them
RESUME = {"yes": True, "keep": "keep", "override": "override", "no": False}
KEPT = "keep the run in this file after each epoch, and go on from it if it is there"
WHOSE = "where its run was given other settings: whose to take, or no to begin anew"
# How errors of the library name what this command has options for.
OPTIONS = {
    'resume="keep"': "--resume keep",
    'resume="override"': "--resume override",
    "resume=False": "--resume no",
}
NOTE = """A character is a Unicode code point; nothing is assumed about the script.
Line breaks become spaces. Songs are greedy (the likeliest character each time) unless
--temperature says otherwise. Beneath each song stands how much of it is a copy: its
longest run of characters that stands in the text just so."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 2 after an error, 130 after Ctrl-C, told in a line."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal without hanzi
    options = _parser().parse_args(arguments)
    try:
        run(options)
    except KeyboardInterrupt as stopped:
        print(f"songwriter: {stopped or 'stopped before training'}", file=sys.stderr)
        return 130
    except (ValueError, TypeError, OSError, ArithmeticError, RuntimeError) as error:
        told = str(error).partition("\n")[0]  # torch may add where it happened
        for python, option in OPTIONS.items():
            told = told.replace(python, option)
        print(f"songwriter: {told}", file=sys.stderr)
        return 2
    return 0


def run(options: argparse.Namespace) -> None:
    """Read, train, write songs at every so many epochs, and save if asked to."""
    text = _text(options)
    vocab = Vocab(text)
    prefixes = _prefixes(options.prefix, text, vocab)
    B, so_far = _batch_size(len(text), options), []
    target = _target("--save", options.save)
    _apart(options)

    def look(song: Songwriter, epoch: int) -> None:
        """Keep in mind what there is, and write songs now and then."""
        so_far[:] = [song]
        if epoch % options.every == 0 or epoch == options.epochs:
            _tell(song, epoch, prefixes, text, options)

    try:
        how = {"batch_size": B, "on_epoch": look, **_settings(options)}
        song = train_songwriter(text, **how)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_stopped(so_far, target, options)) from None
    if not so_far:
        print(f"its run was over: a greater --epochs goes on from {options.checkpoint}")
        _tell(song, len(song.history), prefixes, text, options)
    if target:
        save(target, song.model, song.vocab)
        print(f"saved to {options.save}: read it with course_lib.load")


def _settings(options: argparse.Namespace) -> dict:
    """Return what of the command line is for `train_songwriter` as it stands."""
    named = ("recipe", "units", "epochs", "num_steps", "seed")
    settings = {name: getattr(options, name) for name in named}
    settings["checkpoint"] = _target("--checkpoint", options.checkpoint)
    settings["resume"] = bool(options.checkpoint) and RESUME[options.resume]
    settings["device"] = _device(options.device)
    return settings


def _stopped(so_far: list[Songwriter], target: Path | None, options) -> str:
    """Save what has been learned so far, if asked to; say what is kept of it."""
    told = (
        f"after {len(so_far[0].history)} epochs" if so_far else "before an epoch ended"
    )
    kept = []
    if so_far and target:
        save(target, so_far[0].model, so_far[0].vocab)
        kept.append(f"{options.save} has the model as it is now")
    goes_on = so_far or options.resume != "no"
    if goes_on and options.checkpoint and _place(options.checkpoint).exists():
        kept.append(f"{options.checkpoint} has the run, which the same command goes on")
    nothing = "nothing is kept; with --checkpoint PATH a run can be gone on from"
    return f"stopped {told}: {' and '.join(kept) or nothing}"


def _place(name: str) -> Path:
    """Return where a file is, whatever it is called by."""
    return Path(name).expanduser().resolve()


def _apart(options: argparse.Namespace) -> None:
    """Raise ValueError where one file would be written over another that is meant."""
    names = {"FILE": options.file, "--save": options.save}
    names |= {"--checkpoint": options.checkpoint}
    places: dict[Path, str] = {}
    for option, name in names.items():
        if name and (other := places.setdefault(_place(name), option)) != option:
            raise ValueError(
                f"{other} and {option} are the same file, {name!r}: name two"
            )


def _target(option: str, asked: str | None) -> Path | None:
    """Return where to write, if a file can be written there: tried before training."""
    if asked is None:
        return None
    try:
        return place_to_write(asked)
    except OSError as error:
        raise ValueError(
            f"{option} must be a file in a folder that is there and can be written to, "
            f"got {asked!r} ({error})"
        ) from error


def _device(name: str) -> torch.device:
    """Return a device by its name, if it is there."""
    if name == "auto":
        return device()
    try:
        found = torch.zeros(1, device=name)
        found.item()  # the device "meta" has sizes and no numbers
        return found.device
    except (RuntimeError, AssertionError) as error:
        told = str(error).partition("\n")[0]
        raise ValueError(f"--device {name!r} cannot be used here: {told}") from error


def _text(options: argparse.Namespace) -> str:
    """Return the text to learn, and say how much of the file it is."""
    try:
        whole = lyrics(options.file, None, options.encoding)
    except ValueError as error:
        raise ValueError(_on_the_command_line(str(error))) from error
    text = whole[: options.max_chars or None]
    part = "" if text == whole else f"the first {len(text)} of "
    left = "" if text == whole else " (--max-chars 0 takes them all)"
    different = len(set(text))
    print(
        f"{part}{len(whole)} characters{left}, {different} different ones", flush=True
    )
    return text


def _on_the_command_line(told: str) -> str:
    """Return a message in which the option of Python's is the command's."""
    told = re.sub(r"encoding='([\w-]+)'", r"--encoding \1", told)
    return re.sub(r"`encoding`|\bencoding(?= must be| is for)", "--encoding", told)


def _prefixes(asked: list[str] | None, text: str, vocab: Vocab) -> list[str]:
    """Return what songs begin with: as asked, or what the text itself offers."""
    if asked:
        return [_known(prefix, vocab) for prefix in asked]
    offered = [prefix for prefix in PREFIXES if prefix in text]
    return offered or [text.split()[0][:8]]


def _known(prefix: str, vocab: Vocab) -> str:
    """Return a prefix in the normal form in which the text has its characters."""
    if not prefix:
        raise ValueError("--prefix must hold at least one character, got none")
    for form in ("NFC", "NFD"):
        if all(c in vocab for c in prefix):
            return prefix
        other = unicodedata.normalize(form, prefix)
        if all(c in vocab for c in other):
            return other
    missing = next(c for c in prefix if c not in vocab)
    name = unicodedata.name(missing, "a character without a name")
    raise ValueError(
        f"--prefix {prefix!r} has {missing!r} (U+{ord(missing):04X}, {name}), which is "
        f"not among the {len(vocab)} characters of the text: begin with others"
    )


def _batch_size(length: int, options: argparse.Namespace) -> int:
    """Return how many windows stand side by side: as asked, or as many as there are."""
    T, asked = options.num_steps, options.batch_size
    rows = min(asked, (length - 1) // T)
    if rows == 0:
        raise ValueError(
            f"the text has {length} characters, but one window of {T} steps needs "
            f"{T + 1}: take a longer text or a smaller --num-steps"
        )
    if rows < asked:
        print(f"batches of {rows} windows, not {asked}: the text is short")
    return rows


def _tell(song, epoch: int, prefixes: list[str], text: str, options) -> None:
    """Print the perplexity and a song for each prefix, with what it has copied."""
    perplexity = song.history.perplexity[-1]
    seconds = sum(song.history.seconds)
    print(f"epoch {epoch}: perplexity {perplexity:.2f}, {seconds:.0f} s", flush=True)
    how = {"temperature": options.temperature, "top_k": options.top_k}
    how["generator"] = torch.Generator().manual_seed(options.seed)
    for prefix, made in songs(song, prefixes, options.length, **how).items():
        found = copied(made[len(prefix) :], text)
        print(f"  {made}\n    {found.share:.0%} copied: {found.longest!r}", flush=True)


def _number(kind: type, least: float) -> Callable[[str], float]:
    """Return a reader of numbers for argparse that refuses those below `least`."""

    def read(word: str) -> float:
        """Read one number."""
        number = kind(word)
        if not least <= number < math.inf:
            raise argparse.ArgumentTypeError(f"must be at least {least}, got {word}")
        return number

    read.__name__ = "whole number" if kind is int else "number"
    return read


def _parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    how = {"prog": "python -m course_lib.songwriter", "description": __doc__}
    how |= {"formatter_class": argparse.ArgumentDefaultsHelpFormatter}
    parser = argparse.ArgumentParser(epilog=NOTE, **how)
    count, add = _number(int, 1), parser.add_argument
    add("file", metavar="FILE", help="lyrics: .txt, .txt.gz, .txt.zip, or songbook")
    add("--encoding", default="utf-8", help="of the file, such as gb18030")
    add("--max-chars", type=_number(int, 0), default=10_000, help="0 for all")
    add("--prefix", action="append", help="what a song begins with; may be repeated")
    add("--length", type=count, default=50, help="characters after the prefix")
    add("--epochs", type=count, default=160)
    add("--every", type=count, default=40, help="epochs from one song to the next")
    add("--recipe", choices=sorted(RECIPES), default="torch")
    add("--units", type=count, default=256)
    add("--batch-size", type=count, default=32, help="at most")
    add("--num-steps", type=count, default=35, help="characters in a window")
    add("--temperature", type=_number(float, 0.0), default=0.0, help="0 is greedy")
    add("--top-k", type=count, help="draw among the k likeliest only")
    add("--seed", type=_number(int, 0), default=0)
    add("--device", default="auto", help="cpu, cuda or mps; auto: the fastest at hand")
    add("--save", metavar="PATH", help="keep the model in this file")
    add("--checkpoint", metavar="PATH", help=KEPT)
    add("--resume", choices=list(RESUME), default="yes", help=WHOSE)
    return parser


if __name__ == "__main__":
    sys.exit(main())
