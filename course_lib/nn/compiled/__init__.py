"""The same passes with their loops compiled, for the CPU: needs numba.

Shapes: B batch, T time steps, H hidden size; K blocks of H rows in the weights. A call
of an operation from Python costs some microseconds, whatever the operation does. A step
of a small layer has a dozen of them, and little else; compiled, it has none.

`lstm`, `gru` and `rnn` are the loops, a step at a time and a unit at a time; `products`
and `functions` are what they are made of; `passes` is what autograd sees. Nothing here
is imported before a layer needs it.
"""
