/* Single keys in the queue: each presses the button, follows the link or opens the reason that carries it.
   They rest while a field has the focus and can be switched off (WCAG 2.1.4); the page works without them. */
(function () {
  "use strict";

  const OFF = "review-keys-off";
  const panel = document.querySelector("[data-keys]");
  if (!panel) return;
  const toggle = panel.querySelector("[data-keys-switch]");
  panel.hidden = false;
  try {
    toggle.checked = localStorage.getItem(OFF) !== "yes";
  } catch {
    // no storage: the switch holds for this page
  }
  toggle.addEventListener("change", function () {
    try {
      if (toggle.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "yes");
    } catch {
      // as above
    }
    document.documentElement.toggleAttribute("data-keys-off", !toggle.checked);
  });
  document.documentElement.toggleAttribute("data-keys-off", !toggle.checked);

  function isTyping(target) {
    return target !== toggle && target.closest("input, select, textarea, [contenteditable]") !== null;
  }

  document.addEventListener("keydown", function (event) {
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat && !event.isComposing;
    if (!toggle.checked || !isPlain || isTyping(event.target) || !/^[a-z]$/.test(event.key)) return;
    const found = document.querySelector(`[data-key="${event.key}"]`);
    if (!found) return;
    event.preventDefault();
    if (found.tagName === "DETAILS") {
      found.open = true;
      found.querySelector("textarea").focus();
      return;
    }
    found.click(); // a form that lacks a reason keeps the page and takes the focus to its field
  });
})();
