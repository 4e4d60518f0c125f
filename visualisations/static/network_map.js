"use strict";
/* The map of the network. Names are written as text only (textContent, fillText): markup in them is never read. */
(() => {
  const $ = (id) => document.getElementById(id);
  const view = JSON.parse($("donnees").textContent);
  const rows = ({ n, same, each }) =>
    Array.from({ length: n }, (_, i) => {
      const row = { ...same };
      for (const name in each) row[name] = each[name][i];
      return row;
    });
  const nodes = rows(view.nodes);
  const edges = rows(view.edges);
  const LEAST = 5; /* one to four people are drawn alike, and never printed */
  const MANY = 1500;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const numbers = new Intl.NumberFormat("fr-FR");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const units = new Map();
  const STRETCHED = 1.3; /* names are wide, and so are screens */
  nodes.forEach((node, i) => {
    node.x *= STRETCHED;
    node.full = node.name ?? String(node.label);
    node.drawn = cut(String(node.label), 30);
    if (node.parent != null) {
      if (!units.has(node.parent)) units.set(node.parent, []);
      units.get(node.parent).push(i);
    }
  });
  /* a site is called by its commune, unless it shares it with another one */
  const sites = nodes.filter((node) => node.site);
  for (const site of sites) {
    const alone = site.commune && sites.every((other) => other === site || other.commune !== site.commune);
    site.drawn = cut(alone ? site.commune : site.full.split(" – ").at(-1), 30);
  }
  nodes.forEach((node, i) => {
    /* a folded node passes the filters of its units */
    node.inside = [i];
    for (const unit of units.get(i) ?? []) node.inside.push(...(units.get(unit) ?? []), unit);
    node.found = plain([node.full, node.label].join(" "));
  });
  const byLayer = view.layers.map(() => []);
  const ofWholes = view.layers.map(() => new Map()); /* where units added up would count one person twice */
  for (const edge of edges) {
    if (edge.folded) ofWholes[edge.layer].set(edge.from * nodes.length + edge.to, edge);
    else byLayer[edge.layer].push(edge);
  }

  const state = {
    layer: 0, off: new Set(), epci: "", month: 0, isolated: false,
    query: "", selected: null, focus: null, open: new Set(), hovered: null, links: false, rows: 0,
  };
  const PAGE = 60;

  /* ---- what is shown ---- */

  function representative(i) {
    let shown = i;
    for (let up = nodes[i].parent; up != null; up = nodes[up].parent) if (!state.open.has(up)) shown = up;
    return shown;
  }

  function passes(i) {
    const node = nodes[i];
    if (node.site) return true;
    const members = representative(i) === i && !state.open.has(i) ? node.inside : [i];
    return members.some((m) => {
      const { domains, epci } = nodes[m];
      const inDomain = state.off.size === 0 || domains.some((d) => !state.off.has(d));
      const inEpci = state.epci === "" || (state.epci === "-1" ? epci == null : String(epci) === state.epci);
      return inDomain && inEpci;
    });
  }

  const weigh = (edge) =>
    state.month === 0 ? edge.weight : edge.months ? edge.months[state.month - 1] : edge.weight;

  function computed() {
    const layer = view.layers[state.layer];
    const shown = nodes.map((_, i) => representative(i));
    const passing = nodes.map((_, i) => shown[i] === i && passes(i));
    const links = new Map();
    for (const edge of byLayer[state.layer]) {
      const weight = weigh(edge);
      let a = shown[edge.from];
      let b = shown[edge.to];
      if (weight === 0 || a === b || !passing[a] || !passing[b]) continue;
      if (!layer.directed && a > b) [a, b] = [b, a];
      const key = a * nodes.length + b;
      const link = links.get(key);
      if (link) {
        link.weight += weight;
        link.few ||= weight < LEAST;
        if (weight >= LEAST) link.told += weight;
      } else links.set(key, { key, a, b, weight, few: weight < LEAST, told: weight >= LEAST ? weight : 0 });
    }
    for (const [key, whole] of ofWholes[state.layer]) {
      const link = links.get(key);
      if (!link || state.open.has(link.a) || state.open.has(link.b)) continue;
      const weight = weigh(whole);
      if (weight === 0) links.delete(key);
      else Object.assign(link, { weight, few: weight < LEAST, told: weight >= LEAST ? weight : 0 });
    }
    const into = new Map();
    const out = new Map();
    const near = new Map();
    const told = new Map();
    const add = (map, i, n) => map.set(i, (map.get(i) ?? 0) + n);
    for (const link of links.values()) {
      add(out, link.a, link.weight);
      add(into, link.b, link.weight);
      for (const [i, other] of [[link.a, link.b], [link.b, link.a]]) {
        if (!near.has(i)) near.set(i, new Set());
        near.get(i).add(other);
        const known = told.get(i) ?? { n: 0, few: false };
        known.n += link.told;
        known.few ||= link.few;
        told.set(i, known);
      }
    }
    const use = (i) => (into.get(i) ?? 0) + (out.get(i) ?? 0);
    /* the largest partners that have half of everything together: what the title speaks of */
    const core = new Set();
    if (layer.directed && layer.people) {
      const partners = [...near.keys()].filter((i) => !nodes[i].site).sort((a, b) => use(b) - use(a) || a - b);
      let left = partners.reduce((sum, i) => sum + use(i), 0) / 2;
      for (const i of partners) {
        if (left <= 0) break;
        core.add(i);
        left -= use(i);
      }
    }
    const unlinked = [];
    let visible = [];
    nodes.forEach((node, i) => {
      if (!passing[i]) return;
      const unfolded = node.parent != null || state.open.has(i);
      if (use(i) > 0 || unfolded || i === state.selected) visible.push(i);
      else if (!node.site) unlinked.push(i);
    });
    if (state.isolated) visible.push(...unlinked);
    if (state.focus !== null) {
      const kept = near.get(state.focus) ?? new Set();
      visible = visible.filter((i) => i === state.focus || kept.has(i));
    }
    const seen = new Set(visible);
    const drawn = [...links.values()].filter(
      (link) => seen.has(link.a) && seen.has(link.b) &&
        (state.focus === null || link.a === state.focus || link.b === state.focus));
    const query = plain(state.query.trim());
    const matches = query === "" ? null : new Set(nodes.flatMap((node, i) => (node.found.includes(query) ? [i] : [])));
    const matched = new Set([...(matches ?? [])].map((i) => shown[i])); /* as it is drawn */
    visible.sort((a, b) => use(b) - use(a) || a - b);
    drawn.sort((x, y) => y.weight - x.weight || x.key - y.key);
    return { layer, into, out, near, told, use, core, unlinked, visible, seen, links: drawn, matches, matched };
  }

  /* the same scale for every month, and another for the whole period, so that two months can be compared */
  const scales = new Map();
  function scale() {
    const key = `${state.layer} ${state.month > 0}`;
    if (scales.has(key)) return scales.get(key);
    let edge = 1;
    const use = new Map();
    const months = state.month > 0 ? view.months.map((_, m) => m) : [null];
    for (const m of months) {
      use.clear();
      for (const e of byLayer[state.layer]) {
        const weight = m === null || !e.months ? e.weight : e.months[m];
        edge = Math.max(edge, weight);
        if (!nodes[e.from].site) use.set(e.from, (use.get(e.from) ?? 0) + weight);
        if (!nodes[e.to].site) use.set(e.to, (use.get(e.to) ?? 0) + weight);
      }
      scales.set(`${key} ${m}`, Math.max(1, ...use.values()));
    }
    const node = Math.max(...months.map((m) => scales.get(`${key} ${m}`)));
    const found = { node, edge };
    scales.set(key, found);
    return found;
  }

  const least = () => (view.layers[state.layer].people ? LEAST : 0);
  const LARGEST = 0.55 * view.spacing;
  const SITE = 0.42 * view.spacing;
  const SMALLEST = 0.17 * view.spacing;
  const sizeOf = (use) =>
    use === 0 ? SMALLEST * 0.8
      : SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(Math.min(1, Math.max(use, least()) / scale().node));
  const widthOf = (weight) =>
    view.spacing * (0.008 + 0.17 * Math.min(1, Math.max(weight, least()) / scale().edge) ** 0.75);

  /* ---- the picture: vis-network, without physics, without its own labels ---- */

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

  /* ---- labels: the largest first, none over another; the others when there is room, on hover and when chosen ---- */

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

  /* ---- words ---- */

  function el(tag, properties, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties ?? {})) {
      if (name in made) made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }
  const amount = (n, layer) => `${numbers.format(n)} ${n < 2 ? layer.one : layer.many}`;
  const counted = (n, one, many) => `${numbers.format(n)} ${n < 2 ? one : many ?? one + "s"}`;

  /* a number on the screen, and what the paper has in its stead */
  function figure(n, printed) {
    const cell = el("td", { className: "figure" });
    if (n === 0) cell.append("–");
    else if (!view.internal || !now.layer.people || printed === null) cell.append(numbers.format(n));
    else cell.append(el("span", { className: "exact" }, numbers.format(n)), el("span", { className: "few" }, printed));
    return cell;
  }
  const ofLink = (link) => figure(link.weight, link.few ? (link.told ? `au moins ${numbers.format(link.told)}` : "moins de 5") : null);
  function ofNode(i, n) {
    const told = now.told.get(i);
    return figure(n, told?.few ? (told.n ? "peu ou plus" : "moins de 5 par lien") : null);
  }

  function words() {
    const { layer } = now;
    document.querySelector("h1").textContent = layer.finding;
    const when = state.month === 0 ? view.period : view.months[state.month - 1];
    $("quoi").textContent = `${layer.definition} ${when}.`;
    if (view.months.length) {
      $("mois-dit").textContent = state.month === 0 ? "toute la période" : view.months[state.month - 1];
      $("mois").setAttribute("aria-valuetext", $("mois-dit").textContent);
      $("mois").disabled = !layer.monthly;
    }
    $("isoles-dit").textContent = `+ ${numbers.format(now.unlinked.length)} sans lien`;
    const total = now.links.reduce((sum, link) => sum + link.weight, 0);
    const parts = [
      counted(now.visible.filter((i) => !nodes[i].site).length, "partenaire"),
      counted(now.links.length, "lien"),
      ...(layer.people && layer.directed ? [amount(total, layer)] : []), /* else one person stands on several links */
    ];
    let said = parts.join(", ");
    if (state.focus !== null) said = `Autour de ${nodes[state.focus].full} : ${said}. Échap : revenir à tout le réseau`;
    if (now.matches) said += ` ; ${counted(now.matches.size, "nom")} contenant « ${state.query.trim()} »`;
    $("etat").textContent = `${said}.`.replace(/ ([:;?!»])/g, "\u00a0$1").replace("« ", "«\u00a0");
  }

  const SVG = "http://www.w3.org/2000/svg";
  function svg(tag, attributes, ...children) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }
  function nice(n) {
    const power = 10 ** Math.floor(Math.log10(Math.max(1, n)));
    const lead = [5, 2, 1].find((k) => k * power <= n) ?? 1;
    return lead * power;
  }
  function legend() {
    const { layer } = now;
    const list = $("echelles");
    const most = nice(scale().node);
    const sizes = [...new Set([Math.max(layer.people ? LEAST : 1, nice(most / 10)), nice(most / 3), most])].sort((a, b) => a - b);
    const widest = nice(scale().edge);
    const lines = [...new Set([Math.max(layer.people ? LEAST : 1, nice(widest / 10)), widest])].sort((a, b) => a - b);
    const pixel = 13 / LARGEST;
    const items = [el("li", {}, `Taille\u00a0: ${layer.directed ? layer.many : "somme de ses liens"}`)];
    for (const n of sizes) {
      const r = Math.max(2, sizeOf(n) * pixel);
      items.push(el("li", {}, svg("svg", { width: 2 * r + 2, height: 2 * r + 2, "aria-hidden": "true" },
        svg("circle", { cx: r + 1, cy: r + 1, r, fill: "#fff", stroke: "#17242e" })), numbers.format(n)));
    }
    items.push(el("li", {}, `Trait\u00a0: ${layer.many}${layer.directed ? ", flèche vers qui reçoit" : ""}`));
    for (const n of lines) {
      const w = Math.max(1, widthOf(n) * pixel * 2);
      const parts = [svg("line", { x1: 0, y1: 8, x2: 30, y2: 8, stroke: "#6d7d88", "stroke-width": w })];
      if (layer.directed) parts.push(svg("path", { d: "M28 2L38 8L28 14Z", fill: "#6d7d88" }));
      items.push(el("li", {}, svg("svg", { width: 40, height: 16, "aria-hidden": "true" }, ...parts), numbers.format(n)));
    }
    if (now.core.size) {
      items.push(el("li", {}, el("span", {}, el("strong", {}, "En gras"), "\u00a0: à eux seuls, la moitié du total")));
    }
    if (units.size) items.push(el("li", {}, svg("svg", { width: 32, height: 8, "aria-hidden": "true" },
      svg("line", { x1: 0, y1: 4, x2: 32, y2: 4, stroke: "#4a5a66", "stroke-width": 1.5, "stroke-dasharray": "5 4" })), "unité (+\u00a0: à déplier)"));
    list.replaceChildren(...items);
  }

  function named(i, shown) {
    return el("button", { type: "button", className: "named", onclick: () => choose(i, true) }, shown ?? nodes[i].full);
  }
  const domainsOf = (i) => [...new Set(nodes[i].inside.flatMap((m) => nodes[m].domains))].sort((a, b) => a - b).map((d) => view.domains[d]);

  function table() {
    const { layer } = now;
    const kept = (i) => now.matches === null || now.matched.has(i);
    const body = el("tbody");
    let head, all, row;
    if (state.links) {
      all = now.links.filter((link) => kept(link.a) || kept(link.b));
      head = [layer.directed ? "De" : "Entre", layer.directed ? "vers" : "et", "Nombre"];
      row = (link) => el("tr", {}, el("th", { scope: "row" }, named(link.a)), el("td", {}, named(link.b)), ofLink(link));
    } else {
      all = now.visible.filter(kept).sort((a, b) => nodes[a].site - nodes[b].site); /* stable */
      head = ["Partenaire", ...(layer.directed ? ["Reçoit", "Envoie"] : ["Somme"]), "Liens"];
      row = (i) => {
        const where = [...domainsOf(i), nodes[i].commune].filter(Boolean).join(" · ");
        const cells = layer.directed
          ? [ofNode(i, now.into.get(i) ?? 0), ofNode(i, now.out.get(i) ?? 0)]
          : [ofNode(i, now.use(i))];
        const made = el("tr", {}, el("th", { scope: "row" }, named(i), where ? el("span", { className: "detail" }, where) : null), ...cells,
          el("td", { className: "figure" }, numbers.format(now.near.get(i)?.size ?? 0)));
        if (i === state.selected) made.setAttribute("aria-current", "true");
        return made;
      };
    }
    body.append(...all.slice(0, state.rows).map(row));
    $("tableau").replaceChildren(
      el("caption", { className: "sr" }, `${state.links ? "Liens" : "Partenaires"} montrés sur la carte : ${layer.label}`),
      el("thead", {}, el("tr", {}, ...head.map((text, n) => el("th", { scope: "col", className: n && !(state.links && n === 1) ? "figure" : "" }, text)))),
      body);
    $("suite").hidden = all.length <= state.rows;
    $("suite").textContent = `Afficher la suite (${numbers.format(all.length - state.rows)})`;
    $("les-noeuds").setAttribute("aria-pressed", String(!state.links));
    $("les-liens").setAttribute("aria-pressed", String(state.links));
  }

  function card() {
    const box = $("fiche");
    const i = state.selected;
    if (i === null) {
      box.hidden = true;
      box.replaceChildren();
      return;
    }
    const node = nodes[i];
    const folded = units.get(i) ?? [];
    const facts = [node.kind, node.commune, node.epci != null ? view.epcis[node.epci] : null].filter(Boolean).join(" · ");
    const links = now.links.filter((link) => link.a === i || link.b === i);
    const button = (text, act, pressed) =>
      el("button", { type: "button", onclick: act, ...(pressed === undefined ? {} : { "aria-pressed": String(pressed) }) }, text);
    const rows = links.slice(0, 40).map((link) => {
      const other = link.a === i ? link.b : link.a;
      const way = !now.layer.directed ? "avec" : link.a === i ? "vers" : "de";
      return el("tr", {}, el("td", {}, way), el("th", { scope: "row" }, named(other)), ofLink(link));
    });
    const elsewhere = view.layers.map((layer, n) => {
      if (n === state.layer) return null;
      const within = new Set(state.open.has(i) ? [i] : node.inside);
      let sum = 0;
      for (const e of byLayer[n]) if (within.has(e.from) !== within.has(e.to)) sum += e.weight;
      if (sum === 0) return null;
      const said = `${layer.label} : ${numbers.format(sum)}`.replace(" :", "\u00a0:");
      return el("li", { className: view.internal && layer.people ? "exact" : "" }, said);
    }).filter(Boolean);
    box.hidden = false;
    box.replaceChildren(
      el("h2", { id: "fiche-nom", tabIndex: -1 }, node.full),
      ...[facts ? el("p", {}, facts) : null,
        domainsOf(i).length ? el("ul", { className: "chips" }, ...domainsOf(i).map((d) => el("li", {}, d))) : null,
        node.parent != null ? el("p", {}, "Unité de ", named(node.parent)) : null,
        node.college ? el("p", {}, `Siège au conseil d'administration : ${node.college}`.replace(" :", "\u00a0:")) : null].filter(Boolean),
      el("p", { className: "choose screen-only" },
        button(state.focus === i ? "Revenir à tout le réseau" : "Ses voisins seulement", () => focusOn(state.focus === i ? null : i), state.focus === i),
        folded.length ? button(state.open.has(i) ? "Replier ses unités" : `Déplier ${folded.length < 2 ? "son unité" : `ses ${folded.length} unités`}`, () => fold(i)) : null,
        button("Fermer", () => { choose(null); frame.focus(); })),
      ...(rows.length
        ? [el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Sens"), el("th", { scope: "col" }, now.layer.label), el("th", { scope: "col", className: "figure" }, "Nombre"))), el("tbody", {}, ...rows)),
          links.length > 40 ? el("p", { className: "hint" }, `et ${links.length - 40} autres liens, dans le tableau`) : el("p", {})]
        : [el("p", {}, "Aucun lien de cette sorte.")]),
      ...(elsewhere.length ? [el("h3", {}, "Autres liens, toute la période"), el("ul", {}, ...elsewhere)] : []));
  }

  /* ---- what a person does ---- */

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
})();
