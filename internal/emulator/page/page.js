"use strict";
(() => {
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const control = facts.base + "/_emulator/";
  const shownRequests = 500;

  // ---- Elements

  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const id = (name) => document.getElementById(name);

  // h makes an element. Text is always text: nothing that the emulator sends is read as HTML.
  function h(tag, properties, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (value === undefined || value === null || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  }

  // sync makes the children of list stand for the items. An element stays as it is, with
  // focus and scroll position, as long as its item does not change.
  function sync(list, items, keyOf, make) {
    const known = list.known || (list.known = new Map());
    const wanted = new Set(items.map(keyOf));
    for (const [key, row] of known) {
      if (!wanted.has(key)) { row.element.remove(); known.delete(key); }
    }
    let next = list.firstElementChild;
    for (const item of items) {
      const key = keyOf(item), print = JSON.stringify(item);
      let row = known.get(key);
      if (!row || row.print !== print) {
        const element = make(item);
        if (row) {
          const focused = row.element.contains(document.activeElement);
          if (next === row.element) next = element;
          row.element.replaceWith(element);
          if (focused) (element.querySelector("button, summary") || element).focus();
        }
        known.set(key, row = { element, print });
      }
      if (row.element === next) next = next.nextElementSibling;
      else list.insertBefore(row.element, next);
    }
  }

  // readable decodes an address. One that is no UTF-8 stays as it is.
  function readable(path) { try { return decodeURI(path); } catch { return path; } }

  function badge(text, kind = text) { return h("span", { class: "badge " + kind }, text); }

  // ---- Time: the emulator's clock, which tests move

  let clockAhead = 0; // of this browser's, in milliseconds
  const now = () => Date.now() + clockAhead;

  function span(milliseconds) {
    const seconds = Math.max(0, Math.floor(milliseconds / 1000));
    if (seconds < 60) return seconds + " s";
    if (seconds < 3600) return Math.floor(seconds / 60) + " min " + (seconds < 600 ? (seconds % 60) + " s" : "").trim();
    if (seconds < 86400) return Math.floor(seconds / 3600) + " h " + Math.floor(seconds % 3600 / 60) + " min";
    return Math.floor(seconds / 86400) + " d " + Math.floor(seconds % 86400 / 3600) + " h";
  }
  // short is a span in one unit, for columns.
  const short = (milliseconds) => span(milliseconds).split(" ").slice(0, 2).join(" ");
  const stamp = (moment) => new Date(moment).toISOString().replace("T", " ").slice(0, 19) + " UTC";

  // ago shows how long ago something was, or how far ahead it is, and goes on counting.
  function ago(moment, how) { return tell(h("time", { class: "when", datetime: moment, title: stamp(moment), "data-how": how })); }
  function tell(element) {
    const at = Date.parse(element.getAttribute("datetime")), how = element.dataset.how;
    const text = how === "ahead" ? "in " + short(at - now()) : how === "for" ? span(now() - at) : how === "short" ? short(now() - at) + " ago" : span(now() - at) + " ago";
    if (element.textContent !== text) element.textContent = text;
    return element;
  }
  function tickTock() {
    id("now").textContent = new Date(now()).toISOString().slice(0, 19).replace("T", " ");
    $$("time[data-how]").forEach(tell);
    for (const bar of $$("progress[data-started]")) bar.value = (now() - Date.parse(bar.dataset.started)) / 1000;
  }

  // ---- Calls of the control API

  async function ask(path, body, method = body === undefined ? "GET" : "POST") {
    let reply;
    try {
      reply = await fetch(control + path, { method, body: body && JSON.stringify(body), headers: { "Content-Type": "application/json" }, cache: "no-store" });
    } catch {
      throw { message: "The emulator does not answer. Is it still running?", details: [] };
    }
    const answer = await reply.json().catch(() => null);
    if (reply.ok) return answer;
    const problem = answer || {}, details = problem.details || [];
    throw { status: reply.status, details, message: details.map((d) => d.message).join(" ") || problem.message || "The emulator answered " + reply.status + "." };
  }

  let saidTimer;
  function say(text, bad) {
    const said = id("said");
    said.textContent = text;
    said.classList.toggle("bad", !!bad);
    clearTimeout(saidTimer);
    saidTimer = setTimeout(() => { said.textContent = ""; }, bad ? 12000 : 5000);
  }
  const complain = (problem) => say(problem.message || String(problem), true);

  // code shows text to copy. secretly gives another text for the clipboard.
  function code(text, { name = "Copy", secretly } = {}) {
    return h("div", { class: "code copies" }, h("pre", { tabindex: "0" }, text), copyButton(name, secretly || (() => text)));
  }
  function copyButton(name, text) {
    return h("button", { type: "button", onclick: async (event) => {
      try {
        await navigator.clipboard.writeText(await text());
        event.target.textContent = "Copied";
        setTimeout(() => { event.target.textContent = name; }, 1500);
      } catch (problem) { complain(problem); }
    } }, name);
  }

  // ---- What the emulator has told

  let instance = "";
  let overview = { workspaces: [], faults: [] };
  let requests = []; // the latest last, each with its number
  let held = 0; // requests that came in while the list is paused
  let lastID = "";

  function count(what, text) { $$(`[data-count="${what}"]`).forEach((element) => { element.textContent = text; }); }

  function live(state, text) {
    const element = id("live");
    if (element.dataset.live !== state) { element.dataset.live = state; element.textContent = text; }
  }

  let source, retry;
  function connect() {
    clearTimeout(retry);
    source = new EventSource(control + "events" + (lastID ? "?after=" + encodeURIComponent(lastID) : ""));
    const on = (name, handle) => source.addEventListener(name, (event) => {
      if (event.lastEventId) lastID = event.lastEventId;
      handle(JSON.parse(event.data));
    });
    on("hello", (told) => {
      if (instance && instance !== told.instance) { requests = []; lastID = ""; }
      instance = told.instance;
      live("live", "Live");
    });
    on("clock", (told) => {
      const ahead = Date.parse(told.now) - Date.now(), moved = Math.abs(ahead - clockAhead) > 2000;
      clockAhead = ahead;
      if (moved) tickTock();
      live("live", "Live");
    });
    on("state", (told) => { overview = told; showOverview(); });
    on("requests", (told) => { hear(told); });
    source.onerror = () => {
      live("lost", "The emulator does not answer. Trying again …");
      // The browser tries again by itself, but not after a refusal.
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, 3000);
    };
  }
  // A browser has six connections for a host, so a page that nobody sees gives its own back.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { source.close(); clearTimeout(retry); live("paused", "Paused while hidden"); } else connect();
  });

  const services = () => overview.workspaces.flatMap((w) => w.services);

  function showOverview() {
    const all = services(), failed = all.filter((s) => s.state === "Failed" || s.state === "Unhealthy").length, busy = all.filter((s) => s.state === "Transitioning").length;
    document.title = [busy ? busy + " deploying" : "", failed ? failed + " failed" : "", "mlws emulator"].filter(Boolean).join(", ");
    count("faults", overview.faults.length || "");
    showServices();
    showWorkspaces();
    showFaults();
    id("service-names").replaceChildren(...all.map((s) => h("option", { value: s.name })));
    if (opened) loadService();
  }

  // ---- Services

  const wanted = { text: "", state: "", mode: "", workspace: "" };
  let order = { by: "name", down: false };

  function matches(s) {
    const haystack = [s.name, s.type, s.place, s.state, s.mode, s.description, s.workspace, ...s.models].join(" ").toLowerCase();
    return (!wanted.state || s.state === wanted.state) && (!wanted.mode || s.mode === wanted.mode) && (!wanted.workspace || s.id.startsWith(wanted.workspace + "/")) &&
      wanted.text.toLowerCase().split(/\s+/).every((word) => haystack.includes(word));
  }

  const sortKeys = {
    name: (s) => s.name, state: (s) => s.state, mode: (s) => s.mode, place: (s) => s.type + s.place,
    operation: (s) => s.operation ? s.operation.started : s.created,
  };

  function showServices() {
    const all = services(), found = all.filter(matches), key = sortKeys[order.by];
    found.sort((a, b) => (key(a).localeCompare(key(b)) || a.name.localeCompare(b.name)) * (order.down ? -1 : 1));
    count("services", found.length === all.length ? all.length || "" : found.length + " of " + all.length);
    sync(id("services"), found, (s) => s.id, serviceRow);
    markChosen();
    id("service-table").hidden = found.length === 0;
    id("no-match").hidden = all.length === 0 || found.length > 0;
    id("no-services").hidden = all.length > 0;
    showChips(all);
  }

  function serviceRow(s) {
    return h("tr", { "data-id": s.id, onclick: () => openService(s.id) },
      h("td", null, h("button", { type: "button", class: "name", title: s.description ? s.name + ": " + s.description : s.name }, s.name)),
      h("td", { title: s.why || undefined }, badge(s.state)), h("td", null, badge(s.mode)),
      h("td", { class: "wide", title: s.type + " on " + s.place }, s.type, " ", h("span", { class: "dim" }, s.place)),
      h("td", { class: "wide" }, s.operation ? operationLine(s.operation) : h("span", { class: "dim" }, "none")));
  }

  function operationLine(op) {
    if (!op.ended) return [h("span", { class: "badge " + op.state }, op.step || op.state), " ", ago(op.started, "for")];
    return [op.state === "Succeeded" ? op.what.replace(/^Regenerate .*/, "Rotated") : badge(op.state), " ", ago(op.ended, "short")];
  }

  function showChips(all) {
    const chips = [];
    for (const [what, name] of [["state", (s) => s.state], ["mode", (s) => s.mode]]) {
      const counts = new Map();
      all.forEach((s) => counts.set(name(s), (counts.get(name(s)) || 0) + 1));
      if (wanted[what] && !counts.has(wanted[what])) counts.set(wanted[what], 0);
      [...counts.keys()].sort().forEach((value) => chips.push({ what, value, n: counts.get(value), pressed: wanted[what] === value }));
    }
    sync(id("chips"), all.length ? chips : [], (c) => c.what + c.value, (c) =>
      h("button", { type: "button", "aria-pressed": String(c.pressed), "data-chip": c.value, onclick: () => { wanted[c.what] = c.pressed ? "" : c.value; showServices(); } },
        c.what === "state" || c.value === "open" ? h("span", { class: "dot " + c.value, "aria-hidden": "true" }) : "", c.value, " ", h("span", { class: "count" }, String(c.n))));
    const several = overview.workspaces.length > 1, select = id("workspace");
    select.hidden = !several;
    if (several) {
      sync(select, [{ id: "", name: "All workspaces" }, ...overview.workspaces.map((w) => ({ id: w.id, name: w.name }))], (w) => w.id, (w) => h("option", { value: w.id }, w.name));
    }
  }

  function showWorkspaces() {
    const listed = (items) => items.length ? items.join(", ") : "none";
    sync(id("workspaces"), overview.workspaces.map(({ services, ...rest }) => rest), (w) => w.id, (w) =>
      h("details", null, h("summary", null, h("strong", null, w.name), h("span", { class: "dim" }, ` in ${w.location}: ${w.computes.length} clusters, ${w.models.length} models, ${w.environments.length} environments${w.endpoints.length ? `, ${w.endpoints.length} v2 endpoints` : ""}`)),
        h("dl", { class: "facts" },
          h("dt", null, "Id"), h("dd", null, h("code", null, w.id)),
          h("dt", null, "Clusters"), h("dd", null, listed(w.computes.map((c) => `${c.name} (${c.kind} in ${c.location}${c.state === "Succeeded" ? "" : ", " + c.state})`))),
          h("dt", null, "Models"), h("dd", null, listed(w.models)), h("dt", null, "Environments"), h("dd", null, listed(w.environments)),
          h("dt", null, "Uploads"), h("dd", null, String(w.artifacts)),
          w.endpoints.length ? [h("dt", null, "v2 endpoints"), h("dd", null, w.endpoints.map((line) => h("div", null, line)))] : "")));
  }

  function clearFilter() {
    Object.assign(wanted, { text: "", state: "", mode: "", workspace: "" });
    id("service-filter").value = id("workspace").value = "";
    showServices();
  }

  id("service-filter").addEventListener("input", (event) => { wanted.text = event.target.value.trim(); showServices(); });
  id("workspace").addEventListener("change", (event) => { wanted.workspace = event.target.value; showServices(); });
  id("clear-filter").addEventListener("click", () => { clearFilter(); id("service-filter").focus(); });
  $$("th button").forEach((button) => button.addEventListener("click", () => {
    const by = button.dataset.sort;
    order = { by, down: order.by === by ? !order.down : by === "operation" };
    $$("th").forEach((cell) => cell.removeAttribute("aria-sort"));
    button.parentElement.setAttribute("aria-sort", order.down ? "descending" : "ascending");
    showServices();
  }));
  id("services").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const names = $$("button.name", id("services"));
    const next = names[names.indexOf(event.target) + step];
    if (next) { event.preventDefault(); next.focus(); }
  });

  // ---- Requests

  let paused = false;
  const asked = { text: "", kind: "all" };

  function hear({ first, forgotten, items }) {
    const fresh = requests.length > 0; // the first ones are of before
    items.forEach((request, i) => requests.push({ ...request, number: first + i, fresh }));
    requests = requests.filter((r) => r.number >= forgotten).slice(-shownRequests);
    if (paused) { held += items.length; showPause(); } else showRequests();
    if (opened) showServiceRequests();
  }

  function askedFor(r) {
    const haystack = [r.operation, r.method, readable(r.path), r.principal, r.service, r.fault, r.status].join(" ").toLowerCase();
    const kind = asked.kind === "all" || (asked.kind === "fault" ? !!r.fault : r.status === 0 || r.status >= 400);
    return kind && asked.text.toLowerCase().split(/\s+/).every((word) => haystack.includes(word));
  }

  function showRequests() {
    const found = requests.filter(askedFor);
    count("requests", found.length === requests.length ? (found.length || "") + (found.length === shownRequests ? "+" : "") : found.length + " of " + requests.length);
    sync(id("requests"), found.toReversed(), (r) => r.number, requestRow);
    const none = id("no-requests");
    none.hidden = found.length > 0;
    none.textContent = requests.length ? "No request matches the filter." : "No request yet. Each call of a client appears here as it is answered.";
  }

  function requestRow(r) {
    // The end of the path, unless it says nothing: an id, or the operation again.
    const last = readable(r.path).split("?")[0].split("/").at(-1).replace("%3A", ":");
    const about = r.service || (/^[0-9a-f-]{36}$/.test(last) || r.operation.toLowerCase().includes(last.toLowerCase().replace(/[^a-z0-9]/g, "")) ? "" : last);
    return h("li", { class: r.fresh ? "new" : "", "data-operation": r.operation, "data-status": r.status },
      h("details", null,
        h("summary", null, h("time", { datetime: r.time, title: stamp(r.time) }, r.time.slice(11, 19)), badge(r.status || "cut", "s" + String(r.status)[0]),
          h("span", { class: "what" }, h("b", null, r.operation), " ", about, " ", h("span", { class: "dim" }, r.principal ? "by " + r.principal : "")), r.fault ? badge(r.fault, "fault") : ""),
        h("p", { class: "more" }, `${r.method} ${r.path}`, h("br"), r.principal ? "as " + r.principal + ", " : "", r.time.slice(11, 23) + " UTC")));
  }

  function showPause() {
    const button = id("pause");
    button.setAttribute("aria-pressed", String(paused));
    button.textContent = paused ? (held ? `Resume (${held} new)` : "Resume") : "Pause";
  }

  id("pause").addEventListener("click", () => { paused = !paused; held = 0; showPause(); if (!paused) showRequests(); });
  id("request-filter").addEventListener("input", (event) => { asked.text = event.target.value.trim(); showRequests(); });
  id("request-kind").addEventListener("change", (event) => { asked.kind = event.target.value; showRequests(); });

  // ---- Faults

  const faultForm = id("fault-form");

  function showFaults() {
    id("clear-faults").hidden = id("no-faults").hidden = false;
    (overview.faults.length ? id("no-faults") : id("clear-faults")).hidden = true;
    sync(id("faults"), overview.faults.map((fault, i) => ({ ...fault, i })), (f) => f.i, (f) => {
      const o = f.order, rest = Object.entries(o).filter(([name, value]) => value && value !== "0s" && !["kind", "operation", "service", "times", "skip"].includes(name));
      return h("li", { class: "order", "data-kind": o.kind }, badge(o.kind, "fault"),
        h("span", { class: "what" }, h("b", null, o.operation || "every call"), o.service ? " of " + o.service : "", h("span", { class: "dim" }, rest.map(([name, value]) => `, ${name} ${value}`).join(""))),
        h("span", { class: "dim" }, o.times ? `${f.left} of ${o.times} left` : "until cleared", f.skip ? `, after ${f.skip}` : ""));
    });
  }

  // fitForm shows the members that the chosen kind takes. A hidden member is not sent.
  function fitForm() {
    const kind = facts.kinds.find((k) => k.kind === faultForm.elements.kind.value);
    $$("label[data-takes]", faultForm).forEach((label) => {
      label.hidden = !kind.takes.includes(label.dataset.takes);
      $("input, select, textarea", label).disabled = label.hidden;
    });
    $("fieldset[data-takes]", faultForm).hidden = kind.takes.length === 0;
    const operation = faultForm.elements.operation, before = operation.value, possible = kind.operations || facts.operations;
    operation.replaceChildren(h("option", { value: "" }, kind.operations ? "any of these" : "any"), ...possible.map((name) => h("option", null, name)));
    operation.value = possible.includes(before) ? before : "";
    id("kind-hint").textContent = kind.happens;
    mark([]);
  }

  // mark shows what the emulator refused, at the fields that it names.
  function mark(details, text = "") {
    id("fault-error").textContent = text;
    const wrong = details.map((d) => d.target);
    $$("[name]", faultForm).forEach((field) => {
      if (wrong.includes(field.name)) { field.setAttribute("aria-invalid", "true"); field.setAttribute("aria-errormessage", "fault-error"); } else field.removeAttribute("aria-invalid");
    });
    const first = $("[aria-invalid]", faultForm);
    if (first) first.focus();
  }

  function fillForm() {
    faultForm.elements.kind.replaceChildren(...facts.kinds.map((k) => h("option", null, k.kind)));
    faultForm.elements.subOperation.replaceChildren(h("option", { value: "" }, "the last"), ...facts.subOperations.map((name) => h("option", null, name)));
    fitForm();
  }

  function orderFor(service) {
    faultForm.reset();
    fitForm();
    if (service) faultForm.elements.service.value = service;
    id("fault-dialog").showModal();
    faultForm.elements.kind.focus();
  }

  faultForm.elements.kind.addEventListener("change", fitForm);
  id("order-fault").addEventListener("click", () => orderFor(""));
  id("clear-faults").addEventListener("click", () => ask("faults", undefined, "DELETE").then(() => say("No fault is ordered any more."), complain));
  faultForm.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = {};
    for (const field of faultForm.elements) {
      if (!field.name || field.disabled) continue;
      if (field.type === "checkbox") { if (field.checked) body[field.name] = true; } else if (field.type === "number" && field.validity.badInput) { mark([{ target: field.name }], field.name + " is not a number."); return; } else if (field.value !== "") {
        body[field.name] = field.type === "number" ? Number(field.value) : field.value;
      }
    }
    try {
      await ask("faults", body);
      id("fault-dialog").close();
      say("Ordered: " + body.kind + ".");
    } catch (problem) { mark(problem.details, problem.message); }
  });

  // ---- One service

  let opened = ""; // its id
  let openedAs = ""; // what is shown of it, as text
  let shownService = null;

  function openService(service) {
    opened = service;
    openedAs = "";
    history.replaceState(null, "", "#" + encodeURI(service));
    loadService().then(() => { const title = id("detail-title"); if (title && opened === service) title.focus({ preventScroll: true }); });
    markChosen();
  }
  function closeService() {
    const from = $(`tr[data-id="${CSS.escape(opened)}"] button`);
    opened = openedAs = "";
    shownService = null;
    history.replaceState(null, "", location.pathname + location.search);
    id("main").classList.remove("opened");
    id("detail").hidden = true;
    markChosen();
    if (from) from.focus();
  }
  function markChosen() {
    $$("#services tr").forEach((row) => row.classList.toggle("chosen", row.dataset.id === opened));
  }

  async function loadService() {
    const service = opened;
    let told;
    try { told = await ask("service?id=" + encodeURIComponent(service)); } catch (problem) {
      if (opened !== service) return;
      if (problem.status === 404) { closeService(); say("The service " + service.split("/").pop() + " is gone."); } else complain(problem);
      return;
    }
    const print = JSON.stringify(told);
    if (opened !== service || print === openedAs) return;
    openedAs = print;
    showService(told);
  }

  // Parts of an opened service. Each is made again only when it changes, so that an input,
  // a shown key and an answer stay while the service lives on.
  const parts = [
    ["why", (s) => s.failure && [s.failure, s.containerLog], whyPart],
    ["keys", (s) => [s.mode, s.keys, s.rotations], keysPart],
    ["tokens", (s) => (s.mode === "token" || s.tokens.length > 0) && s.tokens, tokensPart],
    ["try", (s) => [s.id, s.mode, s.scoringUri, s.keys.map((k) => k.slot)], tryPart],
    ["operations", (s) => s.operations, operationsPart],
    ["calls", (s) => [s.name], callsPart],
    ["log", (s) => !s.failure && s.containerLog && [s.containerLog], (s) => fold("Log of the container", code(s.containerLog))],
    ["document", (s) => [s.document], (s) => fold("Document, as GET answers it", code(JSON.stringify(s.document, null, 2)))],
  ];

  function showService(s) {
    const detail = id("detail"), fresh = !shownService || shownService.id !== s.id;
    shownService = s;
    if (fresh) {
      detail.replaceChildren(
        h("div", { class: "bar" }, h("h2", { id: "detail-title", tabindex: "-1" }, s.name), h("span", { id: "detail-badges" }), h("span", { class: "grow" }),
          h("button", { type: "button", class: "aside", onclick: () => orderFor(s.name) }, "Order a fault"),
          h("button", { type: "button", id: "close-detail", "aria-label": "Close " + s.name, onclick: closeService }, "✕")),
        h("div", { class: "scroll", tabindex: "-1" }, h("p", { class: "part dim", id: "detail-line" }), parts.map(([name]) => h("section", { "data-part": name, hidden: true }))));
    }
    id("detail-badges").replaceChildren(badge(s.state), " ", badge(s.mode));
    id("detail-line").replaceChildren(`${s.type} ${s.type === "ACI" ? "in" : "on"} ${s.place}, workspace ${s.workspace}. Models: ${s.models.join(", ") || "none"}. `, "Created ", ago(s.created, "short"), ".");
    for (const [name, needs, make] of parts) {
      const element = $(`[data-part="${name}"]`, detail), shows = needs(s), print = JSON.stringify(shows);
      if (element.print === print) continue;
      element.print = print;
      element.hidden = !shows;
      const open = $$("details", element).map((d) => d.open), inside = $(".scroll", detail).scrollTop;
      element.replaceChildren(...(shows ? [make(s)].flat() : []));
      if (!fresh) { $$("details", element).forEach((d, i) => { if (open[i] !== undefined) d.open = open[i]; }); $(".scroll", detail).scrollTop = inside; }
    }
    detail.hidden = false;
    id("main").classList.add("opened");
    showServiceRequests();
  }

  const part = (title, ...children) => h("div", { class: "part" }, h("h3", null, title), children);
  const fold = (title, ...children) => h("details", { class: "part" }, h("summary", null, h("strong", null, title)), children);

  function whyPart(s) {
    const f = s.failure, log = f.buildLog || s.containerLog;
    return [h("div", { class: "why", role: "note" }, h("h3", null, f.code || "It failed"), h("p", null, f.message), f.details.length ? h("ul", null, f.details.map((text) => h("li", null, text))) : ""),
      log ? part(f.buildLog ? "Log of the build" : "Log of the container", code(log)) : ""];
  }

  function keysPart(s) {
    if (!s.keys.length) return part("Keys", h("p", { class: "dim" }, "It has none: key authentication was never on."));
    const off = s.mode === "key" ? "" : h("p", { class: "dim" }, "Key authentication is off: these open nothing until it is on again.");
    return part("Keys", h("div", { class: "list" }, s.keys.map((key) => {
      const value = h("span", { class: "mono", "data-key": key.slot }, "•".repeat(12));
      const show = h("button", { type: "button", class: "small", "aria-label": "Show the " + key.slot.toLowerCase() + " key", "aria-pressed": "false", onclick: async () => {
        if (show.getAttribute("aria-pressed") === "true") value.textContent = "•".repeat(12);
        else try { value.textContent = await secret(s, key.slot.toLowerCase()); } catch (problem) { return complain(problem); }
        const shown = show.getAttribute("aria-pressed") !== "true";
        show.setAttribute("aria-pressed", String(shown));
        show.textContent = shown ? "Hide" : "Show";
      } }, "Show");
      const turned = s.rotations.filter((r) => r.slot === key.slot);
      return h("div", { class: "item" }, h("span", { class: "slot" }, key.slot), value, show, h("span", { class: "dim" }, "set ", ago(key.since, "short")),
        turned.length ? h("details", { class: "dim" }, h("summary", null, turned.length === 1 ? "1 rotation" : turned.length + " rotations"), turned.map((r) => h("div", null, stamp(r.at), ", ", ago(r.at)))) : h("span", { class: "dim" }, "never rotated"));
    })), off);
  }

  const secret = async (s, credential) => (await ask("service/credential", { id: s.id, credential })).value;

  function tokensPart(s) {
    if (!s.tokens.length) return part("Tokens", h("p", { class: "dim" }, "No valid token is handed out."));
    return part(`Tokens (${s.tokens.length} valid)`, h("div", { class: "list" }, s.tokens.map((t) => h("div", { class: "item" },
      h("span", { class: "slot" }, t.principal), h("span", { class: "dim" }, "handed out ", ago(t.issued, "short")), h("span", { class: "dim" }, "refresh ", ago(t.refresh, "ahead")), h("span", { class: "dim" }, "expires ", ago(t.expires, "ahead"))))));
  }

  const sample = '{"data": [[5.1, 3.5, 1.4, 0.2]]}';

  function tryPart(s) {
    if (!s.scoringUri) return part("Score it", h("p", { class: "dim" }, "It has no scoring address until a deployment has succeeded."));
    const ways = [...s.keys.map((k) => [k.slot.toLowerCase(), k.slot + " key"]), ...(s.mode === "token" ? [["token", "A new token"]] : []), ["none", "Nothing"]];
    const credential = h("select", { name: "credential" }, ways.map(([value, text]) => h("option", { value }, text)));
    credential.value = s.mode === "token" ? "token" : s.mode === "key" ? "primary" : "none";
    const input = h("textarea", { name: "input", rows: "2", spellcheck: "false" }, sample);
    const line = (bearer) => "curl" + (s.scoringUri.startsWith("https:") ? " --cacert " + quote(facts.caFile) : "") + (bearer ? " -H " + quote("Authorization: Bearer " + bearer) : "") +
      " -H 'Content-Type: application/json' -d " + quote(input.value) + " " + quote(s.scoringUri);
    const shown = h("pre", { tabindex: "0" });
    const update = () => { shown.textContent = line(credential.value === "none" ? "" : "••••••••"); };
    const answer = h("div", { class: "answer", "aria-live": "polite" });
    const form = h("form", { class: "try", onsubmit: async (event) => {
      event.preventDefault();
      try {
        const got = await ask("service/score", { id: s.id, credential: credential.value, input: input.value });
        const body = got.body === "" ? "(no body)" : pretty(got.body);
        answer.replaceChildren(h("p", { class: "item" }, badge(got.status || "cut", "s" + String(got.status)[0]), h("span", { class: "dim" }, got.milliseconds.toFixed(1) + " ms")), h("div", { class: "code" }, h("pre", { tabindex: "0" }, body)));
      } catch (problem) { answer.replaceChildren(h("p", { class: "error" }, problem.message)); }
    } }, h("label", null, "With", credential), h("button", { class: "primary" }, "Score"), h("label", { class: "input" }, "Input", input));
    credential.addEventListener("change", update);
    input.addEventListener("input", update);
    update();
    return part("Score it", form, answer, h("div", { class: "code copies" }, shown, copyButton("Copy", async () => line(credential.value === "none" ? "" : await secret(s, credential.value)))));
  }

  const quote = (text) => "'" + text.replaceAll("'", `'\\''`) + "'";
  function pretty(text) { try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; } }

  function operationsPart(s) {
    if (!s.operations.length) return part("Operations", h("p", { class: "dim" }, "None yet."));
    return part("Operations", h("div", { class: "list" }, s.operations.map((op, i) => h("details", { class: "operation", open: i === 0 },
      h("summary", null, h("span", { class: "item" }, h("strong", null, op.what), badge(op.state), op.ended ? [h("span", { class: "when" }, "took " + took(op)), ago(op.ended, "short")] : [h("span", { class: "dim" }, op.step), ago(op.started, "for")])),
      op.ended ? "" : h("progress", op.seconds ? { max: String(op.seconds), value: "0", "data-started": op.started, "aria-label": "Progress" } : { "aria-label": "It has no end until the faults are cleared" }),
      h("ol", null, op.steps.map((step) => h("li", null, h("time", null, `${step.at.slice(8, 10)}:${step.at.slice(10, 12)}:${step.at.slice(12, 14)}`), step.text)), op.why ? h("li", null, op.why) : "")))));
  }
  function took(op) {
    const milliseconds = Date.parse(op.ended) - Date.parse(op.started);
    return milliseconds < 10000 ? (milliseconds / 1000).toFixed(1) + " s" : span(milliseconds);
  }

  function callsPart() { return part("Last requests", h("ol", { class: "rows", id: "service-requests" }), h("p", { class: "dim", id: "no-service-requests" }, "None since the start.")); }
  function showServiceRequests() {
    if (!shownService) return;
    const found = requests.filter((r) => r.service === shownService.name).slice(-20).reverse();
    sync(id("service-requests"), found, (r) => r.number, requestRow);
    id("no-service-requests").hidden = found.length > 0;
  }

  // ---- Dialogs, tabs and keys

  id("clock").addEventListener("click", () => { id("clock-form").reset(); id("clock-error").textContent = ""; id("clock-dialog").showModal(); id("clock-form").elements.advance.focus(); });
  id("clock-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const advance = event.target.elements.advance.value;
    try {
      await ask("clock", { advance });
      id("clock-dialog").close();
      say("The clock moved by " + advance + ".");
    } catch (problem) { id("clock-error").textContent = problem.message; event.target.elements.advance.focus(); }
  });
  $$("[data-advance]").forEach((button) => button.addEventListener("click", () => { const field = id("clock-form").elements.advance; field.value = button.dataset.advance; field.focus(); }));
  id("connect").addEventListener("click", () => { id("connect-dialog").showModal(); id("connect-title").focus(); });
  $$("[data-close]").forEach((button) => button.addEventListener("click", () => button.closest("dialog").close()));

  $$(".tabs button").forEach((tab) => tab.addEventListener("click", () => {
    if (opened) closeService();
    id("main").dataset.tab = tab.dataset.tab;
    $$(".tabs button").forEach((other) => other.setAttribute("aria-pressed", String(other === tab)));
  }));

  document.addEventListener("keydown", (event) => {
    if ($("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing) { event.preventDefault(); id("service-filter").focus(); }
    if (event.key === "Escape" && opened) closeService();
  });

  // ---- Start

  const shellLine = (client) => `eval "$(curl -s ${facts.address}/_emulator/shell/${client})"`;
  id("connect-terraform").textContent = id("start-shell").textContent = shellLine("terraform");
  id("connect-python").textContent = shellLine("python");
  id("connect-address").textContent = facts.address;
  id("connect-authority").textContent = facts.authority;
  id("connect-ca").textContent = facts.caFile;
  $$(".code").forEach((box) => { const pre = $("pre", box); box.classList.add("copies"); pre.tabIndex = 0; box.append(copyButton("Copy", () => pre.textContent)); });
  fillForm();
  tickTock();
  setInterval(tickTock, 1000);
  if (location.hash.length > 1) openService(readable(location.hash.slice(1)));
  connect();
})();
