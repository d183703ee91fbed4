/* The three cells, one step forward and one step back, of a network's B rows.

   gates: blocks of rows in W_ih and W_hh, in torch's order. keeps: 1 where what h_prev brings
   in is kept apart from what x_t brings in, as the GRU must, whose r scales it in n. */

/* The places of step t: the gates, what is before and after, and the derivatives. */
export function placesAt({ at, B, H, GH }, t) {
  const n = B * H;
  const rows = t * B * GH;
  return {
    gates: at.gates + rows, dx: at.dx + rows, s: at.s + rows, ds: at.ds + rows,
    hPrev: at.h + t * n, h: at.h + (t + 1) * n, cPrev: at.c + t * n, c: at.c + (t + 1) * n,
    tanhC: at.tanhC + t * n, dh: at.dh + t * n, n,
  };
}

/* to (+)= W_hh h_prev */
function fromHidden({ kernels, at, B, H, GH }, hPrev, to) {
  kernels.gemm(hPrev, H, 1, at.W_hhT, GH, to, GH, B, GH, H, 1);
}

export const CELLS = {
  rnn: {
    gates: 1, keeps: 0,
    forward(net, t) {
      const { gates, hPrev, h, n } = net.places[t];
      fromHidden(net, hPrev, gates);
      net.kernels.rnnForward(gates, h, n);
    },
    backward(net, t) {
      const { h, dx, dh, n } = net.places[t];
      net.kernels.rnnBack(h, dx, dh, n);
    },
  },
  lstm: {
    gates: 4, keeps: 0,
    forward(net, t) {
      const { gates, hPrev, cPrev, c, tanhC, h } = net.places[t];
      fromHidden(net, hPrev, gates);
      net.kernels.lstmForward(gates, cPrev, c, tanhC, h, net.B, net.H);
    },
    backward(net, t) {
      const { gates, dx, dh, tanhC, cPrev } = net.places[t];
      net.kernels.lstmBack(gates, dx, dh, net.at.dc, tanhC, cPrev, net.B, net.H);
    },
  },
  gru: {
    gates: 3, keeps: 1,
    forward(net, t) {
      const { gates, s, hPrev, h } = net.places[t];
      net.kernels.repeatRow(net.at.b_hh, s, net.B, net.GH);
      fromHidden(net, hPrev, s);
      net.kernels.gruForward(gates, s, hPrev, h, net.B, net.H);
    },
    backward(net, t) {
      const { gates, s, dx, ds, dh, hPrev, n } = net.places[t];
      const dPrev = t ? dh - n : net.at.dc;  // before the first step nobody asks for it
      net.kernels.gruBack(gates, s, dx, ds, dh, dPrev, hPrev, net.B, net.H);
    },
  },
};
