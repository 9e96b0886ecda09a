"use strict";
// The picture: cards with values and gradients, edges with local derivatives, frames of scopes.
const picture = (() => {
  const { record, kinds, edges, nodes } = graph;
  const stage = document.getElementById("stage");
  const opened = new Set(record.opened);
  const canvas = draw("svg", {
    role: "graphics-document document", tabindex: 0, "aria-labelledby": "title",
    "aria-describedby": "hint", "aria-roledescription": record.words.graph,
  });
  const painters = []; // [place, function that writes the present numbers there]
  let shown = { cards: {} };
  let cursor = ""; // the card at which the keyboard is
  let sought = null;
  const listeners = [];
  stage.replaceChildren(canvas);

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

  /** Return the card in which a node is to be seen: its own, or that of a folded scope. */
  const cardOf = (node) => {
    const folded = parents(record.homes[node]).find((scope) => !opened.has(scope) || tooMany(scope));
    return folded === undefined ? String(node) : `s${folded}`;
  };

  const inside = nodes.reduce((found, node) => {
    for (const scope of parents(record.homes[node])) (found[scope] ??= []).push(node);
    return found;
  }, []);

  /** Return the nodes of a scope that are used outside of it: its results. */
  const results = (scope) => {
    const inner = new Set(inside[scope]);
    return inside[scope].filter((node) => node === graph.root ||
      graph.outOf[node].some(({ head }) => !inner.has(head)));
  };

  function title(symbol, label, low, x, y, given = true) {
    const made = text(x, y, given ? "title" : "title auto");
    if (symbol) made.append(draw("tspan", { class: "symbol" }, symbol));
    if (label) made.append(draw("tspan", symbol ? { dx: 5, class: "name" } : { class: "name" }, label));
    if (low) made.append(draw("tspan", { dy: 2.5, class: "name low" }, low));
    return made;
  }

  /** Write a number into an element that is so wide; a long one is set closer. */
  function fit(element, content, room) {
    if (element.textContent === content) return;
    element.textContent = content;
    const tight = content.length * 6.2 > room;
    if (tight) {
      element.setAttribute("textLength", room);
      element.setAttribute("lengthAdjust", "spacingAndGlyphs");
    } else {
      element.removeAttribute("textLength");
    }
  }

  const norm = (numbers) => (numbers.length === 1 ? numbers[0] : Math.hypot(...numbers));
  const framed = (content, count) => (count > 1 && content !== "–" ? `‖${content}‖` : content);

  /** Let value and gradient of a card follow, with the old ones as ghosts below. */
  function numbers(card, members, box) {
    const { width, height } = box;
    const half = width / 2;
    const low = height - 12;
    const places = [
      ["value", "values", half / 2], ["gradient", "gradients", half * 1.5],
    ].map(([name, column, x]) => [
      text(x, low, name), text(x, height - 3.5, `ghost ${name}`), column, x,
    ]);
    card.append(draw("path", { class: "hairline", d: `M${half},${height - 21}v11` }));
    for (const [now, ghost] of places) card.append(now, ghost);
    painters.push([box, () => {
      for (const [now, ghost, column] of places) {
        const seen = members.every((node) => stepping.sees(node, column));
        const at = (numbers) => norm(members.map((node) => numbers[column][node]));
        const present = at(graph.now);
        const past = at(graph.python);
        fit(now, seen ? framed(graph.show(present), members.length) : "?", half - 8);
        const moved = graph.moved.size && seen && graph.show(present) !== graph.show(past);
        fit(ghost, moved ? graph.show(past) : "", half - 8);
        now.classList.toggle("hidden", !seen);
      }
    }]);
  }

  function nodeCard(node, box) {
    const [label, low, numbered] = record.labels[node];
    const use = record.rules[node];
    const kind = { d: "data", p: "parameter", c: "constant", o: "operation" }[kinds[node]];
    const card = draw("g", { class: `card ${kind}`, transform: `translate(${box.x},${box.y})` });
    card.append(draw("rect", { width: box.width, height: box.height, rx: kind === "constant" ? 10 : 7 }));
    if (kind === "constant") {
      const name = label ? [draw("tspan", { class: "name" }, label), " "] : [];
      card.append(text(box.width / 2, 14, "value", ...name, graph.show(graph.python.values[node])));
      return choosing.linked(card, [`n${node}`]);
    }
    card.append(title(use < 0 ? "" : record.operations[use][1], label, low, box.width / 2, 16, !numbered));
    numbers(card, [node], box);
    if (node === graph.root) card.classList.add("root");
    if (graph.leaves.includes(node)) card.classList.add("leaf");
    card.dataset.node = node;
    return choosing.linked(card, [`n${node}`]);
  }

  const large = (scope) => say(record.words.large, { count: tooMany(scope) });

  function scopeCard(scope, box) {
    const [, symbol, label, low, detail] = record.scopes[scope];
    const card = draw("g", { class: "card folded operation", transform: `translate(${box.x},${box.y})` });
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
    return choosing.linked(card, inside[scope].map((node) => `n${node}`));
  }

  function frame(scope, { x, y, width, height }) {
    const [, symbol, label, low] = record.scopes[scope];
    const made = draw("g", { class: "frame", transform: `translate(${x},${y})` });
    const fold = draw("g", { class: "fold" },
      draw("rect", { x: 4, y: 4, width: 18, height: 18, rx: 5 }), draw("path", { d: "M9,13h8" }));
    fold.dataset.scope = scope;
    const name = title(symbol, label, low, 28, 17);
    made.append(draw("rect", { width, height, rx: 10 }), fold, name);
    return made;
  }

  function edge({ edges: names, path, tip, angle, label }) {
    const keys = names.map((name) => `e${name}`);
    const made = draw("g", { class: "edge" });
    made.append(
      draw("path", { class: "near", d: path }),
      draw("path", { class: "line", d: path }),
      draw("path", { class: "head", d: "M0,0L-6.5,2.9V-2.9Z",
        transform: `translate(${tip[0]},${tip[1]}) rotate(${angle})` }),
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

  /** Draw what is to be seen with these scopes open; the scope that was opened or closed stays. */
  function arrange(scope) {
    const before = moving.remember(canvas, shown);
    shown = boxes.arrange(record.boxes, opened);
    painters.length = 0;
    const frames = Object.entries(shown.frames).map(([scope, box]) => frame(Number(scope), box));
    const cards = Object.entries(shown.cards).map(([name, box]) =>
      name[0] === "s" ? scopeCard(Number(name.slice(1)), box) : nodeCard(Number(name), box));
    const lines = shown.edges.map(edge);
    canvas.replaceChildren(...frames, ...lines, ...cards);
    const pad = 8;
    canvas.classList.toggle("large", cards.length > 100); // its own layer, to be repainted faster
    const [wide, high] = [shown.width + 2 * pad, shown.height + 2 * pad];
    canvas.setAttribute("viewBox", `${-pad} ${-pad} ${wide} ${high}`);
    canvas.style.setProperty("--wide", `${1.3 * wide}px`);
    canvas.style.aspectRatio = `${wide} / ${high}`;
    if (scope !== undefined) {
      const after = moving.remember(canvas, shown);
      moving.hold(stage, before, after, scope);
      const moves = (elements, column) => Object.entries(shown[column]).map(([name, place], i) =>
        [elements[i], before[column][name], place]);
      const moved = [...moves(frames, "frames"), ...moves(cards, "cards")];
      moving.go(before, moving.remember(canvas, shown), moved, lines);
    }
    paint();
    mark();
    keep(sought);
  }

  /** Write the numbers, what is to be seen at once and all else when there is time. */
  function paint() {
    const scale = canvas.clientWidth / (shown.width + 16) || 1;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = stage;
    const near = (at, size, from, room) => at * scale < from + room && (at + size) * scale > from - 60;
    const isSeen = ({ x, y, width, height }) =>
      near(x, width, scrollLeft, clientWidth) && near(y, height, scrollTop, clientHeight);
    for (const [place, painter] of painters) if (isSeen(place)) painter();
    later();
  }
  const later = soon(() => painters.forEach(([, painter]) => painter()));

  /** Mark the chosen node and its way to the root. */
  function mark() {
    const way = graph.way(choosing.node);
    const on = ({ tail, head, silent }) => !silent && way.has(tail) && way.has(head);
    const keys = new Set(edges.filter(on).map(({ name }) => `e${name}`));
    cursor = shown.cards[cursor] ? cursor : cardOf(choosing.node);
    for (const each of canvas.querySelectorAll(".edge")) {
      each.classList.toggle("way", each.dataset.keys.split(" ").some((key) => keys.has(key)));
    }
    for (const card of canvas.querySelectorAll(".card")) {
      const { node, scope } = card.dataset;
      card.classList.toggle("chosen", (scope === undefined ? node : `s${scope}`) === cardOf(choosing.node));
      card.classList.toggle("current", node !== undefined && Number(node) === stepping.current());
    }
  }

  function toggle(scope) {
    if (tooMany(scope)) choosing.say(large(scope));
    else if (opened.has(scope)) opened.delete(scope);
    else opened.add(scope);
    arrange(scope);
    listeners.forEach((listener) => listener());
  }

  /** Open what hides a node. */
  function reveal(node) {
    const hidden = parents(record.homes[node]).filter((scope) => !opened.has(scope));
    hidden.forEach((scope) => opened.add(scope));
    if (hidden.length) arrange();
    centre(node);
  }

  /** Scroll the picture, not the page, until a node is well to be seen. */
  function centre(node) {
    const { x, y, width, height } = shown.cards[cardOf(node)];
    const scale = canvas.clientWidth / (shown.width + 16);
    const [across, down] = [(x + width / 2) * scale, (y + height / 2) * scale];
    const near = (at, from, room) => at > from + 0.1 * room && at < from + 0.9 * room;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = stage;
    if (!near(across, scrollLeft, clientWidth)) stage.scrollLeft = across - clientWidth / 2;
    if (!near(down, scrollTop, clientHeight)) stage.scrollTop = down - clientHeight / 2;
  }

  /** Go to the next or the last card in topological order, as the keyboard does. */
  function walk(step) {
    const order = nodes.filter((node) => kinds[node] !== "c").map(cardOf);
    const cards = [...new Set(order.reverse())].reverse();
    const at = cards.indexOf(cursor) < 0 ? cards.indexOf(cardOf(choosing.node)) : cards.indexOf(cursor);
    cursor = cards[Math.min(Math.max(at + step, 0), cards.length - 1)];
    const scope = cursor[0] === "s" ? Number(cursor.slice(1)) : -1;
    choosing.choose(scope < 0 ? Number(cursor) : results(scope)[0]);
    centre(choosing.node);
    choosing.say(scope < 0 ? spoken(choosing.node)
      : say(record.words.foldedScope, { name: record.scopes[scope].slice(1, 4).join(" ").trim() }));
  }

  /** Let only what a search has found stand out. */
  function keep(found) {
    sought = found;
    for (const card of canvas.querySelectorAll(".card")) {
      const here = card.dataset.keys.split(" ").some((key) => found?.has(Number(key.slice(1))));
      card.classList.toggle("dim", found !== null && !here);
    }
  }

  /** Say a node in one sentence, for those who listen. */
  const spoken = (node) => say(record.words.spoken, {
    node: record.plain[node],
    value: stepping.text("values", node),
    gradient: stepping.text("gradients", node),
    hint: graph.leaves.includes(node) ? record.words.leafHint : "",
  });

  stage.addEventListener("scroll", () => later());

  canvas.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1 };
    const nudges = { ArrowUp: 1, ArrowDown: -1 };
    const folded = cursor[0] === "s" ? Number(cursor.slice(1)) : -1;
    if (event.key in steps) walk(steps[event.key]);
    else if (event.key in nudges && graph.leaves.includes(choosing.node)) {
      nudge.by(nudges[event.key] * (event.shiftKey ? 10 : 1));
    } else if (event.key === "Enter" && folded >= 0) toggle(folded);
    else if (event.key === "Backspace" && folded < 0 && record.homes[choosing.node] >= 0) {
      toggle(record.homes[choosing.node]);
    } else return;
    event.preventDefault();
  });

  canvas.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".card, .fold");
    if (!card) return;
    const { node, scope } = card.dataset;
    if (scope !== undefined) return;
    if (node === undefined) return;
    cursor = node;
    choosing.choose(Number(node));
    if (!card.classList.contains("leaf")) return;
    nudge.drag(event, canvas);
  });

  canvas.addEventListener("click", (event) => {
    const scope = event.target.closest("[data-scope]")?.dataset.scope;
    if (scope !== undefined) toggle(Number(scope));
  });

  return {
    arrange, paint, mark, keep, toggle, reveal, centre, opened, spoken, parents,
    listen: (listener) => listeners.push(listener),
  };
})();
