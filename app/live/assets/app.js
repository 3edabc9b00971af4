// What the reader does goes to the server as input values; what follows comes back as finished HTML.
// Settings are kept in the tab (sessionStorage), so that a reload or a new start of the server finds them.
"use strict";
(function () {
  const KEPT = "salespolicy.draft", TEXT = "salespolicy.text", LOST = "salespolicy.lost", PACE = 50, STEP = 300, MOST = 1000000, ASK_AGAIN = 2000;
  const words = document.body.dataset;
  const byId = (id) => document.getElementById(id);
  let opening = null;  // text of the file that was sent last
  let start = 0, playing = null, drawn = true, connected = false;

  function send(kind, more) {
    if (connected) Shiny.setInputValue("said", Object.assign({ kind: kind }, more), { priority: "event" });
  }
  function remember(key, value) {
    try { sessionStorage.setItem(key, value); } catch (error) { /* full, or switched off: then nothing is kept */ }
  }
  function recall(key) {
    try { return sessionStorage.getItem(key); } catch (error) { return null; }
  }

  // A control while it moves: the newest value at most every PACE ms, and the last one always.
  const waiting = new Map();
  let timer = null;
  function flush() {
    timer = null;
    for (const message of waiting.values()) send("change", message);
    if (waiting.size) timer = setTimeout(flush, PACE);
    waiting.clear();
  }
  function change(box, value) {
    const message = { scope: box.dataset.scope, path: box.dataset.path, value: value };
    waiting.set(message.scope + ":" + message.path, message);
    if (timer === null) flush();
  }
  function show(input, text) {
    const output = byId(input.id + "-o");
    if (output) output.textContent = text;
    input.setAttribute("aria-valuetext", text + " " + (input.dataset.unit || ""));
  }
  function rounded(number) {
    return String(Number(Number(number).toPrecision(4)));
  }

  document.addEventListener("input", (event) => {
    const input = event.target;
    if (input.id === "week") { week(); return; }
    const box = input.closest(".control[data-path]");
    if (!box) return;
    if (input.type === "range") {
      show(input, rounded(input.value));
      change(box, Number(input.value));
    } else if (input.dataset.empty !== undefined) {
      const slider = box.querySelector("input[type=range]");
      slider.disabled = input.checked;
      show(slider, input.checked ? "" : rounded(slider.value));
      change(box, input.checked ? null : Number(slider.value));
    } else if (input.type === "checkbox") {
      change(box, input.checked);
    } else if (input.tagName === "SELECT") {
      change(box, input.value);
    }
  });
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.tagName === "SELECT" && input.dataset.act) send("act", { name: input.dataset.act, value: input.value });
    if (input.id === "file" && input.files.length) open(input);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.id === "variant") keep();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button) return;
    const act = button.dataset.act;
    if (act === "play") play();
    else if (act === "reload") location.reload();
    else if (act === "save") send("save", {});
    else if (act === "keep") keep();
    else if (act === "run") send("act", { name: "run", value: Number(byId("worlds").value) });
    else send("act", { name: act, value: button.dataset.value === undefined ? null : button.dataset.value });
  });
  function keep() {
    send("act", { name: "keep", value: byId("variant").value });
    byId("variant").value = "";
  }

  // Weeks.
  function week() {
    const slider = byId("week"), at = start + Number(slider.value) - 1;
    show(slider, String(Math.max(0, at)));
    drawn = false;
    cursors();
    send("week", { frame: Number(slider.value) });
  }
  function cursors() {  // the line of the week in every chart
    const at = Math.max(0, start + Number(byId("week").value) - 1);
    document.querySelectorAll("#lines .cursor").forEach((line) => {
      line.setAttribute("transform", "translate(" + Number(line.dataset.step) * at + " 0)");
    });
  }
  function play() {
    const button = byId("play"), slider = byId("week");
    if (playing !== null) {
      clearInterval(playing);
      playing = null;
      button.textContent = words.play;
      return;
    }
    if (Number(slider.value) >= Number(slider.max)) slider.value = 0;
    button.textContent = words.pause;
    playing = setInterval(() => {
      if (!drawn) return;
      if (Number(slider.value) >= Number(slider.max)) { play(); return; }
      slider.value = Number(slider.value) + 1;
      week();
    }, STEP);
  }

  // Files.
  function open(input) {
    const file = input.files[0];
    if (file.size > MOST) { send("file", { trouble: "large" }); input.value = ""; return; }
    file.text().then(
      (text) => { opening = text; send("file", { name: file.name, text: text }); },
      () => send("file", { trouble: "unread" })
    );
    input.value = "";
  }
  function save(message) {
    const address = URL.createObjectURL(new Blob([message.text], { type: "application/yaml" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = message.name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  // The connection.
  function hello() {
    connected = true;
    let kept = null;
    try { kept = JSON.parse(recall(KEPT)); } catch (error) { /* not ours */ }
    if (kept && kept.own) kept.text = recall(TEXT);
    send("hello", { kept: kept, lost: recall(LOST) === "yes" });
    remember(LOST, "");
    week();  // browsers bring a slider back to where it was
  }
  function lost() {
    if (!connected) return;
    connected = false;
    if (playing !== null) play();
    byId("lost").hidden = false;
    remember(LOST, "yes");
    const again = () => fetch("alive", { cache: "no-store" }).then(
      (answer) => (answer.ok ? location.reload() : setTimeout(again, ASK_AGAIN)),
      () => setTimeout(again, ASK_AGAIN)
    );
    setTimeout(again, ASK_AGAIN);
  }

  Shiny.addCustomMessageHandler("kept", (draft) => {
    remember(KEPT, JSON.stringify(draft));
    const scenario = byId("scenario");
    if (draft.own && opening !== null) remember(TEXT, opening);
    opening = null;
    if (draft.own) scenario.selectedIndex = -1;
    else scenario.value = draft.name;
  });
  Shiny.addCustomMessageHandler("weeks", (message) => {
    const slider = byId("week");
    start = message.start;
    slider.max = message.frames;
    if (Number(slider.value) > message.frames) slider.value = message.frames;
    show(slider, String(Math.max(0, start + Number(slider.value) - 1)));
    cursors();
  });
  Shiny.addCustomMessageHandler("back", (message) => {
    const box = document.querySelector('.control[data-scope="' + message.scope + '"][data-path="' + CSS.escape(message.path) + '"]');
    const input = box && box.querySelector("input:not([data-empty]), select");
    if (!input) return;
    if (input.type === "checkbox") input.checked = message.value;
    else if (message.value !== null) input.value = message.value;
    if (input.type === "range") show(input, message.shown);
  });
  // Parts are replaced as a whole: focus and open groups stay where they were.
  Shiny.addCustomMessageHandler("parts", (parts) => {
    for (const [name, html] of Object.entries(parts)) {
      const part = byId(name);
      const focus = part.contains(document.activeElement) ? document.activeElement.id : "";
      const open = new Map([...part.querySelectorAll("details[data-group]")].map((box) => [box.dataset.group, box.open]));
      part.innerHTML = html;
      part.querySelectorAll("details[data-group]").forEach((box) => {
        if (open.has(box.dataset.group)) box.open = open.get(box.dataset.group);
      });
      if (focus && byId(focus)) byId(focus).focus({ preventScroll: true });
    }
    if (parts.lines) cursors();
  });
  Shiny.addCustomMessageHandler("drawn", (nothing) => { drawn = true; });
  Shiny.addCustomMessageHandler("save", save);
  $(document).on("shiny:sessioninitialized", hello);
  $(document).on("shiny:disconnected", lost);
  const narrow = window.matchMedia("(max-width: 60rem)");
  if (narrow.matches) document.querySelectorAll("details.drawer").forEach((box) => box.removeAttribute("open"));
})();
