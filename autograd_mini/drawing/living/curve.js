"use strict";
// The root over one leaf, with the tangent at the start: where the two part, the line that
// compares ΔJ with ∂J/∂w · Δw does too. The start is where this leaf was before it was nudged.
const curve = (() => {
  const [wide, high, edge] = [320, 130, 8];
  let kept = {}; // the curve, as long as nothing but its own leaf moves

  function draw(canvas, leaf, low, high_) {
    const { root, moved } = graph;
    const origin = String(graph.nudged) === String(leaf) ? graph.before : graph.now;
    const others = JSON.stringify([leaf, [...moved].filter(([other]) => other !== leaf)]);
    if (kept.key !== others) {
      const places = Array.from({ length: 81 }, (_, k) => low + ((high_ - low) * k) / 80);
      kept = { key: others, points: places.map((x) => [x, graph.rootAt([[leaf, x]])]) };
    }
    const points = kept.points.filter(([, y]) => Number.isFinite(y));
    const now = [graph.now.values[leaf], graph.now.values[root]];
    const start = [origin.values[leaf], origin.values[root]];
    const heights = [...points.map(([, y]) => y), now[1], start[1]].filter(Number.isFinite);
    let [bottom, top] = [Math.min(...heights), Math.max(...heights)];
    const size = Math.max(Math.abs(bottom), Math.abs(top)) || 1;
    if (!(top - bottom > 1e-12 * size)) [bottom, top] = [bottom - size, top + size];
    const [left, right] = [Math.min(low, now[0]), Math.max(high_, now[0])];
    const at = ([x, y]) => [
      edge + ((x - left) / (right - left)) * (wide - 2 * edge),
      high - edge - ((y - bottom) / (top - bottom)) * (high - 2 * edge),
    ];
    const line = (ends) => {
      const places = ends.map(at);
      if (!places.flat().every(Number.isFinite)) return ""; // an infinite slope, say
      return `M${places.map((place) => place.map((c) => c.toFixed(1)).join()).join("L")}`;
    };
    const slope = origin.gradients[leaf];
    const tangent = [left, right].map((x) => [x, start[1] + slope * (x - start[0])]);
    const foretold = [now[0], start[1] + slope * (now[0] - start[0])];
    const part = (name) => canvas.querySelector(`.${name}`);
    part("graph").setAttribute("d", points.length ? line(points) : "");
    part("tangent").setAttribute("d", line(tangent));
    part("gap").setAttribute("d", line([foretold, now]));
    for (const [name, point] of [
      ["start", start],
      ["now", now],
    ]) {
      const [x, y] = at(point);
      const isThere = Number.isFinite(x) && Number.isFinite(y);
      part(name).style.display = isThere ? "" : "none";
      if (!isThere) continue;
      part(name).setAttribute("cx", x);
      part(name).setAttribute("cy", y);
    }
  }
  return { draw };
})();
