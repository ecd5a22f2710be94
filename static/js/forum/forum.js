// What the forum gains when there is a script: a quote of what is marked, and keys. See /community/keyboard.
(() => {
  "use strict";

  const reply = () => document.querySelector("#reply textarea");

  // --- Quote: what is marked inside the post, else the link goes to a page with all of it

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-quote]");
    const field = reply();
    const marked = getSelection();
    const post = link?.closest(".post");
    if (!link || !field || marked.isCollapsed || !post.contains(marked.anchorNode) || !post.contains(marked.focusNode)) return;
    event.preventDefault();
    const lines = marked.toString().trim().split(/\n+/).map((line) => `> ${line}`);
    const before = field.value && !field.value.endsWith("\n\n") ? `${field.value.trimEnd()}\n\n` : field.value;
    field.value = `${before}${lines.join("\n>\n")}\n>\n> [↑](${link.dataset.quote})\n\n`;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });

  // --- Keys: only where nobody types, never with a modifier, and the help page turns them off

  const off = () => localStorage.getItem("forum-keys") === "off";
  const choice = document.querySelector("[data-forum-keys]");
  if (choice) {
    choice.checked = !off();
    choice.addEventListener("change", () => localStorage.setItem("forum-keys", choice.checked ? "on" : "off"));
  }

  function step(by) {
    const places = [...document.querySelectorAll(".posts > .post, .topics > li")];
    if (!places.length) return;
    const here = places.findIndex((place) => place.contains(document.activeElement));
    const next = places[Math.min(Math.max(here + by, 0), places.length - 1)];
    const focus = next.matches("li") ? next.querySelector("a") : next;
    if (focus === next) focus.tabIndex = -1;
    focus.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  const go = (selector) => document.querySelector(selector)?.click();
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    u: () => document.getElementById("new")?.scrollIntoView(),
    r: () => reply()?.focus(),
    q: () => document.activeElement.closest(".post")?.querySelector("[data-quote]")?.click(),
    n: () => go("a[rel=next]"),
    p: () => go("a[rel=prev]"),
    "?": () => go("a[data-keys-help]"),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || off() || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
