/* On every page: the reader's language. Nothing else moves without the reader's doing. */
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
  addEventListener("beforeprint", () => {
    for (const found of document.querySelectorAll("details.print")) found.open = true;
  });
})();
