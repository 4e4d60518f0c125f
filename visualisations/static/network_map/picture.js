/* The picture: vis-network, without physics and without its own labels. */

function path(ctx, r, kind) {
  ctx.beginPath();
  if (kind === "plus") {
    const t = r / 3;
    const corners = [[-t, -r], [t, -r], [t, -t], [r, -t], [r, t], [t, t], [t, r], [-t, r], [-t, t], [-r, t], [-r, -t], [-t, -t]];
    corners.forEach(([x, y], n) => (n ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    ctx.closePath();
  } else ctx.arc(0, 0, kind === "small" ? 0.7 * r : r, 0, 2 * Math.PI);
}
function own(kind) {
  return ({ ctx, x, y, state: { selected }, style }) => ({
    drawNode() {
      ctx.save();
      ctx.translate(x, y);
      path(ctx, style.size, kind);
      ctx.fillStyle = style.color;
      ctx.fill();
      ctx.lineWidth = (selected ? 3 : 1) * style.borderWidth;
      ctx.strokeStyle = style.borderColor;
      ctx.stroke();
      if (kind === "site") {
        ctx.beginPath();
        ctx.arc(0, 0, 0.55 * style.size, 0, 2 * Math.PI);
        ctx.lineWidth = 0.18 * style.size;
        ctx.strokeStyle = "#fff";
        ctx.stroke();
      }
      ctx.restore();
    },
    nodeDimensions: { width: 2 * style.size, height: 2 * style.size },
  });
}
const groups = {};
view.marks.forEach((mark, n) => {
  const colour = { background: mark.fill, border: mark.edge };
  const custom = ["plus", "small", "site"].includes(mark.shape);
  groups[`m${n}`] = {
    shape: custom ? "custom" : mark.shape,
    color: { ...colour, highlight: colour, hover: colour },
    ...(custom ? { ctxRenderer: own(mark.shape) } : {}),
  };
});
const line = 0.018 * view.spacing;
const picture = { nodes: new vis.DataSet(), edges: new vis.DataSet() };
const frame = $("carte");
const network = new vis.Network(frame, picture, {
  autoResize: true,
  physics: false,
  layout: { improvedLayout: false },
  groups,
  nodes: { borderWidth: Math.max(1, line), borderWidthSelected: Math.max(3, 4 * line), font: { size: 0 }, chosen: true },
  edges: {
    smooth: false, chosen: true, hoverWidth: 0, selectionWidth: 0, arrowStrikethrough: false,
    color: { color: "rgba(120,143,160,.5)", highlight: "#0b5a8f", hover: "rgba(120,143,160,.5)", opacity: 1 },
    arrows: { to: { scaleFactor: 0.5 } },
  },
  interaction: { hover: nodes.length < MANY, tooltipDelay: 1e9, keyboard: false, hideEdgesOnDrag: edges.length > MANY, hideEdgesOnZoom: edges.length > MANY, multiselect: false },
});
const canvas = frame.querySelector("canvas");
frame.querySelector(".vis-network").tabIndex = -1;
canvas.setAttribute("aria-hidden", "true");

let now = null; /* what `computed` gave last */
const drawnNodes = new Map();
const drawnEdges = new Map();

function step(set, drawn, wanted) {
  const gone = [];
  const changed = [];
  for (const id of drawn.keys()) if (!wanted.has(id)) gone.push(id);
  for (const [id, [mark, make]] of wanted) if (drawn.get(id) !== mark) changed.push(make());
  for (const id of gone) drawn.delete(id);
  for (const [id, [mark]] of wanted) drawn.set(id, mark);
  if (gone.length) set.remove(gone);
  if (changed.length) set.update(changed);
}

function draw(fit) {
  now = computed();
  const wantedNodes = new Map();
  for (const i of now.visible) {
    const { x, y, group, site } = nodes[i];
    const size = site ? SITE : sizeOf(now.use(i));
    const border = (now.core.has(i) ? 2.4 : 1) * Math.max(1, line);
    wantedNodes.set(i, [`${size} ${border}`, () => ({ id: i, x, y, group: `m${group}`, size, borderWidth: border })]);
  }
  const both = new Set(now.links.map((link) => link.key));
  const wantedEdges = new Map();
  for (const { key, a, b, weight } of now.links) {
    const width = widthOf(weight);
    const bent = now.layer.directed && both.has(b * nodes.length + a);
    wantedEdges.set(key, [`${width} ${bent} ${now.layer.directed}`, () => ({
      id: key, from: a, to: b, width,
      arrows: { to: { enabled: now.layer.directed, scaleFactor: Math.max(0.25, Math.min(0.7, (0.25 * view.spacing) / (15 * Math.max(0.1, width / 4)))) } },
      smooth: bent ? { enabled: true, type: "curvedCW", roundness: 0.14 } : false,
    })]);
  }
  step(picture.edges, drawnEdges, new Map([...drawnEdges.keys()].filter((k) => wantedEdges.has(k)).map((k) => [k, [drawnEdges.get(k), null]])));
  step(picture.nodes, drawnNodes, wantedNodes);
  step(picture.edges, drawnEdges, wantedEdges);
  if (state.selected !== null && now.seen.has(state.selected)) network.selectNodes([state.selected]);
  else network.unselectAll();
  if (fit) whole(fit === "smooth");
  else network.redraw();
  words();
  legend();
  state.rows = PAGE;
  table();
  card();
}

function whole(smooth) {
  if (now.visible.length === 0) return network.redraw();
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const i of now.visible) {
    const { x, y } = nodes[i];
    left = Math.min(left, x); right = Math.max(right, x);
    top = Math.min(top, y); bottom = Math.max(bottom, y);
  }
  const margin = view.spacing;
  const wide = frame.clientWidth || 800;
  const high = frame.clientHeight || 500;
  const scaled = Math.min((wide - 90) / (right - left + margin), (high - 50) / (bottom - top + margin), 60 / view.spacing * 2.2);
  network.moveTo({
    position: { x: (left + right) / 2, y: (top + bottom) / 2 },
    scale: scaled,
    animation: smooth && !still.matches ? { duration: 300, easingFunction: "easeInOutQuad" } : false,
  });
}
