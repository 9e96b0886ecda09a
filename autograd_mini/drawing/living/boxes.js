// With this one can put boxes into each other: opening one shifts what is right of it and below.
// Start from boxes.arrange. The boxes come from boxes.py: items stand in columns, and lines have a
// height of their own in every column that they pass; so none crosses a card, whatever is open.
"use strict";
const boxes = (() => {
  const HEADER = 34, PADDING = 14; // of a frame
  const LABEL = 46, STUB = 14; // how far a line runs straight to its tip: with a label, without
  const ARROW = 5, TIPS = 16, TEXT = 10; // labels stand only where tips are so far apart
  const isPort = (item) => item.name[0] === "<" || item.name[0] === ">";
  const round = (x) => Math.round(x * 10) / 10;

  // The lines to be drawn. Edges between two cards are one line where one is a folded scope.
  function findLines(layout, isOpen) {
    const ends = new Map(), lines = new Map();
    const visit = (box) => {
      for (const [tail, head, edges] of box.wires) {
        for (const edge of edges) {
          const found = ends.get(edge) || {}, [from] = box.items[tail], [to] = box.items[head];
          if (!isOpen(from) && from[0] !== "<") found.from = from;
          if (!isOpen(to) && to[0] !== ">") found.to = to;
          ends.set(edge, found);
        }
      }
      for (const [name] of box.items) if (isOpen(name)) visit(layout.boxes[name.slice(1)]);
    };
    visit(layout.boxes[""]);
    for (const edge of [...ends.keys()].sort((a, b) => a - b)) {
      const { from, to } = ends.get(edge);
      const key = from[0] === "s" || to[0] === "s" ? from + " " + to : edge;
      if (lines.has(key)) lines.get(key).edges.push(edge);
      else lines.set(key, { edges: [edge], from, to, legs: [] });
    }
    return new Map([...lines.values()].map((line) => [line.edges[0], line]));
  }

  // Moves heights apart, so that [start, end, length] become as long as they should be.
  function stretched(intervals) {
    const marks = [...new Set(intervals.flatMap(([start, end]) => [start, end]))];
    marks.sort((a, b) => a - b);
    const moved = [];
    marks.forEach((mark, i) => {
      moved[i] = i ? moved[i - 1] + mark - marks[i - 1] : mark;
      for (const [start, end, length] of intervals) {
        if (end === mark) moved[i] = Math.max(moved[i], moved[marks.indexOf(start)] + length);
      }
    });
    return (y) => {
      let i = marks.length - 1;
      while (i >= 0 && marks[i] > y) i--;
      if (i < 0) return y;
      const share = (y - marks[i]) / (marks[i + 1] - marks[i]);
      return i + 1 < marks.length ? moved[i] + share * (moved[i + 1] - moved[i])
        : moved[i] + y - marks[i];
    };
  }

  // A box and all that is open in it, with places relative to its corner.
  function grow(layout, scope, least, isOpen, lines) {
    const { items: rows, wires: runs } = layout.boxes[scope];
    const items = rows.map(([name, column, top, width = 0, height = 0]) => {
      const inner = isOpen(name) && grow(layout, name.slice(1), width, isOpen, lines);
      return { name: String(name), column, top, bottom: top + height, inner, arrivals: [],
        width: inner ? inner.width : width, height: inner ? inner.height : height };
    });
    const header = scope === "" ? 0 : HEADER;
    const move = stretched(items.filter((item) => item.inner)
      .map((item) => [item.top, item.bottom, item.height]));
    for (const item of items) {
      item.y = header + (move(item.top) + move(item.bottom) - item.height) / 2;
    }
    const box = { items, enter: new Map(), leave: new Map() };
    box.wires = runs.map(([tail, head, edges, ...passes]) => {
      const from = items[tail], to = items[head], [edge] = edges;
      const start = from.inner ? from.inner.leave.get(edge) : from.height / 2;
      const wire = { from, to, edge, ys: [from.y + start, ...passes.map((y) => header + move(y))] };
      wire.lines = edges.filter((each) => lines.has(each)).map((each) => lines.get(each));
      for (const each of edges) {
        if (from.name[0] === "<") box.enter.set(each, from.y);
        if (to.name[0] === ">") box.leave.set(each, to.y);
      }
      if (wire.lines.length) to.arrivals.push(wire);
      return wire;
    }).filter((wire) => wire.lines.length);
    for (const item of items) arrive(item);
    setColumns(box, scope, least);
    box.height = Math.max(...items.map((item) => item.y + item.height),
      ...box.wires.flatMap((wire) => wire.ys)) + (scope === "" ? 0 : PADDING);
    return box;
  }

  // Where lines end: at a card beside each other, in the order in which they come.
  function arrive({ name, y, height, inner, arrivals }) {
    arrivals.sort((a, b) => a.ys[a.ys.length - 1] - b.ys[b.ys.length - 1] || a.edge - b.edge);
    const several = arrivals.length - 1, half = height / 2;
    const step = Math.min(TIPS, (0.8 * height) / Math.max(several, 1));
    arrivals.forEach((wire, i) => {
      const at = several ? half + step * (i - several / 2) // one by itself comes straight, if it can
        : Math.min(Math.max(wire.ys[wire.ys.length - 1] - y, half - 6), half + 6);
      wire.ys.push(y + (inner ? inner.enter.get(wire.edge) : isPort({ name }) ? 0 : at));
      wire.labelled = !inner && !isPort({ name }) && step >= TEXT;
    });
  }

  // Where columns begin: as far apart as lines need to bend gently and labels to stand.
  function setColumns(box, scope, least) {
    const { items, wires } = box, last = Math.max(...items.map((item) => item.column));
    const widths = Array(last + 2).fill(0), bends = Array(last + 2).fill(0);
    const stubs = Array(last + 2).fill(0);
    for (const item of items) widths[item.column] = Math.max(widths[item.column], item.width);
    for (const { from, to, ys, labelled } of wires) {
      for (let i = 1; i < ys.length; i++) {
        const gap = from.column + i, far = Math.abs(ys[i] - ys[i - 1]);
        bends[gap] = Math.max(bends[gap], Math.min(30 + far / 5, 110));
      }
      stubs[to.column] = Math.max(stubs[to.column], isPort(to) ? 0 : labelled ? LABEL : STUB);
    }
    if (scope !== "") for (const side of [1, last + 1]) bends[side] = bends[side] || PADDING;
    const sum = (lengths) => lengths.reduce((a, b) => a + b);
    const spare = Math.max(least - sum(widths) - sum(bends) - sum(stubs), 0);
    bends[1] += spare / 2;
    const lefts = [0];
    for (let c = 1; c < last + 2; c++) lefts[c] = lefts[c - 1] + widths[c - 1] + bends[c] + stubs[c];
    box.width = lefts[last + 1] + spare / 2;
    for (const item of items) {
      const free = widths[item.column] - item.width;
      item.x = isPort(item) && item.column ? box.width : lefts[item.column] + free
        * (item.arrivals.length ? 0.5 : 1); // leaves stand near where they are used
    }
    for (const wire of wires) {
      const first = wire.from.column;
      wire.bends = wire.ys.slice(1).map((y, i) => [lefts[first + i] + widths[first + i],
        wire.ys[i], lefts[first + i + 1] - stubs[first + i + 1], y]);
    }
  }

  // Puts a box at its place: cards and frames into the picture, its wires into the lines.
  function put(box, left, top, picture) {
    for (const { name, x, y, width, height, inner } of box.items) {
      if (isPort({ name })) continue;
      const place = { x: round(left + x), y: round(top + y), width: round(width),
        height: round(height) };
      if (inner) {
        picture.frames[name.slice(1)] = place;
        put(inner, left + x, top + y, picture);
      } else picture.cards[name] = place;
    }
    for (const { from, to, lines, bends, labelled, ys } of box.wires) {
      const leg = { x: left + from.x + from.width, y: top + ys[0], labelled,
        end: [left + to.x, top + ys[ys.length - 1]],
        bends: bends.map(([a, b, c, d]) => [left + a, top + b, left + c, top + d]) };
      for (const line of lines) line.legs.push(leg);
    }
  }

  // A line from its first leg to its last.
  function drawn({ edges, from, to, legs }) {
    legs.sort((a, b) => a.x - b.x);
    const { end: [x, y], labelled } = legs[legs.length - 1];
    let path = `M${round(legs[0].x)},${round(legs[0].y)}`;
    for (const [a, b, c, d] of legs.flatMap((leg) => leg.bends)) {
      const middle = round((a + c) / 2);
      path += `H${round(a)}`;
      path += Math.abs(b - d) < 0.1 ? "" : `C${middle},${round(b)} ${middle},${round(d)} `
        + `${round(c)},${round(d)}`;
    }
    const label = labelled ? { x: round(x - ARROW - LABEL / 2), y: round(y - 3) } : null;
    return { edges, from: String(from), to: String(to), path: `${path}H${round(x - ARROW)}`,
      tip: [round(x), round(y)], angle: 0, label };
  }

  // Everything that is to be seen while these scopes are opened, each a number.
  function arrange(layout, opened) {
    const isOpen = (name) => name[0] === "s" && opened.has(+name.slice(1))
      && name.slice(1) in layout.boxes;
    const lines = findLines(layout, isOpen), picture = { cards: {}, frames: {} };
    const whole = grow(layout, "", 0, isOpen, lines);
    put(whole, 0, 0, picture);
    picture.edges = [...lines.values()].map(drawn);
    return { ...picture, width: round(whole.width), height: round(whole.height) };
  }

  return { arrange };
})();
