"use strict";
// The parts of the picture: cards with values and gradients, edges with local derivatives, frames.
const cards = (() => {
  const { record, kinds, edges, nodes } = graph;
  const painters = []; // [place, function that writes the present numbers there]

  function draw(name, attributes = {}, ...content) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...content);
    return made;
  }

  const text = (x, y, name, ...content) => draw("text", { x, y, class: name }, ...content);

  const parents = (scope) => (scope < 0 ? [] : [...parents(record.scopes[scope][0]), scope]);

  /** Return how many cards are in a scope that has too many to be opened. */
  const tooMany = (scope) => record.boxes.closed[scope];

  const inside = nodes.reduce((found, node) => {
    for (const scope of parents(record.homes[node])) (found[scope] ??= []).push(node);
    return found;
  }, []);

  /** Return the nodes of a scope that are used outside of it: its results. */
  const results = (scope) => {
    const inner = new Set(inside[scope]);
    return inside[scope].filter(
      (node) => node === graph.root || graph.outOf[node].some(({ head }) => !inner.has(head)),
    );
  };

  function title(symbol, label, low, x, y, given = true) {
    const made = text(x, y, given ? "title" : "title auto");
    if (symbol) made.append(draw("tspan", { class: "symbol" }, symbol));
    if (label)
      made.append(draw("tspan", symbol ? { dx: 5, class: "name" } : { class: "name" }, label));
    if (low) made.append(draw("tspan", { dy: 2.5, class: "name low" }, low));
    return made;
  }

  /** Write a number into an element that is so wide; a long one is set closer. */
  function fit(element, content, room) {
    if (element.textContent === content) return;
    element.textContent = content;
    const long = [...content].reduce((sum, sign) => sum + (/[.⁻⁰-⁹¹²³]/.test(sign) ? 4 : 6.5), 0);
    const tight = long > room;
    if (tight) {
      element.setAttribute("textLength", room);
      element.setAttribute("lengthAdjust", "spacingAndGlyphs");
    } else {
      element.removeAttribute("textLength");
    }
  }

  const norm = (numbers) => (numbers.length === 1 ? numbers[0] : Math.hypot(...numbers));
  const framed = (content, count) => (count > 1 && content !== "–" ? `||${content}||` : content);

  /** Let value and gradient of a card follow, with the old ones as ghosts below. */
  function numbers(card, members, box) {
    const { width, height } = box;
    const half = width / 2;
    const low = height - 18;
    const places = [
      ["value", "values", half / 2],
      ["gradient", "gradients", half * 1.5],
    ].map(([name, column, x]) => [
      text(x, low, name),
      text(x, height - 5.5, `ghost ${name}`),
      column,
      x,
    ]);
    card.append(draw("path", { class: "hairline", d: `M${half},${height - 28}v12` }));
    for (const [now, ghost] of places) card.append(now, ghost);
    painters.push([
      box,
      () => {
        for (const [now, ghost, column] of places) {
          const seen = members.every((node) => stepping.sees(node, column));
          const at = (numbers) => norm(members.map((node) => numbers[column][node]));
          const present = at(graph.now);
          const past = at(graph.before);
          fit(now, seen ? framed(graph.show(present), members.length) : "?", half - 12);
          const moved = graph.nudged.length && seen && graph.show(present) !== graph.show(past);
          fit(ghost, moved ? graph.show(past) : "", half - 12);
          now.classList.toggle("hidden", !seen);
        }
      },
    ]);
  }

  function ofNode(node, box) {
    const [label, low, numbered] = record.labels[node];
    const use = record.rules[node];
    const kind = { d: "data", p: "parameter", c: "constant", o: "operation" }[kinds[node]];
    const card = draw("g", { class: `card ${kind}`, transform: `translate(${box.x},${box.y})` });
    card.append(
      draw("rect", { width: box.width, height: box.height, rx: kind === "constant" ? 10 : 7 }),
    );
    if (kind === "constant") {
      const name = label ? [draw("tspan", { class: "name" }, label), " "] : [];
      card.append(text(box.width / 2, 14, "value", ...name, graph.show(graph.python.values[node])));
      return choosing.linked(card, [`n${node}`]);
    }
    card.append(
      title(use < 0 ? "" : record.operations[use][1], label, low, box.width / 2, 16, !numbered),
    );
    numbers(card, [node], box);
    if (node === graph.root) card.classList.add("root");
    if (graph.leaves.includes(node)) card.classList.add("leaf");
    card.dataset.node = node;
    return choosing.linked(card, [`n${node}`]);
  }

  const large = (scope) => say(record.words.large, { count: tooMany(scope) });

  function ofScope(scope, box) {
    const [, symbol, label, low, detail] = record.scopes[scope];
    const card = draw("g", {
      class: "card folded operation",
      transform: `translate(${box.x},${box.y})`,
    });
    card.append(
      draw("rect", { class: "behind", x: 5, y: 0, width: box.width - 10, height: 20, rx: 6 }),
      draw("rect", { y: 4, width: box.width, height: box.height - 4, rx: 7 }),
      title(symbol, label, low, box.width / 2, 20),
    );
    const below = tooMany(scope) ? large(scope) : detail;
    if (below) card.append(text(box.width / 2, 32, "detail", below));
    numbers(card, results(scope), box);
    if (inside[scope].includes(graph.root)) card.classList.add("root");
    card.dataset.scope = scope;
    return choosing.linked(
      card,
      inside[scope].map((node) => `n${node}`),
    );
  }

  function frame(scope, { x, y, width, height }) {
    const [, symbol, label, low, detail] = record.scopes[scope];
    const made = draw("g", { class: "frame", transform: `translate(${x},${y})` });
    const fold = draw(
      "g",
      { class: "fold" },
      draw("rect", { class: "near", y: -4, width: 48, height: 46 }), // for a finger
      draw("rect", { x: 4, y: 4, width: 18, height: 18, rx: 5 }),
      draw("path", { d: "M9,13h8" }),
    );
    fold.dataset.scope = scope;
    const name = title(symbol, label, low, 28, 17);
    const fits = (symbol + label + low + detail).length * 6.5 + 50 < width;
    if (detail && fits) name.append(draw("tspan", { dx: 9, class: "detail" }, detail));
    made.append(draw("rect", { width, height, rx: 10 }), fold, name);
    return made;
  }

  function edge({ edges: names, path, tip, angle, label }) {
    const keys = names.map((name) => `e${name}`);
    const made = draw("g", { class: "edge" });
    made.append(
      draw("path", { class: "near", d: path }),
      draw("path", { class: "line", d: path }),
      draw("path", {
        class: "head",
        d: "M0,0L-6.5,2.9V-2.9Z",
        transform: `translate(${tip[0]},${tip[1]}) rotate(${angle})`,
      }),
    );
    if (names.length > 1) made.classList.add("several");
    const [only] = names;
    if (names.length === 1 && label && !edges[only].silent) {
      const beside = text(label.x, label.y, "slope");
      made.append(beside);
      const place = { x: tip[0], y: tip[1], width: 0, height: 0 };
      painters.push([place, () => fit(beside, stepping.text("slopes", only).replace("?", ""), 60)]);
    }
    return choosing.linked(made, keys);
  }

  return {
    draw,
    painters,
    parents,
    results,
    tooMany,
    large,
    frame,
    edge,
    node: ofNode,
    scope: ofScope,
  };
})();
