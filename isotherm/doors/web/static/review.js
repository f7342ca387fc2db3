/*
 * The keys of the review: every one presses a button or opens a link that also stands on the page.
 *
 *   j k          next and previous task           a x    confirm, set aside: the selected ones, or the task in focus
 *   space        select                           e s    edit; split, at the marking or in the form
 *   m            join the selected, or with the next one
 *   n            add from the marked text         t      to the words in the text
 *   u r          undo, do again
 */
"use strict";

(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const candidates = () => all("article.candidate");
  const typing = (target) => target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && !/^(checkbox|radio|button|submit)$/.test(target.type);
  let current = null;

  function look(candidate) {
    candidate.focus({ preventScroll: true });
    candidate.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("focusin", (event) => {
    const candidate = event.target.closest("article.candidate");
    if (!candidate || candidate === current) return;
    current?.classList.remove("current");
    current = candidate;
    current.classList.add("current");
    // The words stand beside it: the text moves along, the page does not.
    const words = document.getElementById(`w-${candidate.dataset.shows}`);
    const pane = words?.closest(".beside.review > .card");
    if (pane && pane.scrollHeight > pane.clientHeight) pane.scrollTop += words.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
    all("mark.looked-at").forEach((mark) => mark.classList.remove("looked-at"));
    all(`mark[data-of="${CSS.escape(candidate.dataset.shows)}"]`).forEach((mark) => mark.classList.add("looked-at"));
  });

  /* The task in focus; after a reload the one that the address names; else the first. */
  function focused() {
    const inside = document.activeElement?.closest("article.candidate");
    if (inside) return inside;
    if (current?.isConnected) return current;
    const named = location.hash.startsWith("#c-") ? document.getElementById(location.hash.slice(1)) : null;
    return named ?? candidates()[0] ?? null;
  }

  function move(step) {
    const list = candidates();
    if (!list.length) return;
    const began = document.activeElement?.closest("article.candidate") || current?.isConnected;
    const at = list.indexOf(focused());
    const next = began ? at + step : at;
    if (next >= list.length) { one(".pager a[rel=next]")?.focus(); return; }
    look(list[Math.max(0, next)]);
  }

  const selected = () => all("form.bulk input[data-item]:checked");
  const bulk = (key) => one(`form.bulk [data-bulk-key="${key}"]`);
  const press = (button) => { if (button && !button.disabled) button.click(); };

  function open(candidate, then) {
    const place = one(".edit-place", candidate);
    const link = one('[data-key="e"]', candidate);
    if (!place || !link) return;
    if (place.childElementCount) { then(place); return; }
    place.addEventListener("htmx:afterSettle", () => then(place), { once: true });
    link.click();
  }

  function split(candidate) {
    const cut = one("[data-cuts]");
    const marked = getSelection();
    if (cut && !cut.disabled && marked.rangeCount && !marked.isCollapsed) { cut.click(); return; }
    open(candidate, (place) => (one("select[name=position]", place) ?? one("input, select, textarea", place))?.focus());
  }

  function join(candidate) {
    if (selected().length < 2) {
      const list = candidates();
      const next = list[list.indexOf(candidate) + 1];
      [candidate, next].forEach((each) => {
        const box = each && one("input[data-item]", each);
        if (box && !box.checked) box.click();
      });
    }
    if (selected().length > 1) press(bulk("m"));
  }

  function add() {
    const button = one('form.add [data-key="n"]');
    const quote = one("form.add textarea");
    if (button && quote?.value.trim()) button.click();
    else quote?.focus();
  }

  const decide = (key) => (candidate) => press(selected().length ? bulk(key) : one(`[data-key="${key}"]`, candidate));

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    a: decide("a"),
    x: decide("x"),
    e: (candidate) => open(candidate, (place) => one("input:not([type=hidden]), select, textarea", place)?.focus()),
    s: split,
    m: join,
    n: add,
    t: (candidate) => one(`#w-${CSS.escape(candidate.dataset.shows)} a.tag`)?.focus(),
    u: () => press(one('.steps-bar [data-key="u"]')),
    r: () => press(one('.steps-bar [data-key="r"]')),
    " ": (candidate) => one("input[data-item]", candidate)?.click(),
  };
  const anywhere = new Set(["j", "k", "n", "u", "r"]);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !one("dialog[open]")) {
      const place = event.target.closest?.(".edit-place");
      if (place) { const candidate = place.closest("article.candidate"); place.replaceChildren(); look(candidate); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && !/^[jk]$/.test(event.key) || typing(event.target) || one("dialog[open]")) return;
    if (event.key === " " && !event.target.matches?.("article.candidate")) return;  // a button's own key
    const act = keys[event.key];
    if (!act) return;
    const candidate = focused();
    if (!candidate && !anywhere.has(event.key)) return;
    event.preventDefault();
    act(candidate);
  });

  /* Where the page stood: the task that comes next has the focus, as if the page had not been fetched anew. */
  const named = location.hash.startsWith("#c-") ? document.getElementById(location.hash.slice(1)) : null;
  if (named && !one("[data-errors]")) look(named);
})();
