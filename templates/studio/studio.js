// The preview studio. It asks its own server only; what it shows is rendered there.
(() => {
  "use strict";
  const base = document.body.dataset.base;
  const find = (id) => document.getElementById(id);
  const VIEWS = ["desktop", "phone", "dark", "forced", "outlook", "images", "text", "source"];
  const SILENT = "The desk does not answer: look whether it was done once you are connected again.";
  const TABS = { s: "stories", c: "checks", r: "replay", t: "sending" };
  const kept = new URLSearchParams(location.hash.slice(1));
  const state = {
    day: kept.get("day") || document.body.dataset.day,
    content: kept.get("content") || "live",
    views: new Set((kept.get("views") || (innerWidth > 700 ? "desktop,phone" : "phone")).split(",").filter((view) => VIEWS.includes(view))),
    tab: Object.values(TABS).includes(kept.get("tab")) ? kept.get("tab") : "stories",
    width: Number(kept.get("width")) || 600,
    version: "",
    at: -1, // the highlight that j and k stand on
  };
  let info = {};
  let round = 0; // answers of an earlier round are dropped

  const query = (more = {}) => new URLSearchParams({ day: state.day, content: state.content, ...more }).toString();
  const ask = (path, more) => fetch(`${base}${path}?${query(more)}`, { cache: "no-store" });
  const squeeze = (text) => text.replace(/\[\d+\]/g, "").replace(/[\s\u00a0\u200b]+/g, "").toLowerCase();

  function make(tag, words, kind = "") {
    const made = document.createElement(tag);
    made.textContent = words;
    if (kind) made.className = kind;
    return made;
  }

  function remember() {
    const { day, content, tab, width } = state;
    history.replaceState(null, "", `#${new URLSearchParams({ day, content, tab, width, views: [...state.views].join(",") })}`);
  }

  let hushing = 0;
  const hush = () => find("said").classList.remove("on");
  function say(words, stays = false) {
    find("said").textContent = words;
    find("said").classList.add("on");
    clearTimeout(hushing);
    if (!stays) hushing = setTimeout(hush, Math.max(4500, words.length * 70));
  }
  find("said").addEventListener("click", hush);

  // ── views ──────────────────────────────────────────────────────────────────────────────────
  const panes = [...document.querySelectorAll(".pane")];

  function layOut() {
    for (const pane of panes) {
      const on = state.views.has(pane.dataset.view);
      const size = pane.dataset.view === "desktop" ? state.width : Number(pane.dataset.size);
      pane.hidden = !on;
      pane.style.width = `${size + Number(pane.dataset.bar || 0) + (pane.dataset.view === "phone" ? 14 : 2)}px`;
      const room = find("panes").clientWidth - 24; // on a phone a wide view is made small, not cut
      pane.style.zoom = innerWidth <= 700 && size + 14 > room ? room / (size + 14) : "";
      pane.querySelector(".size").textContent = `${size} px`;
      if (on && shown) load(pane);
    }
    for (const button of document.querySelectorAll("[data-toggle]")) {
      button.setAttribute("aria-pressed", String(state.views.has(button.dataset.toggle)));
    }
    find("none").hidden = state.views.size > 0;
    find("width").value = state.width;
    find("pixels").textContent = `${state.width} px`;
    remember();
  }

  function load(pane) {
    const frame = pane.querySelector("iframe");
    const address = `${base}mail/${pane.dataset.source}?${query({ v: state.version })}`;
    if (frame.dataset.at === address) return;
    const before = frame.dataset.at ? frame.contentWindow.scrollY : 0;
    frame.dataset.at = address;
    delete frame.dataset.ready;
    frame.onload = () => {
      const bar = frame.contentWindow.innerWidth - frame.contentDocument.documentElement.clientWidth;
      if (String(bar) !== (pane.dataset.bar || "0")) {
        pane.dataset.bar = bar; // a scroll bar takes nothing of the width that is asked for
        layOut();
      }
      frame.contentWindow.scrollTo(0, before);
      frame.contentDocument.addEventListener("click", onMailClick);
      frame.contentDocument.addEventListener("keydown", onKey);
      frame.dataset.ready = ""; // it hears clicks and keys from now on
    };
    frame.contentWindow.location.replace(address); // no entry in the history
  }

  function toggle(view) {
    const added = !state.views.delete(view);
    if (added) state.views.add(view);
    state.views = new Set(VIEWS.filter((each) => state.views.has(each)));
    layOut();
    if (added) panes.find((pane) => pane.dataset.view === view).scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function resize(width) {
    state.width = Math.min(1280, Math.max(320, width));
    layOut();
  }

  // ── what is in the mail, and why ───────────────────────────────────────────────────────────
  function onMailClick(event) {
    const link = event.target.closest("a");
    if (link) {
      event.preventDefault();
      say(`This link opens ${link.href}`);
    }
    const block = event.target.closest("li, p, h1, h2, h3");
    const words = block ? squeeze(block.textContent) : "";
    if (!words || !info.highlights) return;
    const at = info.highlights.findIndex(([, , text]) => words.includes(squeeze(text)));
    if (at >= 0) return void explain(at);
    const headline = info.headlines.find(([, text]) => words.includes(squeeze(text)));
    if (headline) showStory(headline[0]);
  }

  async function explain(at) {
    const found = info.highlights && info.highlights[at];
    if (!found) return;
    state.at = at;
    await showTab("stories");
    const [key, number, text] = found;
    const entry = find("panel").querySelector(`[data-highlight="${CSS.escape(`${key}/${number}`)}"]`);
    if (entry) {
      for (const other of find("panel").querySelectorAll("[data-highlight][open]")) other.open = other === entry;
      entry.open = true;
      light(entry);
      entry.querySelector("summary").focus({ preventScroll: true });
    }
    pointAt(text);
  }

  async function showStory(key) {
    await showTab("stories");
    const story = find(`story-${key}`);
    if (!story) return;
    story.querySelector(".why").open = true;
    light(story);
    story.querySelector("summary").focus({ preventScroll: true });
  }

  function light(element) {
    for (const other of find("panel").querySelectorAll(".lit")) other.classList.remove("lit");
    element.classList.add("lit");
    element.scrollIntoView({ block: "start" });
  }

  function pointAt(text) {
    for (const pane of panes) {
      const page = pane.querySelector("iframe").contentDocument;
      if (pane.hidden || !page) continue;
      for (const block of page.querySelectorAll("li, p.view")) {
        const here = squeeze(block.textContent).includes(squeeze(text));
        block.style.outline = here ? "2px solid #b5651d" : "";
        block.style.outlineOffset = here ? "3px" : "";
        const view = pane.querySelector("iframe").contentWindow; // it alone scrolls: the page stays where the finger is
        if (here) view.scrollTo(0, view.scrollY + block.getBoundingClientRect().top - view.innerHeight / 2);
      }
    }
  }

  // ── the inspector ──────────────────────────────────────────────────────────────────────────
  const panel = find("panel");
  let shownTab = "";

  // What is typed and not saved outlives the panel. It goes back where the words it was typed on still stand; else it
  // is shown beside, and its form is on the content that was seen, so that who saves it is told what changed.
  const typed = new Map();
  let left = []; // of it, what found no place again
  let placed = {}; // the day, tab and content of the panel

  const openedOn = (field) => field.defaultValue ?? (field.querySelector("[selected]") || field.options[0])?.value;
  const isHere = (one) => one.day === placed.day && one.tab === placed.tab;
  const isOf = (form) => (one) => one.day === form.elements.day.value && [...form.elements].some((field) => field.id === one.id);

  function keepTyped() {
    for (const field of panel.querySelectorAll("input[id], textarea[id], select[id]")) {
      const { id, value } = field;
      const name = `${placed.day} ${placed.tab} ${id}`;
      const was = openedOn(field);
      if (value === was) typed.delete(name);
      else typed.set(name, { ...placed, id, value, was, words: field.selectedOptions?.[0]?.text ?? value, hash: field.form?.elements.hash?.value });
    }
  }

  function putBack(one) {
    const highlight = (id) => /^words-.*(?=-\d+$)/.exec(id)?.[0]; // its number is another once one before it goes
    const at = highlight(one.id);
    const fields = [find(one.id), ...(at ? panel.querySelectorAll("textarea[id]") : [])];
    const field = fields.find((each) => each && openedOn(each) === one.was && (each.id === one.id || highlight(each.id) === at));
    if (!field) return null;
    if (field.options) {
      const alike = [...field.options].filter((option) => option.text === one.words);
      if (!alike.length) return null;
      (alike.find((option) => option.value === one.value) || alike[0]).selected = true;
    } else field.value = one.value;
    unfold(field);
    return field;
  }

  function unfold(field) {
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }

  function showLeft(one) {
    const field = find(one.id);
    const box = make("div", "", "left");
    box.setAttribute("role", "alert");
    const before = one.was ? ` You began on “${one.was}”.` : "";
    const mine = make("textarea", one.words);
    mine.readOnly = true;
    mine.setAttribute("aria-label", "What you typed");
    const drop = make("button", "Let it go");
    drop.type = "button";
    drop.addEventListener("click", () => {
      left = left.filter((each) => each !== one);
      box.remove();
    });
    box.append(make("p", `${field ? "This was changed meanwhile." : "What you wrote on is no longer there."}${before} Yours, not saved:`), mine, drop);
    if (field) {
      field.after(box);
      unfold(field);
    } else panel.prepend(box);
    return mine;
  }

  function giveBack() {
    const went = new Map(); // from the id of a field to where its words are now
    for (const [name, one] of typed) {
      const field = find(one.id);
      if (!isHere(one) || (!field && one.content !== placed.content)) continue;
      typed.delete(name);
      if (field && openedOn(field) === one.value) continue; // it is saved
      const again = putBack(one);
      if (again) went.set(one.id, again);
      else left.push(one);
    }
    for (const one of left.filter(isHere)) went.set(one.id, showLeft(one));
    return went;
  }

  async function showPanel(more) {
    const mine = round;
    const tab = state.tab;
    const answer = await ask(`panel/${tab}`, more);
    const text = await answer.text();
    if (mine !== round || tab !== state.tab) return;
    const same = shownTab === tab;
    const open = new Set([...panel.querySelectorAll("details[open][data-id]")].map((each) => each.dataset.id));
    keepTyped();
    const focused = panel.contains(document.activeElement) ? document.activeElement.id : "";
    const scrolled = panel.scrollTop;
    const held = panel.querySelector("[data-highlight][open]")?.dataset.highlight;
    if (answer.ok) panel.innerHTML = text;
    else panel.replaceChildren(...text.split("\n\n").map((words) => make("p", words)));
    shownTab = tab;
    placed = { day: state.day, tab, content: state.content };
    for (const each of panel.querySelectorAll("[data-download]")) each.href = `${base}issue.eml?${query()}`;
    const went = answer.ok ? giveBack() : new Map();
    if (!same) return;
    for (const each of panel.querySelectorAll("details[data-id]")) if (open.has(each.dataset.id)) each.open = true;
    if (focused) (went.get(focused) || find(focused) || panel).focus({ preventScroll: true });
    panel.scrollTop = scrolled;
    const shown = held && panel.querySelector(`[data-highlight="${CSS.escape(held)}"] > summary`);
    const top = shown ? shown.getBoundingClientRect().top : 0;
    if (top < 0 && top > -innerHeight / 2) { // it got shorter under the finger
      shown.style.scrollMarginTop = "8px";
      shown.scrollIntoView({ block: "nearest" });
    }
  }

  async function showTab(tab) {
    state.tab = tab;
    for (const button of document.querySelectorAll(".tabs [data-tab]")) {
      const on = button.dataset.tab === tab;
      button.setAttribute("aria-selected", String(on));
      button.tabIndex = on ? 0 : -1;
      if (on) panel.setAttribute("aria-labelledby", button.id);
    }
    remember();
    if (shownTab !== tab) {
      keepTyped();
      shownTab = "";
      panel.style.minHeight = `${panel.offsetHeight}px`; // the page does not jump
      panel.innerHTML = '<p class="hush">Reading…</p>';
      await showPanel();
      panel.style.minHeight = "";
      panel.scrollTop = 0;
    }
  }

  panel.addEventListener("toggle", async (event) => {
    const { late, key, number } = event.target.dataset;
    if (!late || !event.target.open || event.target.dataset.done) return;
    event.target.dataset.done = "1";
    const answer = await ask(`panel/${late}`, { key, ...(number ? { number } : {}) });
    event.target.querySelector("div").innerHTML = answer.ok ? await answer.text() : "It could not be read.";
  }, true);

  async function post(given, form) {
    let answer;
    try {
      answer = await fetch(`${base}act`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-csrf": document.body.dataset.csrf },
        body: JSON.stringify({ day: state.day, hash: info.frozen || "", ...given }),
      });
    } catch {
      say(SILENT, true);
      return false;
    }
    const kind = answer.headers.get("content-type") || "";
    if (kind.includes("html")) { // what stands before the desk gave up waiting
      say(SILENT, true);
      return false;
    }
    const told = kind.includes("json") ? await answer.json() : { ok: false, message: await answer.text() }; // as where a session is over
    const words = told.ok ? told.message : `${told.message} ${told.hint || ""}`;
    say(words, !told.ok); // why nothing was done stays until it is tapped
    if (form && !told.ok) refuse(form, words); // what was typed stays, and why it was refused beside it
    else if (form) settle(form);
    if (told.ok || answer.status === 409) await refresh();
    if (form && answer.status === 409) for (const one of left.filter(isOf(form))) one.hash = ""; // now it is told
    return told.ok;
  }

  async function press(button) {
    button.disabled = true;
    if (button.dataset.takes) say(button.dataset.takes, true);
    const done = await post({ act: button.dataset.act });
    if (!done || button.hidden) button.disabled = false;
  }

  panel.addEventListener("change", (event) => {
    const wrong = event.target.id === "correct-place" && find("correct-wrong");
    const words = wrong && event.target.selectedOptions[0].dataset.words;
    if (words && words.length <= wrong.maxLength) wrong.value = words; // what is wrong in it is left to mark
  });

  function settle(form) { // what is done is not filled in again, nor where the page heard of it sooner
    const isDone = isOf(form);
    left = left.filter((one) => !isDone(one));
    for (const [name, one] of typed) if (isDone(one)) typed.delete(name);
    if (placed.day === form.elements.day.value) for (const field of form.elements) find(field.id)?.form?.reset();
    form.reset();
  }

  function refuse(form, words) {
    let line = form.querySelector(".refused");
    if (!line) {
      line = make("p", "", "refused");
      line.setAttribute("role", "alert");
      form.append(line);
    }
    line.textContent = words;
  }

  // Two highlights change places: what is open there goes along, so that Up and Up again move the same one.
  function changePlaces({ act, key, number, to }) {
    if (act !== "move-highlight") return;
    const folds = (place) => [`hl-${key}-${place - 1}`, `swap-${key}-${place}`, `words-${key}-${place}`].map((id) => panel.querySelector(`[data-id="${CSS.escape(id)}"]`));
    const there = folds(to);
    folds(number).forEach((fold, at) => {
      if (fold && there[at]) [fold.dataset.id, there[at].dataset.id] = [there[at].dataset.id, fold.dataset.id];
    });
  }

  panel.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const button = event.submitter;
    if (button) button.disabled = true;
    const { csrf, ...given } = Object.fromEntries(new FormData(form));
    given.hash = left.filter(isOf(form)).find((one) => one.hash)?.hash || given.hash;
    changePlaces(given); // before it is done: the page may hear of it sooner than we do
    if (!(await post(given, form))) changePlaces(given); // back
    if (button) button.disabled = false;
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) {
      const entry = event.target.closest("summary") && event.target.closest("[data-highlight]");
      if (entry && event.target.closest("summary").parentElement === entry) {
        const at = info.highlights.findIndex(([key, number]) => `${key}/${number}` === entry.dataset.highlight);
        state.at = at;
        if (at >= 0) pointAt(info.highlights[at][2]);
      }
      return;
    }
    const { act, content, deep, tab } = button.dataset;
    if (act) press(button);
    if (content) choose(content);
    if (deep) {
      button.disabled = true;
      button.textContent = "Asking…";
      showPanel({ deep: "1" });
    }
    if ("copy" in button.dataset) copy();
    if (tab && button.closest(".chips")) showTab(tab).then(() => innerWidth <= 1040 && panel.scrollIntoView());
  });

  async function copy() {
    const text = await (await ask("issue.html")).text();
    try {
      await navigator.clipboard.writeText(text);
      say(`Copied ${text.length.toLocaleString("en")} characters of HTML.`);
    } catch {
      say("The browser does not let this page copy. Take it from the source view.");
    }
  }

  // ── keeping up ─────────────────────────────────────────────────────────────────────────────
  function showDays() {
    const options = (info.days || []).map(([day, words]) => new Option(words, day, false, day === state.day));
    if (options.length) find("day").replaceChildren(...options);
  }

  function showHead() {
    showDays();
    showFault(info);
    document.body.classList.toggle("bare", Boolean(info.error)); // no frame stands there empty
    find("subject").textContent = info.subject || "";
    find("preheader").textContent = info.preheader || "";
    const chips = [];
    if (info.said) chips.push(make("span", info.said, info.held ? "warn" : ""));
    if (info.approved) chips.push(make("span", "approved", "good"));
    if (info.status && info.content === "live" && !info.same) chips.push(make("span", "differs from the frozen content", "warn"));
    showActs();
    if (info.hash) {
      const hash = make("span", `content ${info.hash.slice(0, 12)}`);
      hash.title = info.hash;
      hash.dataset.hash = info.hash;
      chips.push(hash);
    }
    find("chips").replaceChildren(...chips);
  }

  function showActs() {
    const editable = info.status === "composed" && ["live", "frozen"].includes(info.content);
    const leaving = ["planning", "frozen"].includes(info.status);
    const on = {
      compose: info.composable,
      reopen: info.reopenable,
      approve: editable && !info.approved,
      hold: editable && !info.held,
      release: editable && info.held,
      pause: leaving && !info.held,
      resume: leaving && info.held,
    };
    for (const button of document.querySelectorAll(".decide [data-act]")) button.hidden = !on[button.dataset.act];
    const approve = find("act-approve");
    approve.textContent = `Approve${info.late && !info.held ? " and send now" : ""} ${(info.frozen || "").slice(0, 8)}`;
    approve.disabled = !info.same; // what is approved is what is on the page
    approve.title = info.same ? "" : "Look at the frozen content first";
  }

  async function showVerdict() {
    const left = info.status && info.status !== "composed";
    if (left && (info.same || info.content !== "live")) return; // what has left is not kept back; today's templates may keep the next
    const mine = round;
    const answer = await ask("verdict");
    if (!answer.ok) return;
    const found = await answer.json();
    if (mine !== round) return;
    for (const [count, words, kind] of [[found.fail, left ? "would keep the next back" : "would keep it back", "bad"], [found.warn, found.warn === 1 ? "warning" : "warnings", "warn"]]) {
      if (!count) continue;
      const button = make("button", `${count} ${words}`, `tag ${kind}`);
      button.type = "button";
      button.dataset.tab = "checks";
      button.title = found.words.join("\n");
      find("chips").append(button);
    }
  }

  let shown = ""; // the day and content of the last good view: what is broken meanwhile does not take its place
  async function refresh() {
    const mine = ++round;
    const told = await (await ask("state")).json();
    if (mine !== round) return;
    state.version = told.version;
    const asked = `${state.day} ${state.content}`;
    if (told.error && shown === asked) {
      showFault(told);
      document.body.dataset.ready = String(mine);
      return;
    }
    info = told;
    shown = told.error ? "" : asked;
    showHead();
    if (told.error) {
      keepTyped();
      panel.replaceChildren();
      shownTab = "";
    } else {
      layOut();
      await showPanel();
      showVerdict();
    }
    document.body.dataset.ready = String(mine);
  }

  function showFault(told) {
    find("fault").hidden = !told.error;
    find("fault").textContent = told.error ? `${told.error}\nWhat to do: ${told.hint || ""}${shown ? "\nBelow is what was good last." : ""}` : "";
  }

  async function keepUp() {
    for (;;) {
      const day = state.day;
      try {
        const told = await (await fetch(`${base}wait?${new URLSearchParams({ day, seen: state.version })}`, { cache: "no-store" })).json();
        if (day === state.day && told.version && told.version !== state.version) {
          await refresh();
        }
      } catch {
        find("fault").hidden = false;
        find("fault").textContent = "The desk does not answer: there is no connection, you were signed out, or the command has ended. Load the page again.";
        await new Promise((done) => setTimeout(done, 1500));
        state.version = "";
      }
    }
  }

  function choose(content) {
    state.content = content;
    find("content").value = content;
    state.at = -1;
    refresh();
  }

  // ── by hand ────────────────────────────────────────────────────────────────────────────────
  find("day").addEventListener("change", (event) => {
    state.day = event.target.value;
    state.at = -1;
    refresh();
  });
  find("content").addEventListener("change", (event) => choose(event.target.value));
  find("width").addEventListener("input", (event) => {
    if (!state.views.has("desktop")) toggle("desktop");
    resize(Number(event.target.value));
  });
  for (const button of document.querySelectorAll("[data-toggle]")) button.addEventListener("click", () => toggle(button.dataset.toggle));
  const tabs = [...document.querySelectorAll(".tabs [data-tab]")];
  for (const button of tabs) {
    button.addEventListener("click", () => showTab(button.dataset.tab));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(tabs.indexOf(button) + step + tabs.length) % tabs.length];
      next.focus();
      showTab(next.dataset.tab);
    });
  }
  find("help").addEventListener("click", () => find("keys").showModal());

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || find("keys").open) return;
    const target = event.target;
    if (target.closest && target.closest("select, input:not([type=range]), textarea")) return;
    const key = event.key;
    if (/^[1-8]$/.test(key)) toggle(VIEWS[Number(key) - 1]);
    else if (key === "[" || key === "]") resize(state.width + (key === "]" ? 20 : -20));
    else if (key === "j" || key === "k") {
      const count = (info.highlights || []).length;
      if (count) explain(key === "j" ? (state.at + 1) % count : (Math.max(state.at, 0) - 1 + count) % count);
    } else if (TABS[key]) showTab(TABS[key]);
    else if (key === "f") choose(state.content === "frozen" ? "live" : "frozen");
    else if (key === "d") location.assign(`${base}issue.eml?${query()}`);
    else if (key === "h") copy();
    else if (key === "?") find("keys").showModal();
    else return;
    event.preventDefault();
  }
  document.addEventListener("keydown", onKey);

  if (state.day !== find("day").value) find("day").replaceChildren(new Option(state.day, state.day, true, true));
  find("content").value = state.content;
  layOut();
  showTab(state.tab);
  refresh().then(keepUp);
})();
