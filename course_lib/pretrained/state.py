"""The state of a model beside its making: weights, types, what is frozen or tied."""

from collections import defaultdict

from torch import nn


def state_of(model: nn.Module) -> dict:
    """Return a model's weights, and the names of what is not as it was made.

    >>> from course_lib.pretrained.state import state_of
    >>> layer = cl.RNN(2, 3).eval()
    >>> _ = layer.bias_hh_l0.requires_grad_(False)
    >>> state = state_of(layer)
    >>> state["frozen"], state["evaluating"], state["tied"]
    (['bias_hh_l0'], [''], [])

    evaluating: modules in evaluation mode, by name, "" for the model itself; frozen:
    parameters that get no gradient; tied: the names of parameters that are one.
    """
    names = defaultdict(list)
    for name, parameter in model.named_parameters(remove_duplicate=False):
        names[id(parameter)].append(name)
    return {
        "weights": dict(model.state_dict()),
        "evaluating": [name for name, m in model.named_modules() if not m.training],
        "frozen": [name for name, p in model.named_parameters() if not p.requires_grad],
        "tied": [group for group in names.values() if len(group) > 1],
    }


def put_back(model: nn.Module, state: dict) -> None:
    """Give a model that was just built what `state_of` returned.

    The tensors of the file become the model's, so that each keeps its type. Raises
    ValueError or RuntimeError for names, shapes or types that do not fit. A file of
    format 1 has weights alone.
    """
    model.load_state_dict(state["weights"], assign=True)
    named = dict(model.named_parameters(remove_duplicate=False))
    if not all(p.is_floating_point() for p in named.values()):
        raise ValueError("weights must be floats")
    frozen, evaluating = set(state.get("frozen", [])), set(state.get("evaluating", []))
    parts = dict(model.named_modules())
    tied = state.get("tied", [])
    unknown = {name for group in tied for name in group} | frozen
    unknown = (unknown - named.keys()) | (evaluating - parts.keys())
    if unknown:
        raise ValueError(f"the model has no {min(unknown)}")
    for first, *others in tied:
        _tie(model, named[first], others)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name not in frozen)
    for name, module in parts.items():
        module.training = name not in evaluating


def _tie(model: nn.Module, parameter: nn.Parameter, names: list[str]) -> None:
    """Let a parameter be that of several names."""
    for name in names:
        owner, _, last = name.rpartition(".")
        module = model.get_submodule(owner)
        if getattr(module, last).shape != parameter.shape:
            raise ValueError(f"{name} has another shape than what it is tied to")
        setattr(module, last, parameter)


def look_of(model: nn.Module) -> dict[str, str]:
    """Return the class of each part of a model and the shape of each tensor, by name.

    >>> from course_lib.pretrained.state import look_of
    >>> look_of(torch.nn.Linear(2, 3))
    {'it': 'Linear', 'weight': '(3, 2)', 'bias': '(3,)'}
    """
    parts = {n or "it": type(m).__name__ for n, m in model.named_modules()}
    state = model.state_dict()
    return parts | {n: str(tuple(getattr(t, "shape", ()))) for n, t in state.items()}
