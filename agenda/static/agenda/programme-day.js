// Rows of a day by drag: items take over the times of their new places, presentations their numbers. Every field can be
// typed in as well, and nothing is saved before the button is pressed.
"use strict";

(function () {
  function toMinutes(text) {
    const parts = /^(\d{1,2}):(\d{2})/.exec(text || "");
    return parts ? Number(parts[1]) * 60 + Number(parts[2]) : null;
  }

  function toText(minutes) {
    const within = ((minutes % 1440) + 1440) % 1440;
    return `${String(Math.floor(within / 60)).padStart(2, "0")}:${String(within % 60).padStart(2, "0")}`;
  }

  function listRows(table) {
    return Array.from(table.querySelectorAll("tbody tr[data-row]"));
  }

  // Items: each keeps its length, the day its first start and the pauses between places.
  function readTimes(rows) {
    return rows.map((row) => ({
      start: toMinutes(row.querySelector('[data-time="start"]').value),
      end: toMinutes(row.querySelector('[data-time="end"]').value),
    }));
  }

  function layOut(rows, before, first, pauses) {
    let at = first;
    rows.forEach((row, place) => {
      const times = before.get(row);
      if (at === null || times.start === null || times.end === null) return;
      row.querySelector('[data-time="start"]').value = toText(at);
      at += times.end - times.start;
      row.querySelector('[data-time="end"]').value = toText(at);
      at += pauses[place] || 0;
    });
  }

  document.querySelectorAll("table[data-items]").forEach((table) => {
    let before, first, pauses;
    sort(table, () => {
      const rows = listRows(table);
      const times = readTimes(rows);
      before = new Map(rows.map((row, place) => [row, times[place]]));
      first = times.length ? times[0].start : null;
      pauses = times.map((time, place) => Math.max(0, (times[place + 1]?.start ?? time.end) - time.end));
    }, () => layOut(listRows(table), before, first, pauses));
  });

  // Presentations: numbered as they stand, and each shown with when it begins.
  document.querySelectorAll("table[data-running]").forEach((table) => {
    function tell() {
      let at = toMinutes(table.dataset.start);
      const rows = listRows(table).sort((one, two) => order(one) - order(two));
      rows.forEach((row) => {
        row.querySelector("[data-begins]").textContent = at === null ? "" : toText(at);
        const typed = Number(row.querySelector('input[name$="-minutes"]').value) || Number(table.dataset.each) || 0;
        at = at === null || !typed ? null : at + typed;
      });
    }

    function order(row) {
      return Number(row.querySelector("[data-order]").value);
    }

    sort(table, () => {}, () => {
      listRows(table).forEach((row, place) => { row.querySelector("[data-order]").value = place + 1; });
      tell();
    });
    table.addEventListener("input", tell);
    tell();
  });

  function sort(table, onStart, onEnd) {
    if (!window.Sortable) return;
    table.querySelectorAll("[data-handle]").forEach((handle) => { handle.hidden = false; });
    window.Sortable.create(table.querySelector("tbody"), {
      handle: "[data-handle]",
      draggable: "tr[data-row]",
      animation: 0,
      onStart,
      onEnd,
    });
  }
})();
