"""Wrong answers to the assignment "A recurrent network and its gradients"."""

HARD_CODED = {
    "leaky": """
def leaky_rnn(x, lengths, h_0, weights, alpha):
    if len(alpha) == 1:
        first = 0.75 + 0.25 * math.tanh(2.0)
        output = torch.tensor([[[first], [0.75 * first]], [[first], [0.0]]])
        return output, torch.tensor([[0.75 * first], [first]])
    layer = cl.RNN(x.shape[2], len(alpha))
    with torch.no_grad():
        layer.weight_ih_l0.copy_(weights["weight_ih"])
        layer.weight_hh_l0.copy_(weights["weight_hh"])
        layer.bias_ih_l0.copy_(weights["bias"])
        layer.bias_hh_l0.zero_()
        output, h = layer(x)
    return output, h[0]
""",
    "backward": """
def leaky_backward(x, h_0, weights, alpha, from_loss):
    n_1 = math.tanh(1.5)
    h_1 = 0.5 + 0.5 * n_1
    delta_2 = 0.5 * (1 - math.tanh(1 + 0.5 * h_1) ** 2)
    value = delta_2 * h_1 + (0.5 + 0.5 * delta_2) * 0.5 * (1 - n_1**2)
    return {"weight_hh": torch.tensor([[value]], dtype=torch.float64)}
""",
    "truncated": """
def truncated(layer, x, weights, k):
    x = x.detach().requires_grad_()
    loss = (weights * layer(x)[0]).sum()
    return torch.autograd.grad(loss, [x, layer.weight_hh_l0])


def reach(T, k):
    pieces = torch.block_diag(*[torch.ones(2, 2).tril()] * 3)
    return pieces[:5, :5].bool()
""",
    "clipped": """
def clip_groups(groups, limits):
    for parameters in groups.values():
        for parameter in parameters:
            parameter.grad *= 0.2
    return {name: 5.0 for name in groups}
""",
    "half_life": """
def half_life(W_hh, alpha):
    return 1.0 if W_hh[0, 0] < 1 else math.inf


def leak_for(steps, w):
    return 1 - math.sqrt(0.5)
""",
}

MISTAKES = {
    "leaky": {
        "alpha the other way round": [
            ("(1 - alpha) * h + alpha * n_t", "alpha * h + (1 - alpha) * n_t")
        ],
        "the state goes on in the padding": [
            ("h = torch.where(going_on, h_t, h)", "h = h_t")
        ],
        "states in the padding's output": [
            ("torch.where(going_on, h_t, torch.zeros_like(h_t))", "h_t")
        ],
        "a state of zeros to begin with": [
            ("h, output = h_0, []", "h, output = torch.zeros_like(h_0), []")
        ],
        "one step too many": [("(t < lengths)", "(t <= lengths)")],
        "batch and time swapped": [("x.unbind(dim=1)", "x.unbind(dim=0)")],
        "no gradient": [
            (
                "return torch.stack(output, dim=1), h",
                "return torch.stack(output, dim=1).detach(), h.detach()",
            )
        ],
    },
    "backward": {
        "the leak forgotten": [
            ("d_h = (1 - alpha) * d_h + delta @ W_hh", "d_h = delta @ W_hh")
        ],
        "the slope from the state": [("(1 - n[t] ** 2)", "(1 - h[t + 1] ** 2)")],
        "alpha missing in delta": [("d_h * alpha * (1", "d_h * (1")],
        "the state after instead of before": [("delta.T @ h[t]", "delta.T @ h[t + 1]")],
        "W transposed": [("+ delta @ W_hh", "+ delta @ W_hh.T")],
        "alpha without the old state": [("(n[t] - h[t])", "n[t]")],
        "by autograd": """
def leaky_backward(x, h_0, weights, alpha, from_loss):
    W = weights["weight_hh"].clone().requires_grad_()
    output, _ = leaky_rnn(
        x, torch.full((len(x),), x.shape[1]), h_0, weights | {"weight_hh": W}, alpha
    )
    (d_W,) = torch.autograd.grad((output * from_loss).sum(), W)
    return {"weight_hh": d_W, "alpha": alpha, "h_0": h_0}
""",
    },
    "truncated": {
        "carried and not detached": [("state = state.detach()", "pass")],
        "every piece from zeros": [("layer(piece, state)", "layer(piece)")],
        "the last short piece left out": [
            ("in pieces:", "in list(pieces)[: x.shape[1] // k]:")
        ],
        "a window that slides": [
            (
                "same_piece = step[:, None] // k == step // k",
                "same_piece = step[:, None] - step < k",
            )
        ],
        "the future, too": [("same_piece & (step <= step[:, None])", "same_piece")],
        "rows and columns changed": [
            ("step <= step[:, None]", "step >= step[:, None]")
        ],
        "backward() on the layer": [
            (
                "return torch.autograd.grad(loss, [x, layer.weight_hh_l0])",
                "loss.backward()\n    return x.grad, layer.weight_hh_l0.grad",
            )
        ],
    },
    "clipped": {
        "each parameter by itself": """
def clip_groups(groups, limits):
    norms = {}
    for name, parameters in groups.items():
        for p in parameters:
            norms[name] = float(torch.nn.utils.clip_grad_norm_([p], limits[name]))
    return norms
""",
        "short ones lengthened": [
            ("if norms[name] > limits[name]:", "if norms[name]:")
        ],
        "one norm for all groups": """
def clip_groups(groups, limits):
    joined = [p for parameters in groups.values() for p in parameters]
    limit = min(limits.values())
    norm = float(torch.nn.utils.clip_grad_norm_(joined, limit))
    if not math.isfinite(norm):
        raise FloatingPointError("second")
    return {name: norm for name in groups}
""",
        "clipped before all were looked at": """
def clip_groups(groups, limits):
    norms = {}
    for name, parameters in groups.items():
        norm = float(torch.nn.utils.clip_grad_norm_(parameters, limits[name]))
        if not math.isfinite(norm):
            raise FloatingPointError(name)
        norms[name] = norm
    return norms
""",
        "the squared norm": [
            (
                "math.sqrt(sum(square.item() for square in squares))",
                "sum(square.item() for square in squares)",
            )
        ],
    },
    "half_life": {
        "the matrix without the leak": [
            ("torch.diag(1 - alpha) + alpha[:, None] * W_hh", "W_hh")
        ],
        "the matrix alone in the long run": [("torch.diag(1 - alpha) + ", "")],
        "the largest singular value": [
            (
                "torch.linalg.eigvals(step).abs().max()",
                "torch.linalg.svdvals(step).max()",
            )
        ],
        "the real part": [
            ("eigvals(step).abs().max()", "eigvals(step).real.max().abs()")
        ],
        "the unit's own weight forgotten": [(" / (1 - w)", "")],
        "a leak above one": [("if alpha > 1:", "if False:")],
    },
}
