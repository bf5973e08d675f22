/* On every page: the reader's language, and the statements to copy. Nothing else moves without the reader's doing. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const known = ["clinician", "caregiver"];
  const read = () => {
    try { return localStorage.getItem("kg-audience"); } catch { return null; }
  };
  const choose = (audience) => {
    root.dataset.audience = known.includes(audience) ? audience : "clinician";
    for (const input of document.querySelectorAll(".voice input")) {
      input.checked = input.value === root.dataset.audience;
    }
    document.dispatchEvent(new CustomEvent("kg-audience"));
  };
  choose(read());
  document.addEventListener("change", (event) => {
    if (!event.target.matches(".voice input")) return;
    try { localStorage.setItem("kg-audience", event.target.value); } catch { /* not remembered */ }
    choose(event.target.value);
  });
  // The statements of an entity's page, for other programs; where no clipboard is to be had, a text to copy.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#copy-ld");
    if (!button) return;
    const words = JSON.stringify(JSON.parse(document.querySelector('script[type="application/ld+json"]').textContent), null, 1);
    const instead = () => {
      const area = document.createElement("textarea");
      area.value = words; area.readOnly = true; area.setAttribute("aria-label", "JSON-LD to copy");
      button.after(area); area.select();
    };
    if (navigator.clipboard) navigator.clipboard.writeText(words).then(() => { button.textContent = "Copied"; }, instead); else instead();
  });
  addEventListener("beforeprint", () => {
    for (const found of document.querySelectorAll("details.print")) found.open = true;
  });
})();
