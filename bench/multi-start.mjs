// The usual way to fit Chinchilla's law, as an opponent: L-BFGS from thousands of starts, the best of them kept.

/** Hoffmann et al.'s grid of starts: E, A, B in logs, α and β: 5 · 6 · 6 · 5 · 5. */
const GRID = {
  e: [-1, -0.5, 0, 0.5, 1],
  a: [0, 5, 10, 15, 20, 25],
  b: [0, 5, 10, 15, 20, 25],
  rate: [0, 0.5, 1, 1.5, 2],
};
/** The opponent: L-BFGS with analytic gradients on flat arrays, a memory of ten and a backtracking line search. */
export function lbfgs(objective, start, { rounds = 500, memory = 10, tolerance = 1e-9 } = {}) {
  const k = start.length;
  let [x, g] = [Float64Array.from(start), new Float64Array(k)];
  let value = objective(x, g);
  const history = [];
  const dot = (p, q) => p.reduce((sum, v, i) => sum + v * q[i], 0);
  for (let round = 0; round < rounds; round++) {
    if (Math.max(...g.map(Math.abs)) < tolerance) break;
    const d = g.map((v) => -v);
    const alphas = [];
    for (let h = history.length - 1; h >= 0; h--) {
      const { s, y, rho } = history[h];
      const alpha = rho * dot(s, d);
      alphas.unshift(alpha);
      for (let i = 0; i < k; i++) d[i] -= alpha * y[i];
    }
    const last = history.at(-1);
    const scale = last ? dot(last.s, last.y) / dot(last.y, last.y) : 1 / Math.max(1, Math.sqrt(dot(g, g)));
    for (let i = 0; i < k; i++) d[i] *= scale;
    history.forEach(({ s, y, rho }, h) => {
      const beta = rho * dot(y, d);
      for (let i = 0; i < k; i++) d[i] += (alphas[h] - beta) * s[i];
    });
    const slope = dot(g, d);
    if (!(slope < 0)) break;
    let t = 1;
    let found = NaN;
    const [next, h] = [new Float64Array(k), new Float64Array(k)];
    for (let tries = 0; tries < 30; tries++) {
      for (let i = 0; i < k; i++) next[i] = x[i] + t * d[i];
      found = objective(next, h);
      if (found <= value + 1e-4 * t * slope) break;
      t /= 2;
    }
    if (!(found < value)) break;
    const s = next.map((v, i) => v - x[i]);
    const y = h.map((v, i) => v - g[i]);
    const sy = dot(s, y);
    if (sy > 1e-16) history.push({ s, y, rho: 1 / sy });
    if (history.length > memory) history.shift();
    [x, g, value] = [next, h, found];
  }
  return { x, value };
}

/** Chinchilla's sum of Huber's loss on log residuals, by (ln A, ln B, ln E, α, β). */
export function objectiveOf(table, delta) {
  const lnN = table.params.map(Math.log);
  const lnD = table.tokens.map(Math.log);
  const lnL = table.loss.map(Math.log);
  return (at, gradient) => {
    const [a, b, e, alpha, beta] = at;
    gradient.fill(0);
    let cost = 0;
    for (let i = 0; i < lnL.length; i++) {
      const [p, q] = [a - alpha * lnN[i], b - beta * lnD[i]];
      const top = Math.max(p, q, e);
      const [x, y, z] = [Math.exp(p - top), Math.exp(q - top), Math.exp(e - top)];
      const sum = x + y + z;
      const r = lnL[i] - top - Math.log(sum);
      const size = Math.abs(r);
      cost += size <= delta ? 0.5 * r * r : delta * (size - 0.5 * delta);
      const pull = (size <= delta ? r : delta * Math.sign(r)) / sum;
      gradient[0] -= pull * x;
      gradient[1] -= pull * y;
      gradient[2] -= pull * z;
      gradient[3] += pull * x * lnN[i];
      gradient[4] += pull * y * lnD[i];
    }
    return cost;
  };
}

export function startsOf() {
  const all = [];
  for (const e of GRID.e)
    for (const a of GRID.a)
      for (const b of GRID.b)
        for (const alpha of GRID.rate) for (const beta of GRID.rate) all.push(Float64Array.of(a, b, e, alpha, beta));
  return all;
}

/** Some of the starts, strewn over the grid. */
export function fewStarts(count) {
  const all = startsOf();
  const stride = all.length / count;
  return Array.from({ length: count }, (_, i) => all[Math.floor(i * stride + (i % 7) * 0.13 * stride)]);
}
