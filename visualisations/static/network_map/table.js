/* The table and the card of one partner: what the picture says, in numbers. */

/* a number on the screen, and what the paper has in its stead */
function figure(n, onPaper) {
  const cell = el("td", { className: "figure" });
  if (n === 0) cell.append("–");
  else if (!view.internal || !now.layer.people || onPaper === null) cell.append(numbers.format(n));
  else cell.append(el("span", { className: "exact" }, numbers.format(n)), el("span", { className: "few" }, onPaper));
  return cell;
}
const printed = (told, alone) =>
  !told?.few ? null : told.told ? `au moins ${numbers.format(told.told)}` : alone;
const ofLink = (link) => figure(link.weight, printed(link, `moins de ${LEAST}`));
const joined = (a, b) => ({ told: (a?.told ?? 0) + (b?.told ?? 0), few: Boolean(a?.few || b?.few) });
const ofNode = (n, told) => figure(n, printed(told, `moins de ${LEAST} par lien`));

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
        ? [ofNode(now.into.get(i) ?? 0, now.told.into.get(i)), ofNode(now.out.get(i) ?? 0, now.told.out.get(i))]
        : [ofNode(now.use(i), joined(now.told.into.get(i), now.told.out.get(i)))];
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
