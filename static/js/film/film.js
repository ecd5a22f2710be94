// A film of another site comes only when somebody asks for it. Without this there is the link.
(() => {
  "use strict";

  for (const box of document.querySelectorAll(".embed[data-embed]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet small";
    button.textContent = box.dataset.show;
    button.addEventListener("click", () => {
      const frame = document.createElement("iframe");
      frame.src = box.dataset.embed;
      frame.title = box.dataset.title;
      frame.allow = "fullscreen; picture-in-picture";
      frame.allowFullscreen = true;
      frame.referrerPolicy = "strict-origin-when-cross-origin";
      box.replaceWith(frame);
      frame.focus();
    });
    box.append(button);
  }
})();
