// What a page gains when there is a script. Nothing here is needed for any task.
(() => {
  "use strict";

  const all = (selector, root = document) => [
    ...(root instanceof Element && root.matches(selector) ? [root] : []),
    ...root.querySelectorAll(selector),
  ];

  // --- Focus: an error summary is read first; after a swap nobody is left at the top of the page

  function focusOnErrors(root) {
    const summary = all(".errors", root).find((found) => !found.closest(".guide")); // there it is only shown
    summary?.focus();
    return Boolean(summary);
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    const fresh = event.target;
    begin(fresh);
    if (fresh.id === "notice") fresh.scrollIntoView({ block: "nearest" });
    if (focusOnErrors(fresh)) return;
    // htmx gives the focus back to what has the same id; else it would be lost with what was swapped away
    if (document.activeElement && document.activeElement !== document.body) return;
    const place = all("[data-focus], [tabindex='-1']", fresh)[0];
    place?.focus({ preventScroll: true });
  });

  // a refusal is about the last request only
  document.addEventListener("htmx:beforeRequest", () => {
    document.getElementById("notice")?.replaceChildren();
  });

  // --- Menus: Escape and a click elsewhere close them

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  document.addEventListener("click", (event) => {
    for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // --- Drafts: <textarea data-draft="key"> is kept in this browser until the server says data-draft-saved="key"

  const shelf = {
    // a browser may forbid its storage or run out of it: typing goes on
    read: (key) => attempt(() => JSON.parse(localStorage.getItem(`draft:${key}`))),
    write: (key, draft) => attempt(() => (localStorage.setItem(`draft:${key}`, JSON.stringify(draft)), true)),
    clear: (key) => attempt(() => localStorage.removeItem(`draft:${key}`)),
  };

  function attempt(action) {
    try {
      return action();
    } catch {
      return null;
    }
  }

  function say(key, wording) {
    for (const note of all(`[data-draft-note="${CSS.escape(key)}"]`)) note.textContent = wording ? note.dataset[wording] : "";
  }

  const waiting = new Map();

  function keep(field) {
    const key = field.dataset.draft;
    clearTimeout(waiting.get(key));
    waiting.delete(key);
    if (field.value === field.defaultValue) {
      shelf.clear(key);
      say(key, "");
    } else if (shelf.write(key, { printed: field.defaultValue, typed: field.value })) {
      say(key, "kept");
    }
  }

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.dataset?.draft) return;
    clearTimeout(waiting.get(field.dataset.draft));
    waiting.set(field.dataset.draft, setTimeout(keep, 600, field));
  });

  // an editor that saves while one types: the page now prints what was saved
  document.addEventListener("draft-printed", (event) => keep(event.target));

  // whoever leaves within the 600 ms loses nothing either
  addEventListener("pagehide", () => {
    for (const field of all("[data-draft]")) if (waiting.has(field.dataset.draft)) keep(field);
  });

  function restore(field) {
    const kept = shelf.read(field.dataset.draft);
    // a draft belongs to the text it was begun on; if the server prints another (a form that came back), that is newer
    if (!kept || (field.value.trim() && field.defaultValue !== kept.printed)) return;
    field.value = kept.typed;
    say(field.dataset.draft, "back");
  }

  function forget(key) {
    clearTimeout(waiting.get(key));
    waiting.delete(key);
    shelf.clear(key);
    say(key, "");
  }

  // the same news for a swap: HX-Trigger: {"draft-saved": {"key": "…"}}
  document.addEventListener("draft-saved", (event) => forget(event.detail.key));

  // --- Answers that save themselves: inside [data-autosave] a request that found no network is made again

  document.addEventListener("htmx:sendError", (event) => {
    const form = event.target.closest("[data-autosave]");
    if (!form) return;
    const status = form.querySelector("[data-unsaved]");
    if (status) status.textContent = status.dataset.unsaved;
    const again = () => form.isConnected && htmx.trigger(event.detail.elt, "autosave");
    if (navigator.onLine) setTimeout(again, 5000);
    else addEventListener("online", again, { once: true });
  });

  // --- The unread badge: asked for when somebody comes back to an open page, at most once a minute; never by a clock

  let asked = Date.now();

  document.addEventListener("visibilitychange", async () => {
    const badge = document.querySelector("[data-live]");
    if (!badge || document.hidden || Date.now() - asked < 60_000) return;
    asked = Date.now();
    const answer = await fetch(badge.dataset.live).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    badge.firstElementChild.textContent = await answer.text();
    badge.hidden = !badge.firstElementChild.textContent;
  });

  // --- At the start, and in what htmx brings

  function begin(root) {
    for (const done of all("[data-draft-saved]", root)) forget(done.dataset.draftSaved);
    for (const field of all("[data-draft]", root)) restore(field);
  }

  begin(document);
  focusOnErrors(document);
})();
