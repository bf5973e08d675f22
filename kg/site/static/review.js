"use strict";
(() => {
  const data = JSON.parse(document.getElementById("kg-data").textContent);
  const cards = [...document.querySelectorAll(".review")];
  const count = document.getElementById("count");
  const chosen = (card) => card.querySelector("input:checked").value;

  const show = () => {
    const made = { approve: 0, reject: 0, leave: 0 };
    for (const card of cards) {
      card.dataset.decision = chosen(card);
      made[chosen(card)] += 1;
    }
    count.textContent = `${made.approve} approved, ${made.reject} rejected, ${made.leave} left`;
  };

  const decisions = () => cards.map((card, number) => ({
    statement: data.statements[number].id,
    decision: chosen(card),
    comment: card.querySelector("textarea").value,
    state: data.statements[number].state,
    parts: data.statements[number].parts,
  }));

  const download = () => {
    const text = JSON.stringify({ kind: data.kind, base: data.base, decisions: decisions() }, null, 1);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${text}\n`], { type: "application/json" }));
    link.download = "decisions.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    changed = false;
  };

  let changed = false;
  document.addEventListener("change", () => { changed = true; show(); });
  document.addEventListener("input", () => { changed = true; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  document.getElementById("download").addEventListener("click", download);

  const keys = { a: "approve", r: "reject", l: "leave" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "TEXTAREA") return;
    const here = cards.findIndex((card) => card.contains(document.activeElement));
    if (event.key === "j" || event.key === "k") {
      const next = Math.min(Math.max(here + (event.key === "j" ? 1 : -1), 0), cards.length - 1);
      cards[next]?.querySelector("input:checked").focus();
      cards[next]?.scrollIntoView({ block: "start" });
      event.preventDefault();
    } else if (keys[event.key] && here >= 0) {
      const input = cards[here].querySelector(`input[value="${keys[event.key]}"]`);
      input.checked = true;
      input.focus();
      changed = true;
      show();
      event.preventDefault();
    }
  });
  show();
})();
