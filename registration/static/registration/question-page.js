// Keeps what is typed on a question page: on the server every moment or two, and in this tab while there is no
// connection. Without this script the page works as well; then the button keeps it.
"use strict";

(function () {
  const PAUSE_MS = 1500; // after the last key
  const AGAIN_MS = 5000; // after a failure
  const form = document.getElementById("answers");
  const line = document.getElementById("autosave");
  const key = "unsaved:" + form.dataset.key;
  const words = form.dataset;
  let timer = 0;
  let isKept = true;
  let flying = null; // the autosave on its way, to be stopped: it must not arrive after the page was sent

  function say(text) {
    if (line.textContent !== text) {
      line.textContent = text;
    }
  }

  function fields() {
    return Array.from(form.elements).filter(
      (field) => field.name && !["hidden", "submit", "file"].includes(field.type) && !("unkept" in field.dataset)
    );
  }

  // What a field is kept under: of several boxes with one name each by itself.
  function slot(field) {
    return field.type === "checkbox" && field.value !== "on" ? `${field.name}=${field.value}` : field.name;
  }

  function read(field) {
    return field.type === "checkbox" ? (field.checked ? "on" : "") : field.value;
  }

  function write(field, value) {
    if (field.type === "checkbox") {
      field.checked = value !== "";
    } else {
      field.value = value;
    }
  }

  function typed() {
    const data = new FormData(form);
    // A file goes with the button alone, and so does what is kept nowhere but in its own place.
    Array.from(form.elements).filter((field) => field.type === "file" || "unkept" in field.dataset)
      .forEach((field) => data.delete(field.name));
    return data;
  }

  function sent(field) {
    if (field.type === "checkbox") {
      return field.defaultChecked ? "on" : "";
    }
    if (field.tagName !== "SELECT") {
      return field.defaultValue;
    }
    const option = Array.from(field.options).find((one) => one.defaultSelected) || field.options[0];
    return option ? option.value : "";
  }

  function remember() {
    const values = { seen: form.elements.seen.value };
    fields().forEach((field) => { values[slot(field)] = read(field); });
    try {
      sessionStorage.setItem(key, JSON.stringify(values));
    } catch (error) {
      // a browser that keeps nothing: the server still does
    }
  }

  function forget() {
    try {
      sessionStorage.removeItem(key);
    } catch (error) {
      // nothing was kept
    }
  }

  function restore() {
    let values = null;
    try {
      values = JSON.parse(sessionStorage.getItem(key));
    } catch (error) {
      return;
    }
    // Another mark of the saved answers: what was typed has been saved since.
    const isOpen = values && values.seen === form.elements.seen.value;
    // Compared with what the server sent: the browser itself may have filled the words in again already.
    const changed = fields().filter((field) => isOpen && slot(field) in values && values[slot(field)] !== sent(field));
    if (changed.length === 0) {
      forget();
      return;
    }
    changed.forEach((field) => { write(field, values[slot(field)]); });
    say(words.restored);
    isKept = false;
    later(PAUSE_MS);
  }

  function notice() {
    // Typed before this script was there, or filled in again by the browser.
    if (fields().some((field) => read(field) !== sent(field))) {
      isKept = false;
      remember();
      later(PAUSE_MS);
    }
  }

  function later(ms) {
    clearTimeout(timer);
    timer = setTimeout(keep, ms);
  }

  async function keep() {
    clearTimeout(timer);
    if (isKept) {
      return;
    }
    isKept = true; // what is typed from here on counts anew
    try {
      flying = new AbortController();
      const options = { method: "POST", body: typed(), redirect: "error", signal: flying.signal };
      const answer = await fetch(words.autosave, options);
      if (answer.ok) {
        const saved = await answer.json();
        say(words.saved + " " + saved.saved_at);
        if (isKept) {
          forget();
        }
      } else if (answer.status === 403) {
        isKept = false;
        say(words.ended);
        later(AGAIN_MS);
      } else if (answer.status >= 500) {
        isKept = false;
        say(words.waiting);
        later(AGAIN_MS);
      }
    } catch (error) {
      if (error.name === "AbortError") {
        return;
      }
      isKept = false;
      say(words.waiting);
      later(AGAIN_MS);
    }
  }

  form.addEventListener("input", () => {
    isKept = false;
    remember();
    later(PAUSE_MS);
  });
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      say(words.offline);
      line.scrollIntoView({ block: "center" });
      return;
    }
    clearTimeout(timer);
    isKept = true; // by what is being sent; this tab remembers it still, should that not arrive
    if (flying) {
      flying.abort();
    }
  });
  window.addEventListener("online", () => later(0));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !isKept) {
      navigator.sendBeacon(words.autosave, new FormData(form));
    }
  });
  window.addEventListener("pageshow", () => {
    restore();
    notice();
  });
})();
