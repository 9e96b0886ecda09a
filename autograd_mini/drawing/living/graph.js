"use strict";
// The graph and its numbers, Python's own until a leaf is moved: `graph` is what all parts read.
const graph = (() => {
  const record = JSON.parse(document.getElementById("record").textContent);
  const { inputs, kinds } = record;
  const root = inputs.length - 1;
  const nodes = inputs.map((_, node) => node);
  const program = sweep.prepare(record, operations);
  const number = (x) => (x === null ? NaN : Number(x));
  const edges = []; // in the order of heads and places
  const outOf = nodes.map(() => []); // node -> edges to what is made of it, but none of a constant
  const into = nodes.map((head) =>
    inputs[head].map((tail, place) => {
      const edge = { name: edges.length, tail, head, place, silent: kinds[tail] === "c" };
      if (!edge.silent) outOf[tail].push(edge);
      edges.push(edge);
      return edge;
    }),
  );
  const python = {
    values: record.values.map(number),
    slopes: record.slopes.flat().map(number),
    gradients: record.gradients.map(number),
  };
  const listeners = [];

  /** Compute everything with some leaves moved. */
  function at(moved) {
    const { adjoints, ...found } = sweep.run(program, valuesAt(moved));
    return { ...found, gradients: adjoints };
  }

  function valuesAt(moved) {
    const values = python.values.slice();
    for (const [leaf, x] of moved) values[leaf] = x;
    return values;
  }

  const isDefined = ({ values }) => !values.some(Number.isNaN);

  /** Move leaves as far as all operations have a value; return the node that stopped them, or -1.
      Numbers are compared with those before this row of nudges of the same leaves, or with those
      at an origin, [[leaf, x], …]. */
  function move(changes, origin) {
    const leaves = changes.map(([leaf]) => leaf);
    if (origin) self.before = at(new Map(origin));
    else if (String(leaves) !== String(self.nudged)) self.before = self.now;
    self.nudged = leaves;
    const before = self.moved;
    const from = self.now.values;
    const on = (share) =>
      new Map([
        ...before,
        ...changes.map(([leaf, x]) => [
          leaf,
          share === 1 ? x : from[leaf] + share * (x - from[leaf]),
        ]),
      ]);
    let [reached, found] = [1, at(on(1))];
    const stopped = found.values.findIndex(Number.isNaN);
    if (stopped >= 0) {
      reached = 0;
      for (let step = 0.5; step > 1e-3; step /= 2)
        if (isDefined(at(on(reached + step)))) reached += step;
      found = at(on(reached));
    }
    become(new Map([...on(reached)].filter(([leaf, x]) => x !== python.values[leaf])), found);
    return stopped;
  }

  function become(moved, found) {
    self.moved = moved;
    self.now = moved.size ? found : python;
    listeners.forEach((listener) => listener());
  }

  /** The root's value with some leaves elsewhere, [[leaf, x], …]; NaN where there is none. */
  const rootAt = (changes) => sweep.forward(program, valuesAt([...self.moved, ...changes]))[root];

  /** The nodes on the ways from a node to the root, both included; none if there is no way. */
  function way(node) {
    const found = new Set([node]);
    for (const { tail, head, silent } of edges) if (!silent && found.has(tail)) found.add(head);
    const leading = new Set([root]);
    for (const { tail, head } of edges.slice().reverse()) if (leading.has(head)) leading.add(tail);
    return new Set(nodes.filter((each) => found.has(each) && leading.has(each)));
  }

  const self = {
    record,
    inputs,
    nodes,
    edges,
    into,
    outOf,
    kinds,
    root,
    python,
    leaves: nodes.filter((node) => !inputs[node].length && kinds[node] !== "c"),
    now: python, // {values, slopes, gradients}
    before: python, // the same before the leaves were nudged
    nudged: [],
    moved: new Map(), // leaf -> its value, where that is not Python's
    move,
    rootAt,
    way,
    reset() {
      Object.assign(self, { before: python, nudged: [] });
      become(new Map(), python);
    },
    check: () => sweep.compare(program, record),
    /** The node from which on a gradient is not finite, where Python would raise; or -1. */
    fault: () => sweep.faults(program, { ...self.now, adjoints: self.now.gradients }).gradient,
    listen: (listener) => listeners.push(listener),
    show: (x) => digits(Number.isNaN(x) ? null : x, record.digits),
  };
  return self;
})();
