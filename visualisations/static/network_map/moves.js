/* What a person does. */

function choose(i, centre = false) {
  if (i !== null) {
    for (let up = nodes[i].parent; up != null; up = nodes[up].parent) state.open.add(up);
  }
  state.selected = i;
  if (state.focus !== null && i !== null && !now.seen.has(i)) state.focus = null;
  draw(false);
  if (i !== null && centre) approach(i);
  if (i !== null) {
    const line = `${nodes[i].full} : ${now.layer.directed ? `${amount(now.use(i), now.layer)}, ` : ""}${counted(now.near.get(i)?.size ?? 0, "lien")}.`;
    $("etat").textContent = line.replace(" :", "\u00a0:");
  }
}
function focusOn(i) {
  state.focus = i;
  if (i !== null) state.selected = i;
  draw("smooth");
}
function fold(i) {
  if (!units.has(i)) return;
  if (state.open.has(i)) {
    const close = (j) => { state.open.delete(j); for (const u of units.get(j) ?? []) close(u); };
    close(i);
    if (state.focus !== null) state.focus = representative(state.focus);
  } else state.open.add(i);
  state.selected = i;
  draw(false);
}
network.on("click", ({ nodes: hit, pointer }) => {
  const i = hit.length ? hit[0] : nearest(pointer.DOM);
  frame.focus({ preventScroll: true });
  if (i === null) choose(null);
  else if (units.has(i) && (state.selected === i || !state.open.has(i))) { fold(i); choose(i); }
  else choose(i);
});
network.on("doubleClick", ({ nodes: hit }) => { if (hit.length) focusOn(hit[0]); });
network.on("hoverNode", ({ node }) => { state.hovered = node; network.redraw(); });
network.on("blurNode", () => { state.hovered = null; network.redraw(); });

/* a small node is hit from a few pixels away */
function nearest({ x, y }) {
  const zoom = network.getScale();
  const p = network.DOMtoCanvas({ x, y });
  let found = null;
  let best = 10 / zoom;
  for (const i of now.visible) {
    const away = Math.hypot(nodes[i].x - p.x, nodes[i].y - p.y) - sizeOf(now.use(i));
    if (away < best) { best = away; found = i; }
  }
  return found;
}
if (nodes.length >= MANY) {
  /* vis-network looks for the edge under the pointer too: slow where there are thousands */
  let waiting = false;
  frame.addEventListener("pointermove", (event) => {
    if (waiting || event.buttons) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const box = frame.getBoundingClientRect();
      const i = nearest({ x: event.clientX - box.left, y: event.clientY - box.top });
      if (i !== state.hovered) { state.hovered = i; network.redraw(); }
    });
  });
}

const TOWARDS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
function go([dx, dy]) {
  if (state.selected === null || !now.seen.has(state.selected)) {
    if (now.visible.length) choose(now.visible[0]);
    return;
  }
  const from = nodes[state.selected];
  let found = null;
  let best = Infinity;
  for (const i of now.visible) {
    const ahead = (nodes[i].x - from.x) * dx + (nodes[i].y - from.y) * dy;
    const aside = Math.abs((nodes[i].x - from.x) * dy) + Math.abs((nodes[i].y - from.y) * dx);
    if (ahead <= 0 || aside > 2 * ahead) continue;
    const away = ahead + 2 * aside;
    if (away < best) { best = away; found = i; }
  }
  if (found !== null) { choose(found); keepInside(found); }
}
/* moves only when the node is out of sight, or too small to be seen among the others */
function approach(i) {
  const { x, y } = network.canvasToDOM({ x: nodes[i].x, y: nodes[i].y });
  const seen = x > 40 && y > 30 && x < frame.clientWidth - 40 && y < frame.clientHeight - 30;
  const small = sizeOf(now.use(i)) * network.getScale() < 4;
  if (seen && !small) return;
  network.moveTo({
    position: { x: nodes[i].x, y: nodes[i].y },
    scale: small ? 8 / SMALLEST : network.getScale(),
    animation: still.matches ? false : { duration: 250, easingFunction: "easeInOutQuad" },
  });
}
function keepInside(i) {
  const { x, y } = network.canvasToDOM({ x: nodes[i].x, y: nodes[i].y });
  if (x < 30 || y < 30 || x > frame.clientWidth - 30 || y > frame.clientHeight - 30) network.moveTo({ position: { x: nodes[i].x, y: nodes[i].y } });
}
function zoom(by) {
  network.moveTo({ scale: network.getScale() * by });
}
frame.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (TOWARDS[event.key]) go(TOWARDS[event.key]);
  else if (event.key === "Enter" && state.selected !== null) {
    if (units.has(state.selected)) fold(state.selected);
    else { card(); $("fiche-nom")?.focus(); }
  } else if (event.key.toLowerCase() === "v" && state.selected !== null) focusOn(state.focus === state.selected ? null : state.selected);
  else if (event.key === "+") zoom(1.3);
  else if (event.key === "-") zoom(1 / 1.3);
  else if (event.key === "0") whole(true);
  else return;
  event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (state.focus !== null) focusOn(null);
  else if (state.selected !== null) { const inCard = $("fiche").contains(document.activeElement); choose(null); if (inCard) frame.focus(); }
  else if (state.query !== "") { $("chercher").value = state.query = ""; draw(false); }
});
$("plus").onclick = () => zoom(1.3);
$("moins").onclick = () => zoom(1 / 1.3);
$("entier").onclick = () => whole(true);
$("couche").onchange = (event) => {
  state.layer = Number(event.target.value);
  state.focus = null;
  if (!view.layers[state.layer].monthly) { state.month = 0; if ($("mois")) $("mois").value = "0"; }
  draw("smooth");
};
$("epci").onchange = (event) => { state.epci = event.target.value; state.focus = null; draw("smooth"); };
if ($("mois")) $("mois").oninput = (event) => { state.month = Number(event.target.value); draw(false); };
$("isoles").onchange = (event) => { state.isolated = event.target.checked; draw("smooth"); };
for (const box of document.getElementsByName("domaine")) {
  box.onchange = () => {
    if (box.checked) state.off.delete(Number(box.value));
    else state.off.add(Number(box.value));
    state.focus = null;
    draw("smooth");
  };
}
$("chercher").oninput = (event) => { state.query = event.target.value; draw(false); };
$("chercher").onkeydown = (event) => {
  if (event.key !== "Enter" || !now.matches) return;
  event.preventDefault();
  const found = [...now.matches].sort((a, b) => now.use(b) - now.use(a))[0];
  if (found !== undefined) choose(found, true);
};
$("filtres").onsubmit = (event) => event.preventDefault();
$("filtres").onreset = () => {
  Object.assign(state, { layer: 0, epci: "", month: 0, isolated: false, query: "", selected: null, focus: null, hovered: null });
  state.off.clear();
  state.open.clear();
  for (const box of document.getElementsByName("domaine")) box.checked = true;
  draw(now === null ? "at once" : "smooth");
};
$("les-noeuds").onclick = () => { state.links = false; state.rows = PAGE; table(); };
$("les-liens").onclick = () => { state.links = true; state.rows = PAGE; table(); };
$("suite").onclick = () => { state.rows += 5 * PAGE; table(); };
let sized = [0, 0];
new ResizeObserver(() => {
  const size = [frame.clientWidth, frame.clientHeight];
  if (now !== null && (size[0] !== sized[0] || size[1] !== sized[1]) && !matchMedia("print").matches) {
    const before = sized;
    sized = size;
    if (before[0]) { network.setSize("100%", "100%"); whole(false); }
  }
}).observe(frame);
addEventListener("beforeprint", () => { state.rows = 400; table(); });

$("filtres").reset(); /* a browser that comes back keeps what was typed */
