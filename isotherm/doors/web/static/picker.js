/*
 * A field in which bodies are chosen. Without scripts it is a box for names or codes; with them it becomes a combobox
 * (role combobox with a listbox), and for several bodies a row of chips before it.
 *
 *   ↓ ↑ Home End PageUp PageDown   through the suggestions      Enter, Tab   take the one that is marked
 *   Esc                            close the list               Backspace, ← to the last chip; again: it goes
 *   in the chips: ← → Home End, Backspace or Delete             paste of several lines: each line is looked up
 */
"use strict";

(() => {
  const one = (selector, within) => within.querySelector(selector);
  const all = (selector, within) => Array.from(within.querySelectorAll(selector));
  const WAIT = 120;
  let made = 0;

  function element(tag, facts = {}, ...inside) {
    const made = document.createElement(tag);
    Object.entries(facts).forEach(([name, value]) => { if (value !== null && value !== undefined) made.setAttribute(name, value); });
    made.append(...inside);
    return made;
  }

  function start(root) {
    if (root.dataset.started) return;
    root.dataset.started = "yes";
    const said = root.dataset;
    const many = "many" in said;
    const words = "words" in said;
    const plain = one("[data-plain]", root);
    const looked = document.activeElement === plain;  // whoever stood in the box stays in the field made of it
    const ident = plain.id || `picker-${made += 1}`;
    const name = plain.name;
    const live = element("span", { class: "unseen", role: "status", "aria-live": "polite" });
    const list = element("ul", { class: "suggestions", role: "listbox", id: `${ident}-list`, "aria-label": said.title ?? "", hidden: "" });
    if (many) list.setAttribute("aria-multiselectable", "false");
    const chips = element("ul", { class: "picked", "aria-label": said.picked ?? "" });
    const input = many ? element("input", { type: "text", id: ident, class: "typed", "aria-describedby": plain.getAttribute("aria-describedby"), "aria-invalid": plain.getAttribute("aria-invalid") }) : plain;
    let held = null;  // of a field for one body: what is sent
    let active = -1;
    let running = null;
    let clock = 0;
    let hurried = false;  // Enter came before the list did
    let fresh = false;  // the list answers what stands in the field
    let dismissed = false;  // by Escape: what was typed is meant as it stands
    let asked = null;

    const tell = (sentence) => { live.textContent = sentence; };
    const options = () => all("[role=option]", list);
    const items = () => all(":scope > li", chips);
    const factsOf = (item) => ({ value: item.dataset.value, label: item.dataset.label, note: item.dataset.note, words: item.dataset.words, many: item.dataset.many, wrong: item.dataset.wrong });
    const isOpen = () => !list.hidden;

    /* The field itself */

    Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, "aria-haspopup": "listbox", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "done" })
      .forEach(([key, value]) => input.setAttribute(key, value));
    const box = element("div", { class: many ? "pick-box many" : "pick-box" });
    plain.before(box);
    if (many) {
      plain.removeAttribute("id");
      plain.removeAttribute("name");
      plain.hidden = true;
      box.append(chips, input);
      all("[data-shown] li", root).forEach((item) => add(factsOf(item), { quietly: true }));
      if (plain.placeholder) input.placeholder = plain.placeholder;
    } else {
      box.append(input);
      if (!words) {
        const shown = one("[data-shown] li", root);
        held = element("input", { type: "hidden", name });
        held.value = shown?.dataset.value ?? "";
        input.removeAttribute("name");
        input.value = shown?.dataset.label ?? "";
        box.append(held);
      }
    }
    box.append(list, live);
    one("[data-near]", root)?.addEventListener("change", (event) => {
      const { value, dataset } = event.target;
      if (many) {
        const unread = items().find((item) => item.dataset.value === dataset.of);
        if (unread) unread.remove();
        add({ value, label: dataset.label, many: "1" });
      } else put({ value, words: dataset.label, label: dataset.label });
      event.target.closest("fieldset").remove();
      input.focus();
    });

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(index) {
      const found = options();
      if (!found.length) return;
      active = (index + found.length) % found.length;
      found.forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
      input.setAttribute("aria-activedescendant", found[active].id);
      found[active].scrollIntoView({ block: "nearest" });
    }

    /* The search */

    function look() {
      clearTimeout(clock);
      const text = input.value.trim();
      asked = text;
      fresh = dismissed = false;
      running?.abort();
      if (!text) { close(); return; }
      clock = setTimeout(() => ask(text), WAIT);
    }

    async function ask(text) {
      running = new AbortController();
      try {
        const answer = await fetch(`${said.find}${said.find.includes("?") ? "&" : "?"}q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" }, signal: running.signal, credentials: "same-origin" });
        const found = answer.ok ? await answer.text() : "";
        if (text === asked) show(found);
      } catch (why) {
        if (why.name !== "AbortError") show("");
      }
    }

    function show(answer) {
      list.innerHTML = answer;
      fresh = true;
      const chosen = new Set(items().map((item) => item.dataset.value));
      options().forEach((option, at) => {
        if (chosen.has(option.dataset.value)) { option.remove(); return; }
        option.id = `${list.id}-${at}`;
      });
      const count = options().length;
      tell(count ? said.results.replace("__n__", String(count)) : said.none);
      if (!count) list.replaceChildren(element("li", { class: "nothing", role: "presentation" }, said.none));
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      active = -1;
      if (count) mark(0);
      if (hurried) { hurried = false; if (count) take(options()[0]); else keepWords(); }
    }

    /* Choosing */

    function take(option) {
      const facts = factsOf(option);
      if (many) { add(facts); input.value = ""; } else put(facts);
      asked = null;
      fresh = false;
      dismissed = true;
      close();
    }

    function put(facts) {
      input.value = words ? facts.words ?? facts.label : facts.label;
      if (held) held.value = facts.value;
      tell(said.added.replace("__name__", facts.label));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function add(facts, { quietly = false } = {}) {
      const sent = words ? facts.words || facts.value : facts.value;
      if (items().some((item) => item.dataset.sent === sent)) return;
      const field = element("input", { type: "hidden", name });
      field.value = sent;
      const off = element("button", { type: "button", class: "off", tabindex: "-1", "aria-label": said.remove.replace("__name__", facts.label) }, "×");
      const chip = element("li", { "data-value": facts.value, "data-sent": sent, tabindex: "-1", class: facts.wrong ? "wrong-one" : "" }, element("span", {}, facts.label));
      if (Number(facts.many) > 1) chip.append(element("small", {}, facts.note));
      if (facts.wrong) chip.append(element("small", {}, facts.wrong));
      chip.append(off, field);
      off.addEventListener("click", () => drop(chip));
      chip.addEventListener("keydown", (event) => onChip(event, chip));
      chips.append(chip);
      if (!quietly) { tell(said.added.replace("__name__", facts.label)); changed(); }
    }

    function drop(chip) {
      const before = items();
      const at = before.indexOf(chip);
      tell(said.removed.replace("__name__", chip.firstChild.textContent));
      chip.remove();
      (items()[at] ?? input).focus();
      changed();
    }

    function changed() { chips.dispatchEvent(new Event("change", { bubbles: true })); }

    /* What was typed and not chosen stays: as a chip of words, for the server to read or to refuse with those near it. */
    function keepWords() {
      const text = input.value.trim();
      if (!many || !text) return;
      add({ value: text, label: text, words: text, wrong: words || "loose" in said ? "" : said.unread });
      input.value = "";
      close();
    }

    function onChip(event, chip) {
      const row = items();
      const at = row.indexOf(chip);
      const go = { ArrowLeft: row[at - 1] ?? row[0], ArrowRight: row[at + 1] ?? input, Home: row[0], End: input, Escape: input }[event.key];
      if (go) { go.focus(); event.preventDefault(); return; }
      if (event.key === "Backspace" || event.key === "Delete") { drop(chip); event.preventDefault(); return; }
      if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) input.focus();
    }

    input.addEventListener("input", () => {
      if (held) held.value = input.value.trim();
      hurried = false;
      look();
    });
    input.addEventListener("blur", () => setTimeout(() => { if (!box.contains(document.activeElement)) { close(); keepWords(); } }, 0));

    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const open = isOpen() && options().length > 0;
      const first = input.selectionStart === 0 && input.selectionEnd === 0;
      switch (event.key) {
        case "ArrowDown": if (open) mark(active + 1); else look(); break;
        case "ArrowUp": if (!open) return; mark(active - 1); break;
        case "PageDown": if (!open) return; mark(Math.min(active + 6, options().length - 1)); break;
        case "PageUp": if (!open) return; mark(Math.max(active - 6, 0)); break;
        case "Home": if (!open) { if (many && first && items().length) { items()[0].focus(); break; } return; } mark(0); break;
        case "End": if (!open) return; mark(options().length - 1); break;
        case "Escape":
          if (dismissed || !input.value.trim()) return;
          clearTimeout(clock);
          running?.abort();
          asked = null;
          dismissed = true;
          close();
          event.stopPropagation();
          break;
        case "Enter":
          if (!input.value.trim()) return;
          if (open && active >= 0) take(options()[active]);
          else if (!fresh && !dismissed) hurried = true;
          else if (many) keepWords();
          else return;
          break;
        case "Tab": if (open && active >= 0 && !event.shiftKey) { take(options()[active]); } return;
        case "ArrowLeft": case "Backspace": {
          const last = items().at(-1);
          if (!many || !first || !last) return;
          last.focus();
          tell(said.again.replace("__name__", last.firstChild.textContent));
          break;
        }
        default: return;
      }
      event.preventDefault();
    });

    list.addEventListener("mousedown", (event) => event.preventDefault());  // the field keeps the focus
    list.addEventListener("click", (event) => { const option = event.target.closest("[role=option]"); if (option) take(option); });
    list.addEventListener("mousemove", (event) => { const at = options().indexOf(event.target.closest("[role=option]")); if (at >= 0 && at !== active) mark(at); });
    box.addEventListener("mousedown", (event) => { if (event.target === box || event.target === chips) { event.preventDefault(); input.focus(); } });

    if (looked) input.focus();

    /* A list that is pasted */

    input.addEventListener("paste", async (event) => {
      const text = event.clipboardData?.getData("text") ?? "";
      if (!many || !/\n|;/.test(text.trim())) return;
      event.preventDefault();
      const lines = text.split(/[\n;]/).map((line) => line.trim()).filter(Boolean);
      const form = new FormData();
      lines.forEach((line) => form.append("words", line));
      form.append("csrfmiddlewaretoken", one("[name=csrfmiddlewaretoken]", root.closest("form") ?? document)?.value ?? "");
      tell(said.looking);
      try {
        const answer = await fetch(said.find, { method: "POST", body: form, headers: { "HX-Request": "true" }, credentials: "same-origin" });
        if (!answer.ok) throw new Error(String(answer.status));
        const found = element("ul");
        found.innerHTML = await answer.text();
        all("li", found).forEach((item) => add(factsOf(item), { quietly: true }));
        tell(said.pasted.replace("__n__", String(lines.length)));
      } catch {
        lines.forEach((line) => add({ value: line, label: line, words: line, wrong: words ? "" : said.unread }, { quietly: true }));
      }
      changed();
    });
  }

  const begin = (within) => all("[data-picker]", within).concat(within.matches?.("[data-picker]") ? [within] : []).forEach(start);
  begin(document);
  document.addEventListener("htmx:load", (event) => begin(event.target));
  document.addEventListener("picker:begin", (event) => begin(event.target));
})();
