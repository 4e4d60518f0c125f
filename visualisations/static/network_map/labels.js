/* Labels: the largest first, none over another; the others when there is room, on hover and when chosen. */

const widths = new Map();
function cut(text, most) {
  const letters = [...text];
  return letters.length > most ? letters.slice(0, most - 1).join("").trimEnd() + "…" : text;
}
/* boxes by cell of the screen, so that each is compared with its neighbours only */
function grid() {
  const cells = new Map();
  const SIDE = 64;
  const each = ([x0, y0, x1, y1], act) => {
    for (let x = Math.floor(x0 / SIDE); x <= Math.floor(x1 / SIDE); x++)
      for (let y = Math.floor(y0 / SIDE); y <= Math.floor(y1 / SIDE); y++) if (act(x * 4096 + y)) return true;
    return false;
  };
  return {
    free: (box) => !each(box, (cell) =>
      (cells.get(cell) ?? []).some(([x0, y0, x1, y1]) => box[0] < x1 && box[2] > x0 && box[1] < y1 && box[3] > y0)),
    take: (box) => each(box, (cell) => {
      if (!cells.has(cell)) cells.set(cell, []);
      cells.get(cell).push(box);
      return false;
    }),
  };
}
network.on("beforeDrawing", (ctx) => {
  if (now === null) return;
  ctx.save();
  ctx.strokeStyle = "#4a5a66";
  ctx.lineWidth = line;
  ctx.setLineDash([6 * line, 5 * line]);
  ctx.beginPath();
  for (const i of now.visible) {
    const up = nodes[i].parent;
    if (up == null || !now.seen.has(up)) continue;
    ctx.moveTo(nodes[i].x, nodes[i].y);
    ctx.lineTo(nodes[up].x, nodes[up].y);
  }
  ctx.stroke();
  ctx.restore();
});
network.on("afterDrawing", (ctx) => {
  if (now === null) return;
  const wide = frame.clientWidth;
  const high = frame.clientHeight;
  const ratio = canvas.width / (canvas.clientWidth || wide);
  const zoom = network.getScale();
  const centre = network.getViewPosition();
  const at = (i) => [(nodes[i].x - centre.x) * zoom + wide / 2, (nodes[i].y - centre.y) * zoom + high / 2];
  const radius = (i) => (nodes[i].site ? SITE : sizeOf(now.use(i))) * zoom;
  const pixels = wide > 1100 ? 16 : 14;
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";

  /* what a label may never cover, and small nodes, which those of the largest may */
  const solid = grid();
  const small = grid();
  const inside = now.visible.filter((i) => {
    const [x, y] = at(i);
    return x > -20 && y > -20 && x < wide + 20 && y < high + 20;
  });
  for (const i of inside) {
    const r = radius(i);
    if (r < 3) continue;
    const [x, y] = at(i);
    const s = 0.8 * r;
    (r < 14 && !nodes[i].site && !now.core.has(i) ? small : solid).take([x - s, y - s, x + s, y + s]);
    const folded = state.open.has(i) ? 0 : (units.get(i) ?? []).length;
    if (folded && r > 7) {
      ctx.font = "bold 11px system-ui, sans-serif";
      const [bx, by] = [x + s, y - s];
      ctx.fillStyle = "#fff";
      ctx.strokeStyle = "#17242e";
      ctx.lineWidth = 1;
      ctx.beginPath();
      ctx.arc(bx, by, 9, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
      ctx.fillStyle = "#17242e";
      ctx.fillText(`+${folded}`, bx, by + 0.5);
      solid.take([bx - 8, by - 8, bx + 8, by + 8]);
    }
  }
  const chosen = state.selected;
  const nearChosen = chosen === null ? null : now.near.get(chosen);
  const first = (i) =>
    i === chosen ? 0 : i === state.hovered ? 1 : now.matched.has(i) ? 2 : nodes[i].site || now.core.has(i) ? 3 : nearChosen?.has(i) ? 4 : 5;
  const order = inside.map((i) => [first(i), i]);
  order.sort((a, b) => a[0] - b[0]); /* stable: the most used first */
  const most = Math.max(8, Math.round((wide * high) / 14000));
  let room = most;
  let looked = 0;
  for (const [rank, i] of order) {
    looked += 1;
    if (rank > 2 && (room <= 0 || looked > 3 * most)) break; /* the most used ones, not those that stand aside */
    const must = rank < 2;
    const strong = rank < 4;
    const font = `${strong ? "bold " : ""}${pixels}px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif`;
    ctx.font = font;
    const text = must ? cut(nodes[i].full, 60) : nodes[i].drawn;
    const known = `${font}\n${text}`;
    if (!widths.has(known)) widths.set(known, ctx.measureText(text).width);
    const w = widths.get(known) / 2 + 2;
    const h = 0.62 * pixels;
    const [x, y] = at(i);
    const r = Math.max(3, radius(i));
    const [dx, dy] = [r + w + 3, r + h + 1];
    const places = [[x, y + dy], [x, y - dy], [x + dx, y], [x - dx, y], [x + dx, y - dy], [x - dx, y - dy], [x + dx, y + dy], [x - dx, y + dy]];
    const box = ([px, py]) => [px - w, py - h, px + w, py + h];
    const fits = (place) => {
      const [x0, y0, x1, y1] = box(place);
      return x0 > 0 && x1 < wide && y0 > 0 && y1 < high && solid.free(box(place));
    };
    let place = places.find((one) => fits(one) && small.free(box(one)));
    if (!place && (rank < 4 || room > most / 2)) place = places.find(fits);
    if (!place && rank < 4) {
      /* further away, with a line that leads there */
      const away = [1.6, 2.4, 3.4, 4.6].flatMap((n) => [[x, y + n * dy], [x, y - n * dy], [x + dx, y + n * dy], [x - dx, y + n * dy], [x + dx, y - n * dy], [x - dx, y - n * dy]]);
      place = away.find((one) => fits(one) && small.free(box(one))) ?? away.find(fits);
      if (place) {
        ctx.beginPath();
        ctx.moveTo(x, y);
        ctx.lineTo(place[0], place[1]);
        ctx.lineWidth = 1;
        ctx.strokeStyle = "#17242e";
        ctx.stroke();
      }
    }
    if (!place && must) place = [Math.min(Math.max(x, w + 4), wide - w - 4), y + r + h + 1];
    if (!place) continue;
    solid.take(box(place));
    room -= 1;
    if (must || nodes[i].site) {
      ctx.fillStyle = nodes[i].site && !must ? "#17242e" : "#fff4e3";
      ctx.fillRect(place[0] - w - 2, place[1] - h - 1, 2 * w + 4, 2 * h + 2);
      ctx.fillStyle = nodes[i].site && !must ? "#fff" : "#17242e";
    } else {
      ctx.strokeStyle = "rgba(255,255,255,.92)";
      ctx.lineWidth = 4;
      ctx.strokeText(text, place[0], place[1]);
      ctx.fillStyle = now.matched.has(i) ? "#7a3e00" : "#17242e";
    }
    ctx.fillText(text, place[0], place[1]);
  }
  for (const i of [chosen, state.hovered]) {
    if (i === null || !now.seen.has(i)) continue;
    const [x, y] = at(i);
    ctx.beginPath();
    ctx.arc(x, y, radius(i) + 5, 0, 2 * Math.PI);
    ctx.lineWidth = 3;
    ctx.strokeStyle = "#c25700";
    ctx.stroke();
  }
  if (now.matches) {
    ctx.lineWidth = 2.5;
    ctx.strokeStyle = "#7a3e00";
    for (const i of inside) {
      if (!now.matched.has(i)) continue;
      const [x, y] = at(i);
      ctx.beginPath();
      ctx.arc(x, y, radius(i) + 4, 0, 2 * Math.PI);
      ctx.stroke();
    }
  }
  ctx.restore();
  if (!document.documentElement.dataset.drawn) {
    document.documentElement.dataset.drawn = "1";
    setTimeout(() => { document.documentElement.dataset.ready = String(performance.now()); });
  }
});
