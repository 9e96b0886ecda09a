"use strict";

// Goes through a recorded graph, forward and then in reverse; the page's numbers all come from
// here. `record` lists for each node its `inputs` (earlier nodes), `kinds` (a letter, c for a
// constant) and `rules` (a place among its `operations`, -1 for a leaf). The functions of
// `operations` are those that javascript.py writes.
const sweep = (() => {
  // What a sweep needs of a record, once: functions, and edges in flat lists. The edges of a node
  // stand together, in the order of its operands: from first[node] to before first[node + 1].
  function prepare(record, operations) {
    const count = record.inputs.length;
    const first = new Int32Array(count + 1);
    record.inputs.forEach((inputs, node) => { first[node + 1] = first[node] + inputs.length; });
    return {
      count,
      first,
      root: record.root ?? count - 1,
      tails: Int32Array.from(record.inputs.flat()),
      isConstant: Array.from(record.kinds, (kind) => kind === "c"),
      steps: record.rules.map((rule) => (rule < 0 ? null : operations[record.operations[rule][0]])),
    };
  }

  // All that follows from the leaves: `numbers` has one for each node, of which the leaves' count.
  function run(program, numbers) {
    const values = forward(program, numbers);
    const slopes = localDerivatives(program, values);
    return { values, slopes, adjoints: backward(program, slopes) };
  }

  // NaN is what is outside its domain, and all that follows from it.
  function forward(program, numbers) {
    const values = Float64Array.from(numbers);
    for (let node = 0; node < program.count; node++) {
      if (program.steps[node] !== null) values[node] = valueOf(program, values, node);
    }
    return values;
  }

  function valueOf({ first, tails, steps }, values, node) {
    const edge = first[node];
    const count = first[node + 1] - edge;
    const a = values[tails[edge]];
    if (count === 1) return isNaN(a) ? NaN : steps[node].value(a);
    if (count === 2) {
      const b = values[tails[edge + 1]];
      return isNaN(a) || isNaN(b) ? NaN : steps[node].value(a, b);
    }
    const operands = operandsOf(values, tails, edge, count);
    return operands.some(isNaN) ? NaN : steps[node].value(...operands);
  }

  // ∂node/∂operand on each edge; NaN where there is none, as by a constant or outside a domain.
  function localDerivatives(program, values) {
    const { count, first, tails, steps, isConstant } = program;
    const slopes = new Float64Array(tails.length).fill(NaN);
    for (let node = 0; node < count; node++) {
      if (isNaN(values[node])) continue;
      for (let edge = first[node]; edge < first[node + 1]; edge++) {
        if (isConstant[tails[edge]]) continue;
        slopes[edge] = slopeOf(steps[node].partials, program, values, node, edge - first[node]);
      }
    }
    return slopes;
  }

  // A row of any number of operands has one partial, which takes the operand concerned first.
  function slopeOf(partials, { first, tails }, values, node, place) {
    const edge = first[node];
    const count = first[node + 1] - edge;
    const a = values[tails[edge]];
    if (count === 1) return partials[0](a, values[node]);
    if (count === 2 && partials.length === 2) {
      return partials[place](a, values[tails[edge + 1]], values[node]);
    }
    const operands = operandsOf(values, tails, edge, count);
    if (partials.length === count) return partials[place](...operands, values[node]);
    operands.unshift(...operands.splice(place, 1));
    return partials[0](...operands, values[node]);
  }

  // ∂root/∂node: 1 at the root, and from a node along each edge its own times the slope there.
  // NaN for a constant, which has none; 0 where nothing reaches the root.
  function backward({ root, count, first, tails, isConstant }, slopes) {
    const adjoints = new Float64Array(count);
    const isReached = new Uint8Array(count);
    adjoints[root] = isReached[root] = 1;
    for (let node = count - 1; node >= 0; node--) {
      if (isConstant[node]) adjoints[node] = NaN;
      if (!isReached[node]) continue;
      for (let edge = first[node]; edge < first[node + 1]; edge++) {
        if (isConstant[tails[edge]]) continue;
        adjoints[tails[edge]] += slopes[edge] * adjoints[node];
        isReached[tails[edge]] = 1;
      }
    }
    return adjoints;
  }

  // Where the package itself would raise, -1 for nowhere: `value` is the first node that is not
  // defined at its operands; `gradient` the first on the way back from which on a leaf's gradient
  // is no finite number.
  function faults({ root, first, tails, steps, isConstant }, { values, slopes, adjoints }) {
    const value = values.findIndex(isNaN);
    const isBad = (node) => !isConstant[node] && !isFinite(adjoints[node]);
    if (value >= 0 || !steps.some((step, node) => step === null && isBad(node))) {
      return { value, gradient: -1 };
    }
    const passesOn = (node) => {
      for (let edge = first[node]; edge < first[node + 1]; edge++) {
        if (!isConstant[tails[edge]] && !isFinite(slopes[edge] * adjoints[node])) return true;
      }
      return false;
    };
    let gradient = root;
    while (gradient > 0 && !isBad(gradient) && !passesOn(gradient)) gradient--;
    return { value, gradient };
  }

  // The first node at which this page computes something else than the record says, or -1. Each
  // is computed from the recorded numbers before it, so that no other is blamed for its error, nor
  // one whose digits cancel. (A record writes infinities as text, and null for what is not there.)
  function compare(program, record, tolerance = 1e-9) {
    const { root, count, first, tails, isConstant } = program;
    const values = Float64Array.from(record.values, Number);
    const slopes = localDerivatives(program, values);
    const differs = (mine, theirs, size) => {
      if (theirs === null || mine === Number(theirs)) return false;
      return !isFinite(mine - theirs) || Math.abs(mine - theirs) > tolerance * size;
    };
    for (let node = 0; node < count; node++) {
      let size = Math.abs(values[node]);
      for (let edge = first[node]; edge < first[node + 1]; edge++) {
        const place = edge - first[node];
        const operand = values[tails[edge]];
        const steepness = Math.abs(slopes[edge]) + Math.abs(values[node] / operand || 0);
        if (differs(slopes[edge], record.slopes[node][place], steepness)) return node;
        size += Math.abs(slopes[edge] * operand) || 0;
      }
      const isLeaf = program.steps[node] === null;
      if (!isLeaf && differs(valueOf(program, values, node), values[node], size)) return node;
    }
    const adjoints = backward(program, slopes);
    const sizes = backward(program, slopes.map(Math.abs));
    for (let node = root; node >= 0; node--) {
      const isWrong = differs(adjoints[node], record.gradients[node], sizes[node]);
      if (!isConstant[node] && isWrong) return node;
    }
    return -1;
  }

  function operandsOf(values, tails, edge, count) {
    return Array.from({ length: count }, (_, place) => values[tails[edge + place]]);
  }

  return { prepare, run, forward, faults, compare };
})();
