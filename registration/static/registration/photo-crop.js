// Lets a person choose the part of a picture that becomes the photo. Without this script the whole picture is sent.
"use strict";

(function () {
  const WIDTH = 900; // pixels of what is sent, three by four
  const HEIGHT = 1200;
  const form = document.getElementById("answers");
  const input = document.getElementById("id_photo");
  const box = document.getElementById("crop");
  if (!form || !input || !box || !window.createImageBitmap) {
    return;
  }
  const canvas = box.querySelector("canvas");
  const [size, across, down] = box.querySelectorAll("input");
  let picture = null;
  let isCut = false;

  function frame() {
    const unit = Math.min(picture.width / 3, picture.height / 4) * (size.value / 100);
    const [width, height] = [3 * unit, 4 * unit];
    return [(picture.width - width) * (across.value / 100), (picture.height - height) * (down.value / 100), width, height];
  }

  function draw(target) {
    target.getContext("2d").drawImage(picture, ...frame(), 0, 0, target.width, target.height);
  }

  async function open() {
    isCut = false;
    try {
      picture = input.files[0] ? await createImageBitmap(input.files[0], { imageOrientation: "from-image" }) : null;
    } catch (error) {
      picture = null; // no picture: the server says so
    }
    box.hidden = picture === null;
    if (picture) {
      [size.value, across.value, down.value] = [100, 50, 50];
      draw(canvas);
    }
  }

  async function cut(button) {
    const whole = document.createElement("canvas");
    [whole.width, whole.height] = [WIDTH, HEIGHT];
    draw(whole);
    const content = await new Promise((resolve) => { whole.toBlob(resolve, "image/jpeg", 0.92); });
    const chosen = new DataTransfer();
    const name = input.files[0].name.replace(/\.\w+$/, "") + ".jpg";
    chosen.items.add(new File([content], name, { type: "image/jpeg" }));
    input.files = chosen.files;
    isCut = true;
    form.requestSubmit(button);
  }

  [size, across, down].forEach((range) => range.addEventListener("input", () => draw(canvas)));
  input.addEventListener("change", open);
  form.addEventListener("submit", (event) => {
    if (picture && !isCut && event.submitter && !event.submitter.name) {
      event.preventDefault();
      cut(event.submitter);
    }
  });
  let grip = null;
  canvas.addEventListener("pointerdown", (event) => {
    grip = { x: event.clientX, y: event.clientY, across: Number(across.value), down: Number(down.value) };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!grip || !picture) {
      return;
    }
    const [, , width, height] = frame();
    const scale = width / canvas.clientWidth;
    const [roomX, roomY] = [picture.width - width, picture.height - height];
    across.value = roomX ? grip.across - ((event.clientX - grip.x) * scale * 100) / roomX : 50;
    down.value = roomY ? grip.down - ((event.clientY - grip.y) * scale * 100) / roomY : 50;
    draw(canvas);
  });
  ["pointerup", "pointercancel"].forEach((name) => canvas.addEventListener(name, () => { grip = null; }));
})();
