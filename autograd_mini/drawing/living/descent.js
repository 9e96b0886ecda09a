"use strict";
// The way of a gradient descent: a slider over its points moves all parameters there.
const descent = (() => {
  const { record, root } = graph;
  const { words, way } = record;
  const { leaves, places, points, J, lengths, step, tolerance } = way;
  const part = (name) => document.getElementById(name);
  const canvas = part("landscape");
  const slider = part("point");
  const [wide, high, air] = [440, 300, 42];
  const draw = (name, attributes, ...content) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...content);
    return made;
  };

  /** Return the ends of an axis on which all numbers have air. */
  function span(numbers) {
    const finite = numbers.filter(Number.isFinite);
    const [low, high_] = [Math.min(...finite), Math.max(...finite)];
    const more = (high_ - low) * 0.2 || 1;
    return [low - more, high_ + more];
  }

  const column = (k) => points.map((point) => point[k]);
  const across = leaves.length > 2 ? [0, Math.max(...places)] : span(column(0));
  const ticks = Array.from(
    { length: 61 },
    (_, k) => across[0] + ((across[1] - across[0]) * k) / 60,
  );
  const along = leaves.length === 1 ? ticks.map((x) => graph.rootAt([[leaves[0], x]])) : [];
  const up =
    leaves.length === 2
      ? span(column(1))
      : span([...J, ...along.filter((y) => y < 3 * Math.max(...J))]);
  const at = ([x, y]) => [
    air + ((x - across[0]) / (across[1] - across[0])) * (wide - 2 * air),
    high -
      air -
      ((Math.min(Math.max(y, up[0] - 9), up[1] * 9 + 9) - up[0]) / (up[1] - up[0])) *
        (high - 2 * air),
  ];
  const line = (ends) => {
    const seen = ends.map(at);
    if (!seen.flat().every(Number.isFinite)) return ""; // beyond the largest number
    return `M${seen.map((end) => end.map((c) => c.toFixed(1)).join()).join("L")}`;
  };
  const place = (i) =>
    leaves.length === 1
      ? [points[i][0], J[i]]
      : leaves.length === 2
        ? points[i]
        : [places[i], J[i]];

  /** Return lines of equal J over two parameters, by marching squares. */
  function contours() {
    const count = 36;
    const values = [];
    const x = (i) => across[0] + ((across[1] - across[0]) * i) / count;
    const y = (j) => up[0] + ((up[1] - up[0]) * j) / count;
    for (let i = 0; i <= count; i += 1) {
      values.push([]);
      for (let j = 0; j <= count; j += 1)
        values[i].push(
          graph.rootAt([
            [leaves[0], x(i)],
            [leaves[1], y(j)],
          ]),
        );
    }
    const sorted = values
      .flat()
      .filter(Number.isFinite)
      .sort((a, b) => a - b);
    const levels = Array.from(
      { length: 12 },
      (_, k) => sorted[Math.floor(((k + 0.4) / 12) * sorted.length)],
    );
    let path = "";
    for (const level of levels) {
      for (let i = 0; i < count; i += 1) {
        for (let j = 0; j < count; j += 1) {
          const corners = [
            [i, j],
            [i + 1, j],
            [i + 1, j + 1],
            [i, j + 1],
          ];
          const ends = corners.flatMap(([a, b], k) => {
            const [c, d] = corners[(k + 1) % 4];
            const [p, q] = [values[a][b] - level, values[c][d] - level];
            if (!(p < 0 !== q < 0) || !Number.isFinite(p - q)) return [];
            const share = p / (p - q);
            return [[x(a + share * (c - a)), y(b + share * (d - b))]];
          });
          for (let k = 0; k + 1 < ends.length; k += 2) path += line([ends[k], ends[k + 1]]);
        }
      }
    }
    return path;
  }

  function landscape() {
    const text = (x, y, content, anchor) => draw("text", { x, y, "text-anchor": anchor }, content);
    const names = leaves.map((leaf) => record.plain[leaf]);
    const [right, top] =
      leaves.length === 1
        ? [names[0], record.plain[root]]
        : leaves.length === 2
          ? names
          : ["i", record.plain[root]];
    if (leaves.length === 2) canvas.append(draw("path", { class: "contour", d: contours() }));
    if (along.length) {
      const known = ticks.map((x, k) => [x, along[k]]).filter(([, y]) => Number.isFinite(y));
      canvas.append(draw("path", { class: "graph", d: line(known) }));
    }
    canvas.append(
      draw("path", { class: "taken", d: line(points.map((_, i) => place(i))) }),
      ...points.map((_, i) =>
        draw("circle", { class: "point", r: 2.6, cx: at(place(i))[0], cy: at(place(i))[1] }),
      ),
      draw("circle", { class: "now", r: 6 }),
      ...scale(across).flatMap((x) => mark(at([x, up[0]]), 0, 14, x, "middle")),
      ...scale(up).flatMap((y) => mark(at([across[0], y]), -6, 4, y, "end")),
      text(wide - air, high - 8, right, "end"),
      text(air, 16, top, "start"),
    );
    part("contours").textContent =
      leaves.length === 2 ? say(words.contours, { root: record.plain[root] }) : "";
  }

  /** Return some round numbers between the ends of an axis, but none near the end: a name is there. */
  function scale([low, top]) {
    const power = 10 ** Math.floor(Math.log10((top - low) / 3));
    const width = power * [1, 2, 5, 10].find((factor) => factor * power * 4 > top - low);
    const numbers = [];
    for (let k = Math.ceil(low / width); k * width < top - 0.12 * (top - low); k += 1)
      numbers.push(k * width);
    return numbers;
  }

  /** Draw a number of an axis beside its place. */
  const mark = ([x, y], right, down, number, anchor) => [
    draw("circle", { class: "tick", r: 1.5, cx: x, cy: y }),
    draw(
      "text",
      { class: "number", x: x + right, y: y + down, "text-anchor": anchor },
      graph.show(Number(number.toPrecision(12))),
    ),
  ];

  /** Write the update by which the next point is found, with the numbers at this one. */
  function rule(i, now, gradients) {
    const brackets = (x) => (graph.show(x).startsWith("−") ? `(${graph.show(x)})` : graph.show(x));
    const law = "\\theta^{[i+1]} = \\theta^{[i]} - \\lambda \\nabla J(\\theta^{[i]})";
    const lines = leaves.slice(0, 4).map((leaf, k) => {
      const next = now[k] - step * gradients[k];
      const moved = `${graph.show(now[k])} − ${graph.show(step)} · ${brackets(gradients[k])}`;
      return make("div", {}, `${record.plain[leaf]}:  ${moved} = ${graph.show(next)}`);
    });
    const told = [formula.math(law), `,  λ = ${graph.show(step)},  ε = ${graph.show(tolerance)}`];
    const last = i === points.length - 1;
    part("rule").replaceChildren(make("div", {}, ...told), ...(last ? [] : lines));
    const update = make("div", { class: "quiet" });
    if (i > 0 && places[i] === places[i - 1] + 1) {
      const length = Math.hypot(...points[i].map((x, k) => x - points[i - 1][k]));
      const sign = length > tolerance ? ">" : "≤";
      const far = formula.math("|\\theta^{[i]} - \\theta^{[i-1]}|");
      update.append(far, ` = ${graph.show(length)} ${sign} ε`);
    }
    part("rule").append(update);
    part("ended").textContent = last ? way.reason : "";
  }

  const nearest = () =>
    points.findIndex((point) => point.every((x, k) => x === graph.now.values[leaves[k]]));

  function paint() {
    const i = nearest();
    const now = leaves.map((leaf) => graph.now.values[leaf]);
    const here =
      leaves.length === 1
        ? [now[0], graph.now.values[root]]
        : leaves.length === 2
          ? now
          : place(Math.max(i, 0));
    const [x, y] = at(here);
    canvas.querySelector(".now").setAttribute("cx", x);
    canvas.querySelector(".now").setAttribute("cy", y);
    if (i >= 0) slider.value = i;
    const gradients = leaves.map((leaf) => graph.now.gradients[leaf]);
    rule(i, now, gradients);
    const theta = leaves
      .slice(0, 4)
      .map((leaf, k) => `${record.plain[leaf]} = ${graph.show(now[k])}`);
    part("where").textContent = [
      ...(i >= 0 ? [] : [words.offTheWay]),
      ...theta,
      ...(leaves.length > 4 ? ["…"] : []),
      `${record.plain[root]} = ${graph.show(graph.now.values[root])}`,
      `|∇${record.plain[root]}| = ${graph.show(Math.hypot(...gradients))}`,
    ].join(",  ");
    part("i").textContent = i >= 0 ? places[i] : "–";
    slider.setAttribute("aria-valuetext", `i = ${part("i").textContent}, ${part("where").textContent}`);
  }

  /** Say so where J took another branch on its way than it did at the start. */
  function compare() {
    const differs = points.some((point, i) => {
      const found = graph.rootAt(leaves.map((leaf, k) => [leaf, point[k]]));
      return !(Math.abs(found - J[i]) <= 1e-9 * (1 + Math.abs(J[i])));
    });
    part("branch").textContent = differs ? words.otherBranch : "";
  }

  slider.max = points.length - 1;
  slider.addEventListener("input", () => {
    const i = Number(slider.value);
    const point = (place) => leaves.map((leaf, k) => [leaf, points[place][k]]);
    graph.move(point(i), point(Math.max(i - 1, 0)));
  });
  landscape();
  compare();
  graph.listen(() => requestAnimationFrame(paint));
  paint();
  return { paint, lengths };
})();
