// Takes a spreadsheet that is dropped anywhere on the page. Without it the file is chosen in the form.
"use strict";

(function () {
  const form = document.querySelector("form[data-drop]");
  const field = form && form.querySelector("input[type=file]");
  if (!field) {
    return;
  }
  const target = form.hidden ? document.querySelector("main") : form;
  document.querySelectorAll("[data-drop-hint]").forEach((element) => { element.hidden = false; });
  const holdsFiles = (event) => event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files");

  document.addEventListener("dragover", (event) => {
    if (holdsFiles(event)) {
      event.preventDefault();
      target.classList.add("drop-target");
    }
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) {
      target.classList.remove("drop-target");
    }
  });
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) {
      return;
    }
    event.preventDefault();
    target.classList.remove("drop-target");
    if (event.dataTransfer.files.length === 1) {
      field.files = event.dataTransfer.files;
      form.requestSubmit();
    }
  });
})();
