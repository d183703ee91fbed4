/* Counting models in the page: what one gets by counting which token follows which.

   V tokens. See course_lib/models/ngrams.py: p(w|u) = (c(u w) + k(u) p(w|u')) / (c(u) + k(u)),
   Witten and Bell's smoothing. Every run of tokens that was seen has a number, a node; that
   of u w is found from the node of u. Node 0 is the empty run. */

/* The perplexities on `fresh` of the models of order 0 (uniform), 1, ... highest, from the
   counts of `train`; both are ids. The first token of `fresh` is context alone. */
export function counted(train, fresh, V, highest = 4) {
  const { nodes, times, total, kinds } = countRuns(train, V, highest);
  const sums = Array(highest + 1).fill(0);  // of -log p, order by order
  let ends = [0];  // the nodes of the last 0, 1, ... tokens, undefined where unseen
  fresh.forEach((w, t) => {
    let p = 1 / V;
    const after = ends.map((u) => nodes.get(u * V + w));
    for (let order = 0; order <= highest; order++) {
      if (t) sums[order] -= Math.log(p);
      const u = ends[order];
      if (total[u]) p = ((times[after[order]] ?? 0) + kinds[u] * p) / (total[u] + kinds[u]);
    }
    ends = [0, ...after.slice(0, highest)];
  });
  return sums.map((sum) => Math.exp(sum / (fresh.length - 1)));
}

/* The nodes, and of each run u c(u), as a run and as a context, and k(u). */
function countRuns(ids, V, highest) {
  const nodes = new Map();  // the node of u times V, plus w: the node of u w
  const [times, total, kinds] = [1, 2, 3].map(() => new Int32Array(1 + highest * ids.length));
  let ends = [0];
  for (const w of ids) {
    const after = ends.slice(0, highest).map((u) => {
      const key = u * V + w;
      if (!nodes.has(key)) {
        nodes.set(key, nodes.size + 1);
        kinds[u] += 1;
      }
      total[u] += 1;
      times[nodes.get(key)] += 1;
      return nodes.get(key);
    });
    ends = [0, ...after];
  }
  return { nodes, times, total, kinds };
}
