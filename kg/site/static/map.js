/* The evidence map: folding, the age of a child, the keyboard, and the findings of a cell. */
(() => {
  "use strict";
  const island = document.getElementById("kg-data");
  const data = island ? JSON.parse(island.textContent) : { findings: [] };
  const map = document.querySelector("table.whole");
  if (!map) return;

  const forCaregivers = () => document.documentElement.dataset.audience === "caregiver";
  const el = (tag, text, cls) => {
    const node = document.createElement(tag);
    if (text) node.textContent = text;
    if (cls) node.className = cls;
    return node;
  };

  // -- folding: a folded domain keeps one column, which counts all its outcomes -------------------
  const heads = [...map.querySelectorAll(".domhead")];
  const span = heads.map((head) => head.colSpan);
  const fold = (n, folded) => {
    for (const cell of map.querySelectorAll(`.d${n}`)) cell.hidden = folded;
    for (const cell of map.querySelectorAll(`.s${n}`)) cell.hidden = !folded;
    heads[n].colSpan = folded ? 1 : span[n];
    heads[n].classList.toggle("folded", folded);
    const button = heads[n].querySelector("button");
    button.textContent = folded ? "+" : "−";
    button.setAttribute("aria-expanded", String(!folded));
    button.setAttribute("aria-label", button.getAttribute("aria-label").replace(/^(Fold|Unfold)/, folded ? "Unfold" : "Fold"));
    button.dataset.folded = folded ? "1" : "";
    count();
  };
  const folded = (n) => heads[n].querySelector("button").dataset.folded === "1";
  const status = document.getElementById("map-count");
  const unfold = document.getElementById("unfold");
  const count = () => {
    const all = span.reduce((a, b) => a + b, 0);
    const shown = span.reduce((sum, n, i) => sum + (folded(i) ? 0 : n), 0);
    const rows = map.querySelectorAll("tbody.last:not(.open) th[scope=row]").length;
    status.textContent = shown === all ? all === 1 ? "1 outcome shown" : `all ${all} outcomes shown one by one` : `${shown} of ${all} outcomes shown one by one; the others are summed by domain`;
    if (rows) status.textContent += `; ${rows} interventions are folded at the end`;
    unfold.textContent = shown === all ? "Fold to domains" : "Unfold all outcomes";
  };
  map.addEventListener("click", (event) => {
    const button = event.target.closest(".fold");
    if (button) fold(Number(button.dataset.domain), button.dataset.folded !== "1");
    const more = event.target.closest("button.more");
    if (more) open(more.closest("tbody"), more.getAttribute("aria-expanded") !== "true");
  });
  const open = (group, isOpen) => {
    group.classList.toggle("open", isOpen);
    group.querySelector("button.more").setAttribute("aria-expanded", String(isOpen));
    for (const row of group.rows) if (!row.classList.contains("grouphead")) row.hidden = !isOpen;
    count();
  };
  unfold.addEventListener("click", () => {
    const all = heads.every((_, n) => !folded(n));
    heads.forEach((_, n) => fold(n, all && n > 0));
  });
  const claims = document.getElementById("claims");
  if (claims) claims.addEventListener("change", () => map.classList.toggle("with-claims", claims.checked));

  // -- one scroll, the page's: the names of the columns follow it -----------------------------------
  const thead = map.tHead, box = map.closest(".mapscroll");
  const stick = () => {
    const top = map.getBoundingClientRect().top, most = map.offsetHeight - thead.offsetHeight - 60;
    thead.style.transform = top < 0 && most > 0 ? `translateY(${Math.min(-top, most)}px)` : "";
  };
  addEventListener("scroll", stick, { passive: true });

  // -- by keyboard: one Tab into the map, arrows between its cells -----------------------------------
  const spot = (cell) => cell.querySelector("a, button") || cell;
  const grid = () => [...map.rows].filter((row) => !row.hidden).map((row) => [...row.cells].filter((cell) => !cell.hidden));
  const columns = (cell) => { // the columns of the map that a cell covers, heads with their spans
    let at = 0;
    for (const other of cell.parentNode.cells) { if (other === cell) break; if (!other.hidden) at += other.colSpan; }
    return cell.closest("thead") && cell.parentNode.rowIndex === 1 ? at + 1 : at;
  };
  const rove = (cell) => {
    for (const old of map.querySelectorAll('[tabindex="0"]')) old.tabIndex = -1;
    spot(cell).tabIndex = 0;
  };
  for (const cell of map.querySelectorAll("td, th")) { spot(cell).tabIndex = -1; for (const more of cell.querySelectorAll("a, button")) more.tabIndex = -1; }
  rove(map.querySelector("tbody tr:not(.grouphead) th"));
  const under = (row, column) => row.find((cell) => column < columns(cell) + cell.colSpan) || row.at(-1);
  map.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td, th"), step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!cell || event.ctrlKey || event.metaKey || event.altKey || !(step || event.key === "Home" || event.key === "End")) return;
    event.preventDefault();
    const rows = grid(), y = rows.findIndex((row) => row.includes(cell)), x = rows[y].indexOf(cell);
    let to = event.key === "Home" ? rows[y][0] : event.key === "End" ? rows[y].at(-1) : null;
    if (step) to = step[0] ? rows[y + step[0]] && under(rows[y + step[0]], columns(cell)) : rows[y][x + step[1]];
    if (!to || to.classList.contains("corner")) return;
    rove(to);
    spot(to).focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // On paper nothing scrolls or unfolds: a map is laid out as sheets of whole domains, each as wide as a page.
  const WIDE = 12;
  const sheets = (table) => {
    const packs = [];
    for (const head of table.querySelectorAll(".domhead")) {
      const n = head.dataset.domain, wide = table.querySelectorAll(`th.out.d${n}`).length, last = packs.at(-1);
      if (last && last.wide + wide <= WIDE) { last.wide += wide; last.domains.push(n); } else packs.push({ wide, domains: [n] });
    }
    return packs.map(({ wide, domains }) => {
      const sheet = table.closest(".mapscroll").cloneNode(true);
      sheet.classList.add("sheet");
      sheet.querySelector("thead").style.transform = "";
      for (const row of sheet.querySelectorAll("tr[hidden]")) row.hidden = false;
      for (const node of sheet.querySelectorAll("[id]")) node.removeAttribute("id");
      for (const head of sheet.querySelectorAll(".domhead")) {
        const n = head.dataset.domain, kept = domains.includes(n);
        for (const cell of sheet.querySelectorAll(`.d${n}`)) { if (kept) cell.hidden = false; else cell.remove(); }
        for (const cell of sheet.querySelectorAll(`.s${n}`)) cell.remove();
        head.classList.remove("folded");
        if (kept) head.colSpan = sheet.querySelectorAll(`th.out.d${n}`).length; else head.remove();
      }
      for (const head of sheet.querySelectorAll(".grouphead th")) head.colSpan = wide + 1;
      return sheet;
    });
  };
  addEventListener("beforeprint", () => {
    for (const table of document.querySelectorAll("table.map")) {
      const box = table.closest(".mapscroll");
      box.after(...sheets(table));
      box.classList.add("on-sheets");
    }
  });
  addEventListener("afterprint", () => {
    for (const sheet of document.querySelectorAll(".sheet")) sheet.remove();
    for (const box of document.querySelectorAll(".on-sheets")) box.classList.remove("on-sheets");
  });
  // As many domains are open as there is room for, at least the first.
  heads.forEach((_, n) => fold(n, n > 0));
  heads.forEach((_, n) => { if (n) { fold(n, false); if (map.offsetWidth > box.clientWidth) fold(n, true); } });
  for (const group of map.querySelectorAll("tbody.last")) open(group, false);

  // -- a child of this age: what was not studied at it turns pale and is counted apart ----------------
  const SVG = "http://www.w3.org/2000/svg";
  const svg = (tag, attributes, text) => {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (text) node.textContent = text;
    return node;
  };
  const sign = (kind, value) => document.querySelector(`.legend [data-${kind}="${value}"] svg`);
  const levels = [...document.querySelectorAll(".legend [data-level]")].map((li) => li.dataset.level);
  const sides = [...document.querySelectorAll(".legend [data-side]")].map((li) => li.dataset.side);
  const LETTERS = { m: "M", u: "?", o: "–" };
  const links = [...map.querySelectorAll("a[data-f]")].map((link) => ({ link, own: link.firstElementChild, found: link.dataset.f.split(" ").map(Number), words: link.getAttribute("aria-label") }));
  const legend = new Map([...document.querySelectorAll(".legend [data-level], .legend [data-side]")].map((li) => [li, li.querySelector(".total, text").textContent]));
  const tally = (list, key) => list.reduce((all, n) => ({ ...all, [key(n)]: (all[key(n)] || 0) + 1 }), {});
  const drawn = (found, at) => { // marks of what was studied at the age, and pale ones for all else
    const box = document.createElement("span"), studied = found.filter((n) => at[n] === "s");
    box.className = "aged";
    const by = tally(studied, (n) => data.findings[n].level), way = tally(studied, (n) => data.findings[n].side);
    for (const level of levels) if (by[level]) {
      const twin = sign("level", level).cloneNode(true);
      twin.querySelector("text").textContent = by[level];
      box.append(twin);
    }
    for (const side of sides) if (way[side]) box.append(sign("side", side).cloneNode(true));
    const other = tally(found.filter((n) => at[n] !== "s"), (n) => at[n]);
    for (const [letter, short] of Object.entries(LETTERS)) if (other[letter]) {
      const pale = svg("svg", { class: "pale", width: 34, height: 20, viewBox: "0 0 34 20", "aria-hidden": "true" });
      pale.append(svg("rect", { x: 1, y: 1, width: 32, height: 18, rx: 9 }), svg("text", { x: 17, y: 14.5 }, `${short} ${other[letter]}`));
      box.append(pale);
    }
    return box;
  };
  // What a cell shows, in words for caregivers; Python has written those for clinicians.
  const plainly = (words, found) => {
    const counted = (counts, names) => Object.entries(names).filter(([key]) => counts[key]).map(([key, name]) => `${counts[key]} ${name}`).join(", ");
    const [levels, sides] = ["level", "side"].map((key) => tally(found, (n) => data.findings[n][key]));
    return [words.split(";")[0], counted(levels, data.sure), counted(sides, data.ways)].filter(Boolean).join("; ");
  };
  const age = () => {
    const month = kgAge.month(), output = document.getElementById("age-count");
    const at = data.findings.map((f) => (month === null ? "s" : kgAge.letter(data.courses[f.course], month)));
    for (const { link, own, found, words } of links) {
      const counts = tally(found, (n) => at[n]);
      link.replaceChildren(month === null || link.classList.contains("claim") ? own : drawn(found, at));
      const said = forCaregivers() ? plainly(words, found) : words;
      link.title = month === null ? said : `${said}; ${kgAge.listed(counts)}`;
      link.setAttribute("aria-label", link.title);
      link.classList.toggle("elsewhere", !counts.s);
    }
    const research = data.findings.map((_, n) => n).filter((n) => data.findings[n].level);
    const studied = research.filter((n) => at[n] === "s");
    const by = tally(studied, (n) => data.findings[n].level), way = tally(studied, (n) => data.findings[n].side);
    for (const [li, whole] of legend) {
      const now = li.dataset.level ? String(by[li.dataset.level] || 0) : `(${way[li.dataset.side] || 0})`;
      li.querySelector(".total, text").textContent = month === null ? whole : now;
    }
    output.textContent = month === null ? "" : kgAge.listed(tally(research, (n) => at[n]), LETTERS);
  };
  if (data.courses) for (const change of ["kg-age", "kg-audience"]) document.addEventListener(change, age);

  // -- the findings of a cell ----------------------------------------------------------------------
  const dialog = document.getElementById("cell");
  if (!dialog) return;
  const body = document.getElementById("cell-body");
  const row = (list, name, texts) => {
    const words = forCaregivers() && name in data.plain ? data.plain[name] : name;
    if (!texts.length || !words) return;
    list.append(el("dt", words));
    const dd = el("dd");
    texts.forEach((text) => dd.append(el("div", text)));
    list.append(dd);
  };
  const card = (finding) => {
    const box = el("article", "", finding.stamp ? "card unreviewed" : "card");
    const audience = document.documentElement.dataset.audience;
    const words = finding.words[audience] || finding.words.clinician || "No wording in this graph.";
    const head = el("p", words, "said");
    if (finding.level) head.prepend(sign("level", finding.level).cloneNode(true));
    if (finding.level) head.querySelector("text").textContent = "";
    box.append(head);
    if (!finding.level) box.append(el("p", `A claim, not a finding: an article reports this about other work. ${finding.doubts}`.trim(), "claim-note"));
    const list = el("dl");
    row(list, finding.level ? "Result" : "What it says", [forCaregivers() ? finding.plain[0] : finding.direction]);
    const result = list.querySelector("dd div"), way = sign("side", finding.side).cloneNode(true);
    if (!finding.level) way.firstElementChild.setAttribute("class", "g-claimed");
    result.prepend(way, " ");
    if (kgAge.month() !== null) row(list, "Age", [kgAge.NAMES[kgAge.letter(data.courses[finding.course], kgAge.month())]]);
    row(list, "Effect", finding.effect.length ? finding.effect : ["no number given"]);
    row(list, "Compared with", [finding.versus]);
    row(list, "Certainty", forCaregivers() ? [finding.plain[1]] : finding.certainty);
    row(list, "Design", finding.design ? [finding.design] : []);
    row(list, "Source", finding.sources);
    box.append(list);
    const foot = el("p");
    const link = el("a", `All of ${finding.id}`);
    link.href = finding.href;
    foot.append(link, " ");
    if (finding.stamp) foot.append(el("span", finding.stamp, data.one ? "stamp vh" : "stamp"));
    box.append(foot);
    return box;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-f]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const found = link.dataset.f.split(" ").map((n) => data.findings[Number(n)]);
    document.getElementById("cell-title").textContent = link.getAttribute("aria-label").split(";")[0];
    const marks = el("div", "", "cell-marks");
    marks.append(link.firstElementChild.cloneNode(true));
    const audience = document.documentElement.dataset.audience, without = found.filter((f) => !f.words[audience]).length;
    body.replaceChildren(marks, ...found.map(card));
    if (without) marks.after(el("p", `${without} of ${found.length} have no words for a ${audience} yet.`, "small soft"));
    const more = el("a", "Everything on this intervention");
    more.href = link.getAttribute("href");
    body.append(more);
    dialog.showModal();
  });
  document.getElementById("cell-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
})();
