"use strict";
// The ledger: each path from the chosen node to the root, the product of its local derivatives,
// and their sum, which one sweep finds too.
const ledger = (() => {
  const { record, edges, into, root } = graph;
  const { words } = record;
  const MOST = 8;
  const body = document.getElementById("paths");
  let painters = [];

  const product = (path) => path.reduce((found, edge) => found * graph.now.slopes[edge], 1);

  /** Find number, length and the heaviest of all paths, in one walk from the node to the root. */
  function paths(node, way) {
    const reached = new Map([[node, { count: 1, factors: 0, best: [[]] }]]);
    for (const head of [...way].sort((a, b) => a - b)) {
      const steps = into[head].filter(({ tail, silent }) => !silent && reached.has(tail));
      if (head === node || !steps.length) continue;
      const found = { count: 0, factors: 0, best: [] };
      for (const { name, tail } of steps) {
        const { count, factors, best } = reached.get(tail);
        found.count += count;
        found.factors += factors + count;
        found.best.push(...best.map((path) => [...path, name]));
      }
      const weight = new Map(found.best.map((path) => [path, Math.abs(product(path))]));
      found.best.sort((a, b) => weight.get(b) - weight.get(a));
      found.best.length = Math.min(found.best.length, MOST);
      reached.set(head, found);
    }
    return reached.get(root);
  }

  /** The sum of the products of all paths, without going through them one by one: each node adds
      up what the paths to it bring (the forward mode; the sweep goes the other way round). */
  function sumOfAll(node) {
    const reached = new Map([[node, 1]]);
    for (const { name, tail, head, silent } of edges) {
      if (silent || !reached.has(tail)) continue;
      reached.set(head, (reached.get(head) ?? 0) + graph.now.slopes[name] * reached.get(tail));
    }
    return reached.get(root);
  }

  const shown = (read) => (stepping.sees(choosing.node, "gradients") ? graph.show(read()) : "?");

  function row(node, path) {
    const keys = [`n${node}`, ...path.flatMap((edge) => [`e${edge}`, `n${edges[edge].head}`])];
    const places = [node, ...path.map((edge) => edges[edge].head)];
    const names = places.map((place) => record.plain[place]).join(" → ");
    const way = choosing.linked(make("button", { type: "button", class: "way" }, names), keys);
    const factors = path.map((edge) => derivation.factor(`e${edge}`, ""));
    const total = make("td", { class: "gradient" });
    painters.push(() => {
      factors.forEach((factor, k) => {
        const text = stepping.text("slopes", path[k]);
        write(factor, k && text.startsWith("−") ? `(${text})` : text);
      });
      write(
        total,
        shown(() => product(path)),
      );
    });
    const cells = factors.flatMap((factor, k) => (k ? [" · ", factor] : [factor]));
    return make("tr", {}, make("th", { scope: "row" }, way, make("div", {}, ...cells)), total);
  }

  /** Show the paths of the chosen node. */
  function explain() {
    painters = [];
    const { node } = choosing;
    const way = graph.way(node);
    const note = document.getElementById("factored");
    if (!way.has(root) || node === root) {
      body.replaceChildren();
      note.textContent = node === root ? words.itself : words.unreached;
      return;
    }
    const { count, factors, best } = paths(node, way);
    const rows = best.map((path) => row(node, path));
    const single = (name, read, heading) => {
      const cell = make("td", { class: "gradient" });
      painters.push(() => write(cell, shown(read)));
      return make("tr", { class: name }, make("th", { scope: "row" }, heading), cell);
    };
    const gradient = () => graph.now.gradients[node];
    const rest = () => best.reduce((left, path) => left - product(path), sumOfAll(node));
    if (count > best.length) {
      rows.push(
        single("rest", rest, say(words.otherPaths, { count: graph.show(count - best.length) })),
      );
    }
    rows.push(
      single("sum", () => sumOfAll(node), words.sum),
      single("sweep", gradient, words.sweep),
    );
    body.replaceChildren(...rows);
    const inWay = edges.filter(
      ({ tail, head, silent }) => !silent && way.has(tail) && way.has(head),
    );
    note.textContent = say(count > 1 ? words.factored : words.onePath, {
      paths: graph.show(count),
      products: graph.show(factors),
      edges: inWay.length,
    });
    paint();
  }

  const paint = () => painters.forEach((painter) => painter());
  return { explain, paint };
})();
