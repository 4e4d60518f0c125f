/* What is shown of it. */

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
  const told = { into: new Map(), out: new Map() }; /* what may be printed of it, and whether it is a part only */
  const add = (map, i, n) => map.set(i, (map.get(i) ?? 0) + n);
  for (const link of links.values()) {
    add(out, link.a, link.weight);
    add(into, link.b, link.weight);
    for (const [i, other] of [[link.a, link.b], [link.b, link.a]]) {
      if (!near.has(i)) near.set(i, new Set());
      near.get(i).add(other);
      const way = i === link.a ? told.out : told.into;
      const known = way.get(i) ?? { told: 0, few: false };
      known.told += link.told;
      known.few ||= link.few;
      way.set(i, known);
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
