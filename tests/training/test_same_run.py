"""A resumed run knows itself: what differs is named, and what belongs to it kept."""

import random
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

import course_lib as cl
from course_lib.training.metrics import cross_entropy


def tiny(path, *, lr=0.01, kind=torch.optim.Adam, text=None, model=None, **how):
    """Go on with a small run; return its history and model."""
    torch.manual_seed(0)
    model = model or cl.CharLM(cl.RNN(5, 4), 5)
    ids = torch.arange(60) % 5 if text is None else text
    data = cl.windows(ids, 2, 5)
    make = how.pop("groups", lambda m: m.parameters())
    optimizer = kind(make(model), lr=lr)
    if schedule := how.pop("schedule", None):
        how["schedule"] = schedule(optimizer)
    how = {
        "epochs": 3,
        "optimizer": optimizer,
        "checkpoint": path,
        "resume": True,
    } | how
    return cl.fit(model, data, **how), model


def halves(optimizer):
    """Return a schedule that halves the rate after every epoch."""
    return torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)


def two_groups(model):
    """Return a model's parameters in two groups, where a rate may differ."""
    return [
        {"params": list(model.layer.parameters())},
        {"params": list(model.head.parameters())},
    ]


OTHERS = {
    "a rate": ({"lr": 0.02}, "lr was 0.01 and is 0.02"),
    "clipping": ({"clip": 0.5}, "clip was 1 and is 0.5"),
    "a text": (
        {"text": torch.arange(60) % 4},
        "data: as many batches as before .5., of other content",
    ),
    "a longer text": ({"text": torch.arange(80) % 5}, "data: 5 batches before, 7 now"),
    "another loss": (
        {"loss": lambda o, y: cross_entropy(o, y)},
        "loss was cross_ent",
    ),
    "an optimizer": ({"kind": torch.optim.SGD}, "optimizer was Adam and is SGD"),
    "groups": ({"groups": two_groups}, "groups of parameters: was 1 and is 2"),
    "a schedule": ({"schedule": halves}, "schedule was None and is StepLR"),
    "dropout": (
        {"model": cl.CharLM(cl.RNN(5, 4), 5, 0.5)},
        "model was CharLM.* and is",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_another_run_is_named_and_nothing_is_changed(name, tmp_path):
    path, (how, words) = tmp_path / "run", OTHERS[name]
    tiny(path, epochs=2)
    data, model = path.read_bytes(), how.get("model", cl.CharLM(cl.RNN(5, 4), 5))
    before = {k: v.clone() for k, v in model.state_dict().items()}
    torch.manual_seed(0)
    expected = torch.rand(2)
    with pytest.raises(ValueError, match=f"nothing was changed: .*({words})"):
        tiny(path, **{"model": model} | how)
    assert all(torch.equal(before[k], v) for k, v in model.state_dict().items())
    assert torch.equal(torch.rand(2), expected)  # random numbers are where they were
    assert path.read_bytes() == data


@pytest.mark.parametrize("name", OTHERS)
def test_override_goes_on_with_what_is_given_now(name, tmp_path):
    path, (how, _) = tmp_path / "run", OTHERS[name]
    tiny(path, epochs=2)
    history, _ = tiny(path, **{"resume": "override"} | how)
    assert len(history) == 3
    assert len(tiny(path, **{"epochs": 4} | how)[0]) == 4  # the file knows them now


@pytest.mark.parametrize("name", ["a rate", "clipping", "a longer text", "dropout"])
def test_keep_goes_on_with_the_optimizer_of_the_file(name, tmp_path):
    path, (how, _) = tmp_path / "run", OTHERS[name]
    tiny(path, epochs=2)
    history, _ = tiny(path, **{"resume": "keep"} | how)
    assert len(history) == 3
    if name == "a rate":
        assert history.loss == tiny(None, resume=False)[0].loss


@pytest.mark.parametrize("name", ["an optimizer", "groups", "a schedule"])
def test_keep_needs_the_optimizer_of_the_file(name, tmp_path):
    tiny(tmp_path / "run", epochs=2)
    with pytest.raises(ValueError, match='resume="keep" needs the kinds of optimizer'):
        tiny(tmp_path / "run", **{"resume": "keep"} | OTHERS[name][0])


def test_override_keeps_the_memory_of_the_optimizer_and_takes_the_new_rate(tmp_path):
    tiny(tmp_path / "run", epochs=2)
    seen = []
    adam = torch.optim.Adam

    class Watched(adam):
        """An Adam that tells its rate and its count of steps."""

        def step(self, closure=None):
            seen.append((self.param_groups[0]["lr"], len(self.state)))
            return super().step(closure)

    Watched.__name__ = "Adam"
    tiny(tmp_path / "run", kind=Watched, lr=0.02, resume="override")
    assert seen[0] == (0.02, 6)  # six parameters are remembered before the first step


@pytest.mark.parametrize("kind", ["StepLR", "ReduceLROnPlateau", "OneCycleLR"])
@pytest.mark.parametrize("stop_after", [1, 3])
def test_a_schedule_goes_on_where_it_stopped(kind, stop_after, tmp_path):
    made = {
        "StepLR": halves,
        "ReduceLROnPlateau": lambda o: torch.optim.lr_scheduler.ReduceLROnPlateau(
            o, patience=0, threshold=0.5
        ),
        "OneCycleLR": lambda o: torch.optim.lr_scheduler.OneCycleLR(o, 0.1, 10),
    }[kind]
    whole = tiny(None, epochs=5, schedule=made, resume=False)
    path = tmp_path / "run"

    def interrupt(epoch, history):
        if epoch == stop_after + 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tiny(path, epochs=5, schedule=made, on_epoch=interrupt)
    again = tiny(path, epochs=5, schedule=made)
    assert again[0].loss == whole[0].loss
    assert len(set(whole[0].loss)) == 5


def test_a_schedule_belongs_to_its_optimizer():
    model = cl.CharLM(cl.RNN(5, 4), 5)
    schedule = halves(torch.optim.SGD(model.parameters(), lr=0.1))
    data = cl.whole_text(torch.arange(5))
    with pytest.raises(ValueError, match="the schedule is of another optimizer"):
        cl.fit(model, data, epochs=1, schedule=schedule)


class Drawn:
    """Batches that are drawn from numpy's or Python's numbers."""

    def __init__(self, source):
        self.source = source
        self.generator = np.random.default_rng(0) if source == "generator" else None
        if source == "random.Random":
            self.generator = random.Random(0)

    def __len__(self):
        return 3

    def __iter__(self):
        draw = {
            "numpy": lambda: np.random.randint(5, size=8),
            "random": lambda: [random.randrange(5) for _ in range(8)],
            "generator": lambda: self.generator.integers(5, size=8),
            "random.Random": lambda: [self.generator.randrange(5) for _ in range(8)],
        }[self.source]
        for _ in range(3):
            ids = torch.as_tensor(draw()).long()
            yield ids[None, :-1], ids[None, 1:]


@pytest.mark.parametrize("source", ["numpy", "random", "generator", "random.Random"])
def test_random_numbers_of_numpy_and_python_go_on_too(source, tmp_path):
    def drawn(path, epochs, resume):
        np.random.seed(0)
        random.seed(0)
        torch.manual_seed(0)
        model = cl.CharLM(cl.RNN(5, 4), 5)
        how = {"epochs": epochs, "checkpoint": path, "resume": resume}
        return cl.fit(model, Drawn(source), **how).loss

    drawn(tmp_path / "run", 2, False)
    np.random.rand(3)
    assert drawn(tmp_path / "run", 4, True) == drawn(None, 4, False)


def test_a_file_of_the_old_format_is_told_from_other_settings(tmp_path):
    before = Path(__file__).parents[1] / "pretrained" / "before" / "run_lstm.pt"
    path = tmp_path / "run.pt"
    for kind, words in (
        (torch.optim.Adam, "lr was 0.02 and is 0.01"),
        (torch.optim.SGD, "lr was 0.02 and is 0.01"),
    ):
        shutil.copy(before, path)
        model = cl.CharLM(cl.LSTM(4, 3), 4, dropout=0.1)
        text = torch.arange(60) % 4
        with pytest.raises(ValueError, match=words):
            tiny(path, model=model, kind=kind, text=text)
        assert (
            len(tiny(path, model=model, kind=kind, text=text, resume="override")[0])
            == 3
        )


def test_where_a_checkpoint_cannot_be_written_is_told_before_training(tmp_path):
    with pytest.raises(
        OSError, match="no is no folder, so run cannot be written there"
    ):
        tiny(
            tmp_path / "no" / "run", on_epoch=lambda epoch, history: pytest.fail("late")
        )
    with pytest.raises(TypeError, match="path must be a str or a Path, got int"):
        tiny(3)
    with pytest.raises(ValueError, match="resume must be one of"):
        tiny(tmp_path / "run", resume="maybe")
