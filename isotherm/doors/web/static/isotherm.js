/*
 * What a page gains when scripts run. Without them every page still reads, sends and answers.
 *
 *   /  ?  j k x Enter     keys
 *   tr.go                 the whole row opens its first link
 *   data-confirm          asked once, with the consequence in numbers
 *   forms                 sent once, however often they are pressed
 *   data-draft            words kept on this device until they are taken
 *   data-bulk             select all, with the count
 *   data-selection        a marked passage goes into a form
 *   data-toast            a message that offers to take the last act back
 */
"use strict";

(() => {
  const page = document.documentElement;
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const words = (name) => one("#selected-words")?.dataset[name] ?? "";
  page.classList.add("scripted");

  /* Rows */

  const interactive = "a, button, input, select, textarea, label, summary, svg a";
  const rowLink = (row) => one("a[href]", row);

  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("tr.go");
    if (!row || event.target.closest(interactive) || String(getSelection())) return;
    const link = rowLink(row);
    if (!link) return;
    if (event.metaKey || event.ctrlKey) window.open(link.href, "_blank", "noopener");
    else link.click();
  });

  const rows = () => all("tr.go").filter((row) => row.offsetParent !== null);

  function moveRow(step) {
    const list = rows();
    if (!list.length) return false;
    const at = list.findIndex((row) => row.contains(document.activeElement));
    const next = list[Math.min(list.length - 1, Math.max(0, at < 0 ? (step > 0 ? 0 : list.length - 1) : at + step))];
    rowLink(next)?.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  /* Keys */

  const typing = (target) => target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && !/^(checkbox|radio|button|submit)$/.test(target.type);

  function showKeys() {
    const dialog = one("dialog#keys");
    if (!dialog?.showModal) return false;
    if (!dialog.open) dialog.showModal();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") all("details[data-closes][open]").forEach((sheet) => closeSheet(sheet, true));
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || one("dialog[open]")) return;
    const field = one("input[type=search]");
    if (event.key === "/" && field) { field.focus(); field.select(); }
    else if (event.key === "?" && showKeys()) { /* shown */ }
    else if (event.key === "j" && moveRow(1)) { /* moved */ }
    else if (event.key === "k" && moveRow(-1)) { /* moved */ }
    else if (event.key === "x") {
      const box = document.activeElement?.closest("tr")?.querySelector("input[type=checkbox]");
      if (!box) return;
      box.click();
    } else return;
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-keys]") && showKeys()) event.preventDefault();
  });

  /* Sheets that open from a summary close when the reader looks elsewhere */

  function closeSheet(sheet, refocus) {
    const inside = sheet.contains(document.activeElement);
    sheet.open = false;
    if (refocus && inside) one("summary", sheet)?.focus();
  }

  document.addEventListener("click", (event) => {
    all("details[data-closes][open]").forEach((sheet) => { if (!sheet.contains(event.target)) closeSheet(sheet, false); });
  });

  /* A table that lies folded below its drawing opens when it is asked for */

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    const folded = link && document.getElementById(link.hash.slice(1));
    if (folded?.tagName === "DETAILS") folded.open = true;
  });

  /* Forms: asked once where it cannot be undone, sent once */

  const sent = new WeakMap();

  /* A form may ask, or one of its buttons. */
  const question = (form, submitter) => submitter?.dataset.confirm ?? form.dataset.confirm;

  function ask(form, submitter) {
    const dialog = one("dialog#ask");
    if (!dialog?.showModal) return false;
    one("#ask-words").textContent = question(form, submitter);
    const yes = one("button[value=yes]", dialog);
    yes.textContent = (submitter ?? one("button", form))?.textContent.trim() || "OK";
    dialog.onclose = () => {
      if (dialog.returnValue !== "yes") { submitter?.focus(); return; }
      form.dataset.agreed = "yes";
      form.requestSubmit(submitter ?? undefined);
    };
    dialog.returnValue = "";
    dialog.showModal();
    return true;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (question(form, event.submitter) && form.dataset.agreed !== "yes" && ask(form, event.submitter)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    delete form.dataset.agreed;
    if (form.method !== "post" || event.submitter?.hasAttribute("data-downloads")) return;  // a file leaves the page as it is
    if (sent.has(form)) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    keepUntilTaken(form);
    const buttons = all("button:not([type=button])", form).concat(form.id ? all(`button[form="${CSS.escape(form.id)}"]`) : []);
    sent.set(form, buttons);
    form.setAttribute("aria-busy", "true");
    page.classList.add("busy");
    // Disabled after the browser has gathered the fields, so that the pressed button's value goes along.
    setTimeout(() => buttons.forEach((button) => { button.disabled = true; }), 0);
    // A navigation that never arrives must not leave a dead form behind. The act's key makes a second press harmless.
    setTimeout(() => release(form), 15000);
  }, true);

  function release(form) {
    (sent.get(form) ?? []).forEach((button) => { button.disabled = false; });
    sent.delete(form);
    form.removeAttribute("aria-busy");
    page.classList.remove("busy");
  }

  addEventListener("pageshow", () => { all("form[aria-busy]").forEach(release); page.classList.remove("busy"); });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.target.tagName === "FORM") release(event.target); });

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.target || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || link.pathname === location.pathname && link.hash) return;
    page.classList.add("busy");
    setTimeout(() => page.classList.remove("busy"), 12000);
  });

  /* Drafts */

  const whose = () => document.body?.dataset.whose ?? "";
  const draftKey = (area) => `isotherm:draft:${whose()}:${area.dataset.draft}`;

  function store(act) {
    try { return act(localStorage); } catch { return null; }  // private windows may refuse
  }

  function restoreDrafts(within) {
    all("textarea[data-draft]", within).forEach((area) => {
      const kept = store((local) => local.getItem(draftKey(area)));
      if (!kept || area.value.trim() || area.dataset.restored) return;
      area.value = kept;
      area.dataset.restored = "yes";
      const note = document.createElement("p");
      note.className = "drafted";
      const discard = document.createElement("button");
      discard.type = "button";
      discard.className = "button bare small";
      discard.textContent = words("discard");
      discard.addEventListener("click", () => { area.value = ""; store((local) => local.removeItem(draftKey(area))); note.remove(); area.focus(); });
      note.append(words("draft"), " ", discard);
      area.after(note);
    });
  }

  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!area.dataset?.draft) return;
    store((local) => area.value.trim() ? local.setItem(draftKey(area), area.value) : local.removeItem(draftKey(area)));
  });

  /* A draft that was sent is dropped once a page arrives that does not show its form with errors again. */
  function keepUntilTaken(form) {
    if ("clearsDrafts" in form.dataset) {
      store((local) => Object.keys(local).filter((key) => key.startsWith("isotherm:")).forEach((key) => local.removeItem(key)));
      return;
    }
    const keys = all("textarea[data-draft]", form).map(draftKey);
    if (keys.length) store((local) => local.setItem("isotherm:sent", JSON.stringify(keys)));
  }

  function dropTaken() {
    const keys = store((local) => JSON.parse(local.getItem("isotherm:sent") || "[]")) ?? [];
    const done = document.body.dataset.draftDone;
    if (done) keys.push(`isotherm:draft:${whose()}:${done}`);
    const refused = one("[data-errors], [data-refusal]");
    store((local) => { local.removeItem("isotherm:sent"); if (!refused) keys.forEach((key) => local.removeItem(key)); });
  }

  /* Select all, with the count */

  function recount(form) {
    const boxes = all("input[data-item]", form);
    const chosen = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr")?.classList.toggle("chosen", box.checked));
    all("[data-count]", form).forEach((place) => { place.textContent = words("words").replace("__n__", new Intl.NumberFormat(page.lang).format(chosen.length)); });
    all(".bulk-bar", form).forEach((bar) => bar.classList.toggle("active", chosen.length > 0));
    const every = one("input[data-all]", form);
    if (every) { every.checked = boxes.length > 0 && chosen.length === boxes.length; every.indeterminate = chosen.length > 0 && !every.checked; }
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-bulk]");
    if (!form) return;
    if (event.target.matches("input[data-all]")) all("input[data-item]", form).forEach((box) => { box.checked = event.target.checked; });
    recount(form);
  });

  /* A passage marked with the mouse or the keyboard, as offsets in characters of the document's own text.
     [data-passage] carries data-from: where its text begins. Elements marked [data-not-text] are ours, not the document's. */

  const characters = (text) => Array.from(text).length;  // Python counts code points, JavaScript half of some

  function textBefore(passage, node, offset) {
    const range = document.createRange();
    range.selectNodeContents(passage);
    range.setEnd(node, offset);
    const copy = range.cloneContents();
    copy.querySelectorAll("[data-not-text]").forEach((own) => own.remove());
    return characters(copy.textContent);
  }

  function placeOf(node, offset) {
    const passage = (node.nodeType === 1 ? node : node.parentElement)?.closest("[data-passage]");
    return passage ? Number(passage.dataset.from) + textBefore(passage, node, offset) : null;
  }

  document.addEventListener("selectionchange", () => {
    const form = one("form[data-selection]");
    if (!form) return;
    const marked = getSelection();
    if (!marked.rangeCount || marked.isCollapsed) return;
    const range = marked.getRangeAt(0);
    const start = placeOf(range.startContainer, range.startOffset);
    const end = placeOf(range.endContainer, range.endOffset);
    if (start === null || end === null || end <= start) return;
    const put = (name, value) => { const field = form.elements.namedItem(name); if (field) field.value = value; };
    put("start", start);
    put("end", end);
    put("quote", String(marked).trim());
    all("[data-needs-selection]", form).forEach((button) => { button.disabled = false; });
    form.hidden = false;
  });

  document.addEventListener("mouseover", (event) => {
    const from = event.target.closest?.("[data-shows]");
    all("mark.looked-at").forEach((mark) => mark.classList.remove("looked-at"));
    if (from) all(`mark[data-of="${CSS.escape(from.dataset.shows)}"]`).forEach((mark) => mark.classList.add("looked-at"));
  });

  /* Toasts stay while they are read */

  function startToast(toast) {
    if (toast.dataset.started) return;
    toast.dataset.started = "yes";
    one("#toasts")?.append(toast);
    let left = 10;
    const clock = setInterval(() => {
      if (toast.matches(":hover, :focus-within")) return;
      left -= 1;
      if (left <= 0) { clearInterval(clock); toast.remove(); }
    }, 1000);
  }

  function say(sentence) {
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.textContent = sentence;
    startToast(toast);
  }

  /* htmx: a refusal comes back as a whole page; its sentence is shown where the reader is */

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400 || !/<html/i.test(xhr.responseText)) return;
    event.detail.shouldSwap = false;
    const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const sentence = (answer.querySelector("[data-refusal]") ?? answer.querySelector("h1"))?.textContent.trim();
    if (sentence) say(sentence);
  });
  document.addEventListener("htmx:beforeRequest", () => page.classList.add("busy"));
  document.addEventListener("htmx:afterRequest", () => page.classList.remove("busy"));

  /* Begin */

  function begin(within) {
    restoreDrafts(within);
    all("form[data-bulk]", within).concat(within.closest?.("form[data-bulk]") ?? []).forEach(recount);
    all("[data-toast]", within).forEach(startToast);
  }

  dropTaken();
  begin(document);
  one("[data-errors]")?.focus();
  document.addEventListener("htmx:load", (event) => begin(event.target));
})();
