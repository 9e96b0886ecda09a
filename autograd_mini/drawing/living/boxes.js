"use strict";
// Puts the boxes of boxes.py into each other: opening one shifts what is right of it and below.
// Items stand in columns, and a line has a height of its own in each column that it passes: so
// none crosses a card, whatever is open. All is pure: the same scopes give the same picture.
const boxes = (() => {
  const HEADER = 34, PADDING = 14; // of a frame
  const LABEL = 46, STUB = 14; // what is straight before a tip: with a label, without
  const ARROW = 5, TIPS = 16, TEXT = 10; // labels stand where tips are at least TEXT apart
  const round = (x) => Math.round(x * 10) / 10;
  const isPort = (name) => name[0] === "<" || name[0] === ">";

  /** Return what moves heights apart, so that each [start, end, length] is as long as it says. */
  function stretched(intervals) {
    const marks = [...new Set(intervals.flatMap(([a, b]) => [a, b]))].sort((a, b) => a - b);
    const moved = {};
    marks.forEach((mark, i) => {
      const ending = intervals.filter(([, end]) => end === mark);
      moved[mark] = Math.max(i ? moved[marks[i - 1]] + mark - marks[i - 1] : mark,
        ...ending.map(([start, , length]) => moved[start] + length));
    });
    return (y) => {
      const i = marks.filter((mark) => mark <= y).length;
      const [low, high] = [marks[i - 1], marks[i]];
      const share = i < marks.length ? (moved[high] - moved[low]) / (high - low) : 1;
      return i ? moved[low] + (y - low) * share : y;
    };
  }

  /** Return the lines, by their first edge: two cards have one, if one is a folded scope. */
  function findLines(layout, boxOf) {
    const ends = {}, lines = {};
    (function visit({ items, wires }) {
      for (const [tail, head, edges] of wires) {
        for (const [end, item] of [["from", tail], ["to", head]]) {
          const name = String(items[item][0]);
          if (isPort(name) || boxOf(name)) continue;
          for (const edge of edges) (ends[edge] ??= {})[end] = name;
        }
      }
      for (const [name] of items) if (boxOf(name)) visit(boxOf(name));
    })(layout.boxes[""]);
    for (const [edge, { from, to }] of Object.entries(ends)) {
      const key = /s/.test(from + to) ? `${from} ${to}` : edge;
      (lines[key] ??= { edges: [], from, to, legs: [] }).edges.push(Number(edge));
    }
    return Object.fromEntries(Object.values(lines).map((line) => [line.edges[0], line]));
  }

  /** Let lines end at an item beside each other, in the order in which they come. */
  function arrive({ name, column, y, height, inner, arrivals }) {
    const come = ({ stops }) => stops[stops.length - 1][1];
    arrivals.sort((a, b) => come(a) - come(b) || a.edges[0] - b.edges[0]);
    const others = arrivals.length - 1, half = height / 2;
    const step = Math.min(TIPS, (0.8 * height) / Math.max(others, 1));
    arrivals.forEach((wire, i) => {
      const straight = Math.min(Math.max(come(wire) - y, half - 6), half + 6);
      const at = others ? half + step * (i - others / 2) : straight;
      wire.stops.push([column, y + (isPort(name) ? 0 : inner ? inner.enter[wire.edges[0]] : at)]);
      wire.stub = isPort(name) ? 0 : inner || step < TEXT ? STUB : LABEL;
    });
  }

  /** Return a box and all that is open in it, with places relative to its corner. */
  function grow(box, least, boxOf, lines) {
    const framed = least > 0, header = framed ? HEADER : 0, enter = {}, leave = {};
    const items = box.items.map(([name, column, top, width = 0, height = 0]) => {
      const inner = boxOf(name) && grow(boxOf(name), width, boxOf, lines);
      const size = inner || { width, height };
      return { name: String(name), column, top, bottom: top + height, inner, arrivals: [],
        width: size.width, height: size.height };
    });
    const move = stretched(items.filter(({ inner }) => inner)
      .map(({ top, bottom, height }) => [top, bottom, height]));
    for (const item of items) {
      item.y = header + (move(item.top) + move(item.bottom) - item.height) / 2;
    }
    const wires = [];
    for (const [tail, head, edges, ...passed] of box.wires) {
      const from = items[tail], to = items[head];
      for (const edge of edges) {
        if (from.name[0] === "<") enter[edge] = from.y;
        if (to.name[0] === ">") leave[edge] = to.y;
      }
      const start = from.y + (from.inner ? from.inner.leave[edges[0]] : from.height / 2);
      const wire = { from, to, edges, stops: [[from.column, start]] };
      for (let i = 0; i < passed.length; i += 2) {
        wire.stops.push([passed[i], header + move(passed[i + 1])]);
      }
      wire.lines = edges.map((edge) => lines[edge]).filter(Boolean);
      if (wire.lines.length) wires.push(wire) && to.arrivals.push(wire);
    }
    items.forEach(arrive);
    const grown = { items, wires, enter, leave };
    grown.height = Math.max(...items.map(({ y, height }) => y + height),
      ...wires.flatMap(({ stops }) => stops.map(([, y]) => y))) + (framed ? PADDING : 0);
    return setColumns(grown, least);
  }

  /** Set columns as far apart as lines need to bend gently, and labels to stand. */
  function setColumns(box, least) {
    const { items, wires } = box, last = Math.max(...items.map(({ column }) => column)) + 1;
    const [widths, bends, stubs] = [0, 1, 2].map(() => Array(last + 1).fill(0));
    for (const { column, width } of items) widths[column] = Math.max(widths[column], width);
    const legs = ({ stops }) => stops.slice(1).map((stop, i) => [...stops[i], ...stop]);
    for (const wire of wires) {
      for (const [start, y, end, to] of legs(wire)) {
        const bend = end === start + 1 ? Math.min(30 + Math.abs(y - to) / 5, 110) : 30;
        bends[end] = Math.max(bends[end], bend);
      }
      stubs[wire.to.column] = Math.max(stubs[wire.to.column], wire.stub);
    }
    if (least) for (const side of [1, last]) bends[side] ||= PADDING;
    const sum = [widths, bends, stubs].flat().reduce((a, b) => a + b);
    const spare = Math.max(least - sum, 0) / 2, lefts = [0];
    bends[1] += spare;
    widths.forEach((width, c) => {
      lefts[c + 1] = lefts[c] + width + bends[c + 1] + stubs[c + 1];
    });
    box.width = lefts[last] + spare;
    for (const item of items) {
      const free = widths[item.column] - item.width; // leaves stand near where they are used
      item.x = item.name[0] === ">" ? box.width
        : lefts[item.column] + (item.arrivals.length ? free / 2 : free);
    }
    for (const wire of wires) {
      wire.bends = legs(wire).map(([start, y, end, to]) =>
        [lefts[start] + widths[start], y, lefts[end] - stubs[end], to]);
    }
    return box;
  }

  /** Put a box at its place: cards and frames into the picture, its wires into the lines. */
  function put({ items, wires }, left, top, { cards, frames }) {
    for (const { name, x, y, width, height, inner } of items) {
      const [across, down] = [left + x, top + y];
      const place = { x: round(across), y: round(down), width: round(width), height: round(height) };
      if (inner) frames[name.slice(1)] = place;
      else if (!isPort(name)) cards[name] = place;
      if (inner) put(inner, across, down, { cards, frames });
    }
    for (const { from, to, lines, bends, stub, stops } of wires) {
      const path = bends.map(([a, b, c, d]) => {
        const [start, end, low, high] = [left + a, left + c, top + b, top + d].map(round);
        const middle = round((start + end) / 2);
        return `H${start}` + (low === high ? "" : `C${middle},${low} ${middle},${high} ${end},${high}`);
      });
      const leg = { x: left + from.x + from.width, y: top + stops[0][1], path: path.join(""), stub,
        tip: [left + to.x, top + stops[stops.length - 1][1]] };
      for (const line of lines) line.legs.push(leg);
    }
  }

  /** Draw a line from its first leg to its last. */
  function drawn({ edges, from, to, legs }) {
    legs.sort((a, b) => a.x - b.x);
    const [{ x, y }] = legs, { tip, stub } = legs[legs.length - 1], end = round(tip[0] - ARROW);
    const path = `M${round(x)},${round(y)}${legs.map((leg) => leg.path).join("")}H${end}`;
    const label = stub === LABEL ? { x: end - LABEL / 2, y: round(tip[1] - 3) } : null;
    return { edges, from, to, path, tip: tip.map(round), angle: 0, label };
  }

  /** Return all that is to be seen while these scopes are opened: a Set of numbers. */
  function arrange(layout, opened) {
    const boxOf = (name) => name[0] === "s" && opened.has(Number(name.slice(1)))
      && layout.boxes[name.slice(1)];
    const lines = findLines(layout, boxOf), cards = {}, frames = {};
    const whole = grow(layout.boxes[""], 0, boxOf, lines);
    put(whole, 0, 0, { cards, frames });
    return { cards, frames, edges: Object.values(lines).map(drawn), width: round(whole.width),
      height: round(whole.height) };
  }

  return { arrange };
})();
