// The review desk: notes that a case was opened and for how long, waits for that before a decision, and knows its keys.
const EVERY = 10000;
const acts = document.querySelector("[data-desk]");
const look = document.querySelector("[data-desk-look]");
let stay = "";
let since = 0;
let noted = null;

function send(address, values) {
  const body = new FormData(look);
  for (const [name, value] of Object.entries(values)) body.set(name, value);
  return fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
}

function tell() {
  if (stay) send(stay, { seconds: Math.round((performance.now() - since) / 1000) }).catch(() => {});
}

if (look) {
  since = performance.now();
  noted = send(look.action, {})
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    .then((told) => { stay = told.stay; })
    .catch(() => {});
  setInterval(() => { if (!document.hidden) tell(); }, EVERY);
  document.addEventListener("visibilitychange", () => { if (document.hidden) tell(); });
  window.addEventListener("pagehide", tell);
}

// A decision counts only for who has opened the case: a click that was quicker than that waits for it.
for (const form of document.querySelectorAll("[data-desk-decide]")) {
  form.addEventListener("submit", async (event) => {
    if (!noted) return;
    event.preventDefault();
    const button = event.submitter;
    await noted;
    // A form ignores requestSubmit() until its first submit event is over.
    await new Promise((go) => { setTimeout(go); });
    noted = null;
    tell();
    delete form.dataset.sending;
    form.requestSubmit(button);
  });
}

function follow(address) {
  if (address) window.location.assign(address);
}

const keys = {
  j: () => follow(acts?.dataset.next || document.querySelector("[data-desk-next]")?.href),
  k: () => follow(acts?.dataset.previous),
  a: () => document.querySelector("[data-desk-approve]")?.click(),
  r: () => {
    const fold = document.querySelector("[data-desk-return]");
    if (!fold) return;
    fold.open = true;
    fold.querySelector("textarea").focus();
  },
  e: () => document.querySelector("[data-evidence]")?.click(),
};
keys.ArrowRight = keys.j;
keys.ArrowLeft = keys.k;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (document.querySelector("dialog[open]") || event.target.closest("input, textarea, select, [contenteditable]")) return;
  const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
