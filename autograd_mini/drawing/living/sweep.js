"use strict";
// The recorded graph and its sweeps: `graph` holds all numbers, Python's own until a leaf is moved.
const graph = (() => {
  const record = JSON.parse(document.getElementById("record").textContent);
  const { inputs, kinds } = record;
  const root = inputs.length - 1;
  const nodes = inputs.map((_, node) => node);
  const number = (x) => (x === null ? NaN : Number(x));
  const edges = []; // in the order of heads and places
  const into = []; // node -> its edges from its operands
  const outOf = nodes.map(() => []); // node -> edges to what is made of it
  nodes.forEach((head) => {
    into[head] = inputs[head].map((tail, place) => {
      const silent = record.slopes[head][place] === null; // beside a constant
      edges.push({ name: edges.length, tail, head, place, silent });
      outOf[tail].push(edges.length - 1);
      return edges.length - 1;
    });
  });
  const rule = record.rules.map((use) => (use < 0 ? null : rules[record.operations[use][0]]));
  const leaves = nodes.filter((node) => !inputs[node].length && kinds[node] !== "c");
  const python = {
    values: record.values.map(number),
    slopes: record.slopes.flat().map(number),
    gradients: record.gradients.map(number),
  };
  const listeners = [];

  /** Compute the values of all nodes from those of the leaves; return the node that has none. */
  function forward(values) {
    for (const node of nodes) {
      if (!rule[node]) continue;
      const operands = inputs[node].map((operand) => values[operand]);
      const { accepts, value } = rule[node];
      if (accepts && !accepts(...operands)) return node;
      values[node] = value(...operands);
      if (Number.isNaN(values[node])) return node;
    }
    return null;
  }

  const slopesAt = (values) =>
    edges.map(({ head, place, silent }) => {
      if (silent) return NaN;
      const operands = inputs[head].map((operand) => values[operand]);
      return rule[head].partials[place](...operands, values[head]);
    });

  /** Go back through the graph: each edge hands on its head's gradient times its slope. */
  function backward(slopes) {
    const gradients = nodes.map((node) => (kinds[node] === "c" ? NaN : 0));
    gradients[root] = 1;
    for (let head = root; head >= 0; head -= 1) {
      for (const edge of into[head]) {
        if (!edges[edge].silent) gradients[edges[edge].tail] += slopes[edge] * gradients[head];
      }
    }
    return gradients;
  }

  /** Return all numbers with some leaves moved: {values, slopes, gradients}, or {trouble: node}. */
  function at(leafValues) {
    const values = python.values.slice();
    for (const [leaf, x] of leafValues) values[leaf] = x;
    const trouble = forward(values);
    if (trouble !== null) return { trouble };
    const slopes = slopesAt(values);
    return { values, slopes, gradients: backward(slopes) };
  }

  /** Return the root's value alone, with one leaf elsewhere; NaN where there is none. */
  function rootAt(leaf, x) {
    const values = self.now.values.slice();
    values[leaf] = x;
    return forward(values) === null ? values[root] : NaN;
  }

  /** Move leaves, as far as all operations have a value; return the node that stopped them. */
  function move(changes) {
    const before = new Map(self.moved);
    const aim = (share) => {
      const wanted = new Map(before);
      for (const [leaf, x] of changes) {
        const from = self.now.values[leaf];
        wanted.set(leaf, share === 1 ? x : from + share * (x - from));
      }
      return wanted;
    };
    let found = at(aim(1));
    let reached = 1;
    const { trouble } = found;
    if (trouble !== undefined) {
      reached = 0;
      for (let step = 0.5; step > 1e-4; step /= 2) {
        if (at(aim(reached + step)).trouble === undefined) reached += step;
      }
      found = at(aim(reached));
    }
    self.moved = new Map([...aim(reached)].filter(([leaf, x]) => x !== python.values[leaf]));
    self.now = self.moved.size ? found : python;
    listeners.forEach((listener) => listener());
    return trouble;
  }

  const reset = () => {
    self.moved = new Map();
    self.now = python;
    listeners.forEach((listener) => listener());
  };

  /** Compute everything again from Python's operands; return the operation that differs. */
  function check() {
    const near = (a, b, size) => a === b || Math.abs(a - b) <= 1e-9 * size || (a !== a && b !== b);
    const { values, slopes, gradients } = python;
    for (const node of nodes.filter((each) => rule[each])) {
      const operands = inputs[node].map((operand) => values[operand]);
      const found = rule[node].value(...operands);
      const same = into[node].every((edge, place) => {
        if (edges[edge].silent) return true;
        const slope = rule[node].partials[place](...operands, values[node]);
        return near(slope, slopes[edge], Math.abs(slopes[edge]));
      });
      if (!same || !near(found, values[node], Math.abs(values[node]))) return node;
    }
    const sizes = backward(slopes.map(Math.abs));
    const again = backward(slopes);
    return nodes.find((node) => !near(again[node], gradients[node], sizes[node])) ?? null;
  }

  /** Return which nodes the root is reached through from a node, itself included. */
  function above(node) {
    const found = new Set([node]);
    for (let head = node + 1; head <= root; head += 1) {
      if (into[head].some((edge) => !edges[edge].silent && found.has(edges[edge].tail))) {
        found.add(head);
      }
    }
    for (const each of [...found].sort((a, b) => b - a)) {
      const leads = outOf[each].some((edge) => !edges[edge].silent && found.has(edges[edge].head));
      if (each !== root && !leads) found.delete(each);
    }
    return found;
  }

  const self = {
    record, nodes, edges, into, outOf, kinds, leaves, root, python,
    now: python, // {values, slopes, gradients}
    moved: new Map(), // leaf -> its value, where that is not Python's
    move, reset, check, above, rootAt,
    listen: (listener) => listeners.push(listener),
    show: (x) => digits(x, record.digits),
  };
  return self;
})();
