// What the lesson editor gains when there is a script: files by dragging, and drafts that know what the server has.
(() => {
  "use strict";

  const form = document.getElementById("writing");
  if (!form) return;
  const body = form.querySelector("#body");

  // --- After a save the browser's draft begins anew from what the server has

  const drafts = () => form.querySelectorAll("[data-draft]");
  const sent = new WeakMap();

  // what is on its way to be published or saved need not be saved by itself meanwhile; a page that nobody left goes on doing so
  let leaving = 0;
  form.addEventListener("submit", () => {
    clearTimeout(leaving);
    leaving = setTimeout(() => (leaving = 0), 10_000);
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.target.closest?.("[data-autosave]")) return;
    if (leaving) return event.preventDefault();
    sent.set(event.detail.xhr, new Map([...drafts()].map((field) => [field, field.value])));
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const before = sent.get(event.detail.xhr);
    if (!before || !event.detail.successful) return;
    form.querySelector("[data-unsaved]").textContent = "";
    for (const [field, value] of before) {
      const typed = field.value;
      field.defaultValue = value.trim();
      field.value = typed; // a textarea that was never touched follows its default
      field.dispatchEvent(new Event("draft-printed", { bubbles: true }));
    }
  });

  // --- Files: dragged onto the text or picked; the line comes where the cursor is

  const add = form.querySelector("[data-upload]");
  const said = add.querySelector("[data-upload-said]");
  const picked = add.querySelector("[type=file]");

  for (const name of ["dragover", "dragleave", "drop"]) {
    body.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      body.classList.toggle("over", name === "dragover");
      if (name !== "drop" || !event.dataTransfer.files.length) return;
      picked.files = event.dataTransfer.files;
      add.closest("details").open = true;
      add.querySelector("[name=alternative]").focus();
    });
  }

  add.querySelector("[data-add]").addEventListener("click", async (event) => {
    event.preventDefault();
    const button = event.currentTarget;
    const parts = new FormData();
    for (const field of add.querySelectorAll("input, select")) parts.append(field.name, field.type === "file" ? (field.files[0] ?? "") : field.value);
    button.disabled = true;
    said.textContent = "";
    try {
      const answer = await fetch(add.dataset.upload, { method: "POST", body: parts, headers: { Accept: "application/json" } });
      const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      if (told.markdown) {
        const start = body.selectionStart;
        body.setRangeText(`\n\n${told.markdown}\n\n`, start, body.selectionEnd, "end");
        body.dispatchEvent(new Event("input", { bubbles: true }));
        for (const field of add.querySelectorAll("input")) field.value = "";
        add.closest("details").open = false;
        body.focus();
      } else {
        said.textContent = told.fault ?? add.dataset.failed;
      }
    } catch {
      said.textContent = form.querySelector("[data-unsaved]").dataset.unsaved;
    } finally {
      button.disabled = false;
    }
  });
})();
