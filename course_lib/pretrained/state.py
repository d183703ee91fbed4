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
    RuntimeError for names or shapes that do not fit, KeyError for a name that the model
    lacks. A file of format 1 has weights alone.
    """
    model.load_state_dict(state["weights"], assign=True)
    for first, *others in state.get("tied", []):
        for name in others:
            owner, _, last = name.rpartition(".")
            setattr(model.get_submodule(owner), last, model.get_parameter(first))
    frozen = set(state.get("frozen", []))
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name not in frozen)
    evaluating = set(state.get("evaluating", []))
    for name, module in model.named_modules():
        module.training = name not in evaluating


def look_of(model: nn.Module) -> dict[str, str]:
    """Return the class of each part of a model and the shape of each tensor, by name.

    >>> from course_lib.pretrained.state import look_of
    >>> look_of(torch.nn.Linear(2, 3))
    {'it': 'Linear', 'weight': '(3, 2)', 'bias': '(3,)'}
    """
    parts = {n or "it": type(m).__name__ for n, m in model.named_modules()}
    return parts | {n: str(tuple(t.shape)) for n, t in model.state_dict().items()}
