// Every save of an answer gets a name of its own: the page and its turn. A repeated request then changes nothing,
// and one that was overtaken on its way takes nothing back. Without a script a page has one turn.
(() => {
  "use strict";

  function nextTurn(event) {
    const name = event.target.closest?.("form[data-autosave]")?.elements.client_uuid;
    if (!name) return;
    const [page, turn = 0] = name.value.split(".");
    name.value = `${page}.${Number(turn) + 1}`;
  }

  // while the event is on its way down, before htmx reads the form
  document.addEventListener("change", nextTurn, true);
  document.addEventListener("submit", nextTurn, true);
})();
