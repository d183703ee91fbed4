/* The weights of a network, by name, in the order in which they are kept and sent. */

export const WEIGHTS = ["W_ih", "W_hh", "b_ih", "b_hh", "W_out", "b_out"];
