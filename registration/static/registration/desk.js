// Tells deadlines by the visitor's own clock, and chooses all people at once. Without it the page works as well.
"use strict";

(function () {
  const language = document.documentElement.lang;

  function tell(moment, timeZone) {
    const options = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { ...options, timeZone }).format(moment);
  }

  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  document.querySelectorAll("time.visitor-time").forEach((element) => {
    const moment = new Date(element.dateTime);
    const text = tell(moment, own);
    if (own && text !== tell(moment, element.dataset.zone)) {
      element.textContent = `${element.dataset.label} ${text} (${own.replaceAll("_", " ")})`;
      element.hidden = false;
    }
  });

  const all = document.querySelector("[data-choose-all]");
  if (all) {
    const boxes = Array.from(document.querySelectorAll("#people input[name=number]"));
    all.hidden = boxes.length < 2;
    all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
    boxes.forEach((box) => box.addEventListener("change", () => { all.checked = boxes.every((one) => one.checked); }));
  }
})();
