/* The evidence map: folding of domains, age bands, and the findings of a cell. */
(() => {
  "use strict";
  const island = document.getElementById("kg-data");
  const data = island ? JSON.parse(island.textContent) : { findings: [] };
  const map = document.querySelector("table.whole");
  if (!map) return;

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
    const button = heads[n].querySelector("button");
    button.textContent = folded ? "unfold" : "fold";
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
    status.textContent = `${shown} of ${all} outcomes shown one by one; the others are summed by domain`;
    if (shown === all) status.textContent = `all ${all} outcomes shown one by one`;
    unfold.textContent = shown === all ? "Fold to domains" : "Unfold all outcomes";
  };
  map.addEventListener("click", (event) => {
    const button = event.target.closest(".fold");
    if (button) fold(Number(button.dataset.domain), button.dataset.folded !== "1");
  });
  unfold.addEventListener("click", () => {
    const all = heads.every((_, n) => !folded(n));
    heads.forEach((_, n) => fold(n, all && n > 0));
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
      for (const node of sheet.querySelectorAll("[id]")) node.removeAttribute("id");
      for (const head of sheet.querySelectorAll(".domhead")) {
        const n = head.dataset.domain, kept = domains.includes(n);
        for (const cell of sheet.querySelectorAll(`.d${n}`)) { if (kept) cell.hidden = false; else cell.remove(); }
        for (const cell of sheet.querySelectorAll(`.s${n}`)) cell.remove();
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
  heads.forEach((_, n) => fold(n, n > 0));

  // -- one age band at a time ----------------------------------------------------------------------
  const whole = map.closest(".mapscroll");
  const select = document.getElementById("age");
  const bands = [...document.querySelectorAll(".band")];
  const home = document.getElementById("bands");
  const show = (id) => {
    for (const band of bands) {
      const mine = band.id === `age-${id}`;
      if (mine) { whole.after(band); band.open = true; } else if (band.parentNode !== home) home.append(band);
    }
    if (!id) bands.forEach((band) => { home.append(band); band.open = false; });
    whole.hidden = Boolean(id);
    unfold.hidden = Boolean(id);
    const chosen = bands.find((band) => band.id === `age-${id}`);
    if (chosen) status.textContent = chosen.dataset.count; else count();
  };
  select.addEventListener("change", () => {
    history.replaceState(null, "", select.value ? `#age=${select.value}` : "#map");
    show(select.value);
  });
  const fromHash = () => {
    const found = /^#age=([\d-]+)$/.exec(location.hash);
    if (found && bands.some((band) => band.id === `age-${found[1]}`)) { select.value = found[1]; show(found[1]); }
  };
  addEventListener("hashchange", fromHash);
  fromHash();

  // -- the findings of a cell ----------------------------------------------------------------------
  const dialog = document.getElementById("cell");
  if (!dialog) return;
  const body = document.getElementById("cell-body");
  const row = (list, name, texts) => {
    if (!texts.length) return;
    list.append(el("dt", name));
    const dd = el("dd");
    texts.forEach((text) => dd.append(el("div", text)));
    list.append(dd);
  };
  const card = (finding) => {
    const box = el("article", "", finding.stamp ? "card unreviewed" : "card");
    const audience = document.documentElement.dataset.audience;
    const words = finding.words[audience] || finding.words.clinician || "No wording in this graph.";
    box.append(el("p", words));
    if (!finding.words[audience]) box.append(el("p", `No ${audience} wording yet.`, "small soft"));
    const list = el("dl");
    row(list, "Result", [finding.direction]);
    row(list, "Effect", finding.effect.length ? finding.effect : ["no number given"]);
    row(list, "Compared with", [finding.versus]);
    row(list, "Certainty", finding.certainty);
    row(list, "Design", finding.design ? [finding.design] : []);
    row(list, "Source", finding.sources);
    box.append(list);
    const foot = el("p");
    const link = el("a", `All of ${finding.id}`);
    link.href = finding.href;
    foot.append(link, " ");
    if (finding.stamp) foot.append(el("span", finding.stamp, "stamp"));
    box.append(foot);
    return box;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-f]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const found = link.dataset.f.split(" ").map((n) => data.findings[Number(n)]);
    document.getElementById("cell-title").textContent = link.getAttribute("aria-label").split(";")[0];
    body.replaceChildren(...found.map(card));
    const more = el("a", "Everything on this intervention");
    more.href = link.getAttribute("href");
    body.append(more);
    dialog.showModal();
  });
  document.getElementById("cell-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
})();
