"""A resumed run knows itself: what differs is named, and what belongs to it kept."""

import random
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

import course_lib as cl
from course_lib.files import format
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
    "a schedule": ({"schedule": halves}, "schedule was None and is kind=StepLR"),
    "dropout": (
        {"model": cl.CharLM(cl.RNN(5, 4), 5, 0.5)},
        "model was .*p=0.0.* and is .*p=0.5",
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
    with pytest.raises(
        ValueError, match='resume="keep" needs the optimizer and the schedule'
    ):
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


@pytest.mark.parametrize("kind", ["StepLR", "ReduceLROnPlateau", "OneCycleLR", "Two"])
@pytest.mark.parametrize("stop_after", [1, 3])
def test_a_schedule_goes_on_where_it_stopped(kind, stop_after, tmp_path):
    made = {
        "StepLR": halves,
        "ReduceLROnPlateau": lambda o: torch.optim.lr_scheduler.ReduceLROnPlateau(
            o, patience=0, threshold=0.5
        ),
        "OneCycleLR": lambda o: torch.optim.lr_scheduler.OneCycleLR(o, 0.1, 10),
        "Two": lambda o: torch.optim.lr_scheduler.SequentialLR(
            o,
            [
                torch.optim.lr_scheduler.ConstantLR(o, 0.5, 2),
                torch.optim.lr_scheduler.MultiStepLR(o, [1, 2]),
            ],
            [3],
        ),
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
        if source == "RandomState":
            self.generator = np.random.RandomState(0)

    def __len__(self):
        return 3

    def __iter__(self):
        draw = {
            "numpy": lambda: np.random.randint(5, size=8),
            "random": lambda: [random.randrange(5) for _ in range(8)],
            "generator": lambda: self.generator.integers(5, size=8),
            "RandomState": lambda: self.generator.randint(5, size=8),
            "random.Random": lambda: [self.generator.randrange(5) for _ in range(8)],
        }[self.source]
        for _ in range(3):
            ids = torch.as_tensor(draw()).long()
            yield ids[None, :-1], ids[None, 1:]


SOURCES = ["numpy", "random", "generator", "random.Random", "RandomState"]


@pytest.mark.parametrize("source", SOURCES)
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


def test_the_order_of_a_loader_of_torch_goes_on_too(tmp_path):
    def loaded(path, epochs):
        torch.manual_seed(0)
        ids = torch.arange(40).view(8, 5) % 5
        order = torch.Generator().manual_seed(3)
        sampler = torch.utils.data.RandomSampler(ids, generator=order)
        rows = torch.utils.data.TensorDataset(ids, ids)
        data = torch.utils.data.DataLoader(rows, 4, sampler=sampler)
        model = cl.CharLM(cl.RNN(5, 4), 5)
        return cl.fit(
            model, data, epochs=epochs, checkpoint=path, resume=bool(path)
        ).loss

    loaded(tmp_path / "run", 2)
    assert loaded(tmp_path / "run", 4) == loaded(None, 4)


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


def stop_after(epoch):
    """Return what ends a run by Ctrl-C after so many epochs are in its file."""

    def interrupt(number, history):
        if number > epoch:
            raise KeyboardInterrupt

    return interrupt


def test_the_same_call_goes_on_in_the_same_program(tmp_path):
    torch.manual_seed(0)
    model = cl.CharLM(cl.RNN(5, 4), 5)
    sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    data = cl.windows(torch.arange(60) % 5, 2, 5)
    how = {"epochs": 5, "optimizer": sgd, "schedule": halves(sgd)}
    how |= {"checkpoint": tmp_path / "run", "resume": True}
    with pytest.raises(KeyboardInterrupt):
        cl.fit(model, data, on_epoch=stop_after(3), **how)
    history = cl.fit(model, data, **how)
    assert cl.fit(model, data, **how).loss == history.loss
    how = {"kind": torch.optim.SGD, "schedule": halves, "resume": False}
    whole = tiny(None, lr=0.1, epochs=5, **how)[0]
    assert history.loss == whole.loss


@pytest.mark.parametrize("changed", ["clip", "lr"])
def test_override_begins_a_schedule_anew_only_where_the_optimizer_changes(
    changed, tmp_path
):
    how = {"kind": torch.optim.SGD, "schedule": halves, "lr": 1.0}
    tiny(tmp_path / "run", **how)
    rates = []
    how |= {"clip": 0.5} if changed == "clip" else {"lr": 2.0}
    made = []

    def kept(optimizer):
        made.append(halves(optimizer))
        return made[0]

    how["schedule"] = kept
    how["on_epoch"] = lambda epoch, h: rates.extend(made[0].get_last_lr())
    tiny(tmp_path / "run", epochs=5, resume="override", **how)
    assert rates == ([0.125, 0.0625] if changed == "clip" else [2.0, 1.0])


def frozen(model):
    """Freeze a part of a model, and return the parameters that are trained."""
    model.layer.weight_ih_l0.requires_grad_(False)
    return model.parameters()


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (
            {"schedule": lambda o: torch.optim.lr_scheduler.StepLR(o, 1, 0.1)},
            "gamma=0.1",
        ),
        ({"schedule": halves, "groups": frozen}, "frozen was .* and is .*weight_ih_l0"),
    ],
)
def test_a_schedule_and_what_is_frozen_are_known_too(how, words, tmp_path):
    tiny(tmp_path / "run", epochs=2, schedule=halves)
    with pytest.raises(ValueError, match=words):
        tiny(tmp_path / "run", **how)


def test_a_rate_as_a_tensor_is_the_number_that_it_is(tmp_path):
    tiny(tmp_path / "run", epochs=2, lr=0.1)
    assert len(tiny(tmp_path / "run", lr=torch.tensor(0.1))[0]) == 3


def test_a_refused_resume_leaves_the_optimizer_s_own_objects(tmp_path):
    model = cl.CharLM(cl.RNN(5, 4), 5)
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    data = cl.windows(torch.arange(60) % 5, 2, 5)
    how = {"optimizer": adam, "checkpoint": tmp_path / "run", "resume": True}
    cl.fit(model, data, epochs=1, **how)
    model.bfloat16()
    group = adam.param_groups[0]
    with pytest.raises(
        ValueError, match="float32, and here it is .* of torch.bfloat16"
    ):
        cl.fit(model, data, epochs=2, **how)
    assert adam.param_groups[0] is group
    moments = [state["exp_avg"].dtype for state in adam.state.values()]
    assert set(moments) == {torch.float32}


@pytest.mark.parametrize("part", ["random", "history"])
def test_a_file_that_fits_up_to_its_last_part_changes_nothing_either(part, tmp_path):
    tiny(tmp_path / "run", epochs=2)
    content = format.read(tmp_path / "run", "run")
    if part == "random":
        content["random"]["numpy"]["state"]["pos"] = 10**30
    else:
        content["history"]["loss"] = 3
    format.write(tmp_path / "run", "run", content)
    model = cl.CharLM(cl.RNN(5, 4), 5)
    before = {k: v.clone() for k, v in model.state_dict().items()}
    with pytest.raises(ValueError, match="cannot be gone on from, and nothing was"):
        tiny(tmp_path / "run", model=model)
    assert all(torch.equal(before[k], v) for k, v in model.state_dict().items())


def test_a_run_that_on_epoch_has_ended_is_over(tmp_path):
    def ends(epoch, history):
        return epoch >= 2

    for _ in range(3):
        assert len(tiny(tmp_path / "run", epochs=9, on_epoch=ends)[0]) == 2
    assert len(tiny(tmp_path / "run", epochs=4, resume="keep")[0]) == 4


def test_parameters_added_on_the_way_are_told_with_a_way_out(tmp_path):
    def grows(epoch, history):
        if epoch == 2:
            adam.add_param_group({"params": [torch.nn.Parameter(torch.ones(2))]})

    model = cl.CharLM(cl.RNN(5, 4), 5)
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    data = cl.windows(torch.arange(60) % 5, 2, 5)
    path = tmp_path / "run"
    cl.fit(model, data, epochs=3, optimizer=adam, on_epoch=grows, checkpoint=path)
    with pytest.raises(ValueError, match='had parameters added. resume="keep" goes on'):
        tiny(path, model=model, text=torch.arange(60) % 5)


class Counting:
    """Data of a reader's own, with a counter, texts and an order of its own."""

    def __init__(self, text):
        self.ids = torch.arange(60) % 5
        self.names = np.array([text, None, 3.0], dtype=object)
        self.source, self.passes = random.Random(0), 0

    def __iter__(self):
        self.passes += 1
        self.source.gauss(0, 1)
        yield from cl.whole_text(self.ids)


def test_data_of_ones_own_is_known_again_and_told_from_other(tmp_path):
    model, data = cl.CharLM(cl.RNN(5, 4), 5), Counting("a")
    how = {"checkpoint": tmp_path / "run", "resume": True}
    for epochs in (1, 2, 3):
        assert len(cl.fit(model, data, epochs=epochs, **how)) == epochs
    assert len(cl.fit(model, Counting("a"), epochs=4, **how)) == 4
    with pytest.raises(ValueError, match="data: .* of other content"):
        cl.fit(model, Counting("b"), epochs=5, **how)


def test_where_a_checkpoint_cannot_be_written_is_told_before_training(tmp_path):
    with pytest.raises(
        OSError, match="no is no folder, so run cannot be written there"
    ):
        tiny(
            tmp_path / "no" / "run", on_epoch=lambda epoch, history: pytest.fail("late")
        )
    with pytest.raises(TypeError, match="path must be a str or a Path, got int"):
        tiny(3)
    with pytest.raises(ValueError, match="resume must be True, False"):
        tiny(tmp_path / "run", resume="maybe")
