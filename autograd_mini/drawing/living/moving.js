"use strict";
// Movement when scopes open and close: what stays glides to its new place, what is new appears.
const moving = (() => {
  const TIME = 260, MANY = 400; // of more things each would move too slowly to be gentle
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  /** Return a picture, and what tells where on the screen it is. */
  function remember(canvas, picture) {
    const { left, top, width } = canvas.getBoundingClientRect();
    const scale = width / canvas.viewBox.baseVal.width, { x, y } = canvas.viewBox.baseVal;
    return { ...picture, left: left - x * scale, top: top - y * scale, scale };
  }

  /** Return where in another picture a place is that looks the same on the screen. */
  const seenIn = (from, to, { x, y }) => ({
    x: (from.left + x * from.scale - to.left) / to.scale,
    y: (from.top + y * from.scale - to.top) / to.scale,
  });

  /** Scroll so that the scope that was opened or closed stays where it was. */
  function hold(stage, before, after, scope) {
    const place = ({ cards, frames }) => frames[scope] ?? cards[`s${scope}`];
    const old = seenIn(before, after, place(before)), now = place(after);
    stage.scrollLeft += (now.x - old.x) * after.scale;
    stage.scrollTop += (now.y - old.y) * after.scale;
  }

  /** Let each [element, old place, new place] move, and lines appear at the end. */
  function go(before, after, moved, lines) {
    if (calm.matches || moved.length + lines.length > MANY) return;
    const size = before.scale / after.scale;
    for (const [element, old, now] of moved) {
      const { x, y } = old ? seenIn(before, after, old) : now;
      element.animate(old
        ? [{ transform: `translate(${x}px,${y}px) scale(${size})` },
          { transform: `translate(${now.x}px,${now.y}px)` }]
        : [{ opacity: 0 }, { opacity: 1 }], { duration: TIME, easing: "ease-out" });
    }
    for (const line of lines) line.animate([{ opacity: 0 }, { opacity: 0 }, { opacity: 1 }], TIME);
  }

  return { remember, hold, go };
})();
