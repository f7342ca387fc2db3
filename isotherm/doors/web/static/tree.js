/*
 * The slider of the tree: it halts at the days on which the organisation changed. Arrow keys, Home and End move it, and
 * the page below follows without losing the place. Without scripts the same days are links and a date field.
 */
"use strict";

(() => {
  const slider = document.querySelector("#tree-slider");
  if (!slider) return;
  const stops = () => Array.from(document.querySelectorAll("#tree-stops option"));
  const said = document.querySelector("#tree-day");
  let clock = 0;
  let latest = 0;

  function name() {
    const stop = stops()[Number(slider.value)];
    said.textContent = stop.label;
    slider.setAttribute("aria-valuetext", stop.label);
    return stop;
  }

  async function go() {
    const { address } = name().dataset;
    const mine = latest += 1;
    document.documentElement.classList.add("busy");
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== latest) return;
      const parts = Array.from(document.querySelectorAll("[data-swaps]"));
      if (!answer.ok || parts.some((part) => !page.getElementById(part.id))) { location.assign(address); return; }
      parts.forEach((part) => part.replaceWith(page.getElementById(part.id)));
      document.title = page.title;
      history.replaceState(null, "", address);
    } catch {
      location.assign(address);
    } finally {
      document.documentElement.classList.remove("busy");
    }
  }

  slider.addEventListener("input", () => { name(); clearTimeout(clock); clock = setTimeout(go, 180); });
})();
