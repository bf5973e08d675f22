/* A child of this age: one choice, kept in the address, that goes with the reader from page to page.
   A course such as "o12s12o192" says of each month of life what is known; Python has worked it out. */
(() => {
  "use strict";
  const NAMES = { s: "studied at this age", m: "meant for this age, not studied at it", u: "age not stated", o: "other ages" };
  const letter = (course, month) => {
    let end = 0;
    for (const [, at, months] of course.matchAll(/([smuo])(\d+)/g)) {
      end += Number(months);
      if (month < end) return at;
    }
    return "o";
  };
  const listed = (counts, signs = {}) => Object.entries(NAMES).filter(([at]) => counts[at]).map(([at, words]) => `${signs[at] ? `${signs[at]} ` : ""}${counts[at]} ${words}`).join(" · ");
  const found = /^\d{1,3}$/.exec(new URLSearchParams(location.search).get("age") || "");
  let month = found && Number(found[0]) < 216 ? Number(found[0]) : null;
  const years = document.getElementById("age-years"), months = document.getElementById("age-months");
  const any = document.getElementById("age-any"), count = document.getElementById("age-count");

  const follow = () => { // links within the site keep the age, but for those that lead to one of their own
    const search = month === null ? "" : `?age=${month}`;
    for (const link of document.links) {
      const href = link.getAttribute("href");
      if (/^[a-z]+:/i.test(href) || href.startsWith("#") || link.hasAttribute("download") || link.dataset.month) continue;
      link.search = search;
    }
  };
  const lists = new Map(); // the groups of each table, in their own order
  const show = () => {
    if (!lists.size) for (const list of document.querySelectorAll("table.list")) if (list.querySelector("[data-ages]")) lists.set(list, [...list.tBodies]);
    const counts = {};
    for (const row of document.querySelectorAll("[data-ages]")) {
      const at = month === null ? "" : letter(row.dataset.ages, month);
      if (at) row.dataset.at = at; else delete row.dataset.at;
      counts[at] = (counts[at] || 0) + 1;
      const place = row.querySelector(".name, td, th") || row;
      let tag = place.querySelector(":scope > .at");
      if (!at) { if (tag) tag.remove(); continue; }
      if (!tag) { tag = document.createElement("span"); tag.className = "tag at"; place.append(tag); }
      tag.textContent = NAMES[at];
    }
    for (const [list, bodies] of lists) { // groups with something studied at this age come first
      const rank = (body) => (body.querySelector('[data-at="s"]') ? 0 : 1);
      list.append(...(month === null ? bodies : bodies.slice().sort((a, b) => rank(a) - rank(b))));
    }
    if (any) any.hidden = month === null;
    if (count && !document.getElementById("map")) count.textContent = month === null ? "" : `${count.dataset.what}: ${listed(counts) || "none"}`;
    document.dispatchEvent(new CustomEvent("kg-age"));
  };
  const set = (to) => {
    month = to;
    history.replaceState(null, "", `${location.pathname}${to === null ? "" : `?age=${to}`}${location.hash}`);
    follow(); show();
  };
  window.kgAge = { NAMES, letter, listed, month: () => month };
  if (years) {
    if (month !== null) { years.value = Math.floor(month / 12); months.value = month % 12; }
    const read = () => {
      const y = years.value, m = months.value;
      if (y === "" && m === "") { set(null); return; }
      set(Math.max(0, Math.min(215, Number(y) * 12 + Number(m))));
    };
    for (const field of [years, months]) field.addEventListener("input", read);
    any.addEventListener("click", () => { years.value = ""; months.value = ""; set(null); years.focus(); });
  }
  if (month !== null) follow();
  document.addEventListener("DOMContentLoaded", show);
})();
