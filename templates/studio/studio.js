// The preview studio. It asks its own server only; what it shows is rendered there.
(() => {
  "use strict";
  const base = document.body.dataset.base;
  const find = (id) => document.getElementById(id);
  const VIEWS = ["desktop", "phone", "dark", "forced", "outlook", "images", "text", "source"];
  const TABS = { s: "stories", c: "checks", r: "replay", t: "sending" };
  const kept = new URLSearchParams(location.hash.slice(1));
  const state = {
    day: kept.get("day") || document.body.dataset.day,
    content: kept.get("content") || "live",
    views: new Set((kept.get("views") || "desktop,phone").split(",").filter((view) => VIEWS.includes(view))),
    tab: Object.values(TABS).includes(kept.get("tab")) ? kept.get("tab") : "stories",
    width: Number(kept.get("width")) || 600,
    version: "",
    at: -1, // the highlight that j and k stand on
  };
  let info = {};
  let round = 0; // answers of an earlier round are dropped

  const query = (more = {}) => new URLSearchParams({ day: state.day, content: state.content, ...more }).toString();
  const ask = (path, more) => fetch(`${base}${path}?${query(more)}`, { cache: "no-store" });
  const squeeze = (text) => text.replace(/\[\d+\]/g, "").replace(/[\s\u00a0\u200b]+/g, "");

  function remember() {
    const { day, content, tab, width } = state;
    history.replaceState(null, "", `#${new URLSearchParams({ day, content, tab, width, views: [...state.views].join(",") })}`);
  }

  let hushing = 0;
  function say(words) {
    find("said").textContent = words;
    find("said").classList.add("on");
    clearTimeout(hushing);
    hushing = setTimeout(() => find("said").classList.remove("on"), 4500);
  }

  // ── views ──────────────────────────────────────────────────────────────────────────────────
  const panes = [...document.querySelectorAll(".pane")];

  function layOut() {
    for (const pane of panes) {
      const on = state.views.has(pane.dataset.view);
      const size = pane.dataset.view === "desktop" ? state.width : Number(pane.dataset.size);
      pane.hidden = !on;
      pane.style.width = `${size + Number(pane.dataset.bar || 0) + (pane.dataset.view === "phone" ? 14 : 2)}px`;
      pane.querySelector(".size").textContent = `${size} px`;
      if (on) load(pane);
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
        if (here) block.scrollIntoView({ block: "center" });
      }
    }
  }

  // ── the inspector ──────────────────────────────────────────────────────────────────────────
  const panel = find("panel");
  let shownTab = "";

  async function showPanel(more) {
    const mine = round;
    const tab = state.tab;
    const answer = await ask(`panel/${tab}`, more);
    const text = await answer.text();
    if (mine !== round || tab !== state.tab) return;
    const same = shownTab === tab;
    const open = new Set([...panel.querySelectorAll("details[open][data-id]")].map((each) => each.dataset.id));
    const typed = [...panel.querySelectorAll("input[id]")].filter((each) => each.value !== each.defaultValue).map((each) => [each.id, each.value]);
    const focused = panel.contains(document.activeElement) ? document.activeElement.id : "";
    const scrolled = panel.scrollTop;
    if (answer.ok) {
      panel.innerHTML = text;
    } else {
      panel.replaceChildren();
      for (const words of text.split("\n\n")) {
        const line = document.createElement("p");
        line.textContent = words;
        panel.append(line);
      }
    }
    shownTab = tab;
    for (const each of panel.querySelectorAll("[data-download]")) each.href = `${base}issue.eml?${query()}`;
    if (!same) return;
    for (const each of panel.querySelectorAll("details[data-id]")) if (open.has(each.dataset.id)) each.open = true;
    for (const [id, value] of typed) if (find(id)) find(id).value = value;
    if (focused) (find(focused) || panel).focus({ preventScroll: true });
    panel.scrollTop = scrolled;
  }

  async function showTab(tab) {
    state.tab = tab;
    for (const button of document.querySelectorAll("[data-tab]")) {
      const on = button.dataset.tab === tab;
      button.setAttribute("aria-selected", String(on));
      button.tabIndex = on ? 0 : -1;
      if (on) panel.setAttribute("aria-labelledby", button.id);
    }
    remember();
    if (shownTab !== tab) {
      await showPanel();
      panel.scrollTop = 0;
    }
  }

  panel.addEventListener("toggle", async (event) => {
    const key = event.target.dataset.near;
    if (!key || !event.target.open || event.target.dataset.done) return;
    event.target.dataset.done = "1";
    const answer = await ask("panel/near", { key });
    event.target.querySelector("div").innerHTML = answer.ok ? await answer.text() : "It could not be read.";
  }, true);

  async function post(given) {
    const answer = await fetch(`${base}act`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-csrf": document.body.dataset.csrf },
      body: JSON.stringify({ day: state.day, hash: info.frozen || "", ...given }),
    });
    const told = await answer.json();
    say(told.ok ? told.message : `${told.message} ${told.hint || ""}`);
    await refresh();
  }

  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    const { act, key } = event.target.dataset;
    for (const input of event.target.elements) if (input.name && act !== "test") input.defaultValue = input.value;
    post({ act, key: key || "", ...Object.fromEntries(new FormData(event.target)) });
  });

  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) {
      const entry = event.target.closest("summary") && event.target.closest("[data-highlight]");
      if (entry) {
        const at = info.highlights.findIndex(([key, number]) => `${key}/${number}` === entry.dataset.highlight);
        state.at = at;
        if (at >= 0) pointAt(info.highlights[at][2]);
      }
      return;
    }
    const { act, key, content, deep } = button.dataset;
    if (act) post({ act, key: key || "" });
    if (content) choose(content);
    if (deep) {
      button.disabled = true;
      button.textContent = "Asking…";
      showPanel({ deep: "1" });
    }
    if ("copy" in button.dataset) copy();
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
  function chip(words, kind) {
    const span = document.createElement("span");
    span.textContent = words;
    if (kind) span.className = kind;
    return span;
  }

  function showDays() {
    const options = (info.days || []).map(([day, words]) => new Option(words, day, false, day === state.day));
    if (options.length) find("day").replaceChildren(...options);
  }

  function showHead() {
    showDays();
    find("fault").hidden = !info.error;
    find("fault").textContent = info.error ? `${info.error}\nWhat to do: ${info.hint || ""}` : "";
    find("subject").textContent = info.subject || "";
    find("preheader").textContent = info.preheader || "";
    const chips = [];
    if (info.status) chips.push(chip(info.status));
    if (info.held) chips.push(chip("held", "warn"));
    if (info.approved) chips.push(chip("approved", "good"));
    if (info.status && info.content === "live" && !info.same) chips.push(chip("differs from the frozen content", "warn"));
    if (info.hash) {
      const hash = chip(`content ${info.hash.slice(0, 12)}`);
      hash.title = info.hash;
      hash.dataset.hash = info.hash;
      chips.push(hash);
    }
    find("chips").replaceChildren(...chips);
  }

  async function refresh() {
    const mine = ++round;
    const told = await (await ask("state")).json();
    if (mine !== round) return;
    info = told;
    state.version = told.version;
    showHead();
    layOut();
    await showPanel();
    document.body.dataset.ready = String(mine);
  }

  async function keepUp() {
    for (;;) {
      const day = state.day;
      try {
        const told = await (await fetch(`${base}wait?${new URLSearchParams({ day, seen: state.version })}`, { cache: "no-store" })).json();
        if (day === state.day && told.version && told.version !== state.version) {
          state.version = told.version;
          layOut(); // the mail first, then what is said of it
          await refresh();
        }
      } catch {
        find("fault").hidden = false;
        find("fault").textContent = "The preview command has ended, or does not answer.";
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
  const tabs = [...document.querySelectorAll("[data-tab]")];
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
