// Copies of the own households, for a yard without network. They can be had again: they expire, and go first when the
// phone is full.
import { tell } from "./bus.js";
import { inDays } from "./dates.js";
import { call, SignedOut } from "./session.js";
import * as store from "./store.js";

const PACK = "/api/v1/visits/pack";
const META = "meta";
const KEPT_DAYS = 30;
const MESSAGES_KEPT = 30 * 24 * 3600 * 1000;

let meta = null;
let households = [];

export const about = () => meta;
export const list = () => households;
export const household = (id) => households.find((one) => one.id === id) ?? null;
export const templateOf = (one) => meta?.templates.find((template) => template.id === one.template) ?? null;

export function clear() {
  meta = null;
  households = [];
}

export async function load() {
  clear();
  await expire();
  meta = (await store.get("copies", META)) ?? null;
  if (!meta) return;
  const found = await Promise.all(meta.order.map((id) => store.get("copies", `household ${id}`)));
  households = found.filter(Boolean);
}

async function expire() {
  const now = new Date().toISOString();
  const old = (await store.outlines("copies")).filter((copy) => copy.expires <= now);
  await store.remove("copies", ...old.map((copy) => copy.key));
  const before = Date.now() - MESSAGES_KEPT;
  const read = (await store.outlines("messages")).filter((message) => message.at < before && message.settled);
  await store.remove("messages", ...read.map((message) => message.key));
}

// Which households a clerk takes along; a helper has his own.
export const chosen = async () => (await store.get("settings", "chosen")) ?? [];

export async function choose(ids) {
  await store.put("settings", { key: "chosen" }, ids);
}

// The own households and those chosen beside them; null when nothing has changed since the last time.
async function fetched() {
  const ids = await chosen();
  const known = meta?.tag && !ids.length && households.length === meta.order.length;
  const answer = await call(PACK, { tagged: true, headers: known ? { "If-None-Match": meta.tag } : {} });
  if (!answer) return null;
  const own = { ...answer.body, tag: ids.length ? null : answer.tag };
  if (!ids.length) return own;
  const beside = await call(`${PACK}?households=${ids.join(",")}`);
  const mine = new Set(own.households.map((row) => row.id));
  const here = new Set(own.templates.map((template) => template.id));
  const asks = Object.fromEntries(Object.entries(beside.asks ?? {}).map(([name, asked]) => [name, asked || Boolean(own.asks?.[name])]));
  return {
    ...(own.households.length ? own : { ...beside, tag: null }),
    asks,
    options: { ...beside.options, ...own.options },
    templates: [...own.templates, ...beside.templates.filter((template) => !here.has(template.id))],
    households: [...own.households, ...beside.households.filter((row) => !mine.has(row.id))],
  };
}

// The copies on the phone still stand: they may be kept anew.
async function renew() {
  const now = new Date();
  const until = { made_at: now.toISOString(), expires_at: inDays(KEPT_DAYS, now).toISOString() };
  meta = { ...meta, ...until };
  await store.put("copies", { key: META, expires: until.expires_at }, meta);
  for (const id of meta.order) await store.mark("copies", `household ${id}`, { expires: until.expires_at });
  tell("pack");
}

// Asks for new copies for `person` and keeps them. Throws as `call` does; what is on the phone stays then. Another's
// copies, because somebody else is signed in or has opened the phone meanwhile, are never kept.
export async function refresh(person) {
  const still = store.guard();
  const body = await fetched();
  still();
  if (!body) return renew();
  if (body.user.id !== person) throw new SignedOut();
  const { households: rows, ...rest } = body;
  const fresh = { ...rest, order: rows.map((row) => row.id) };
  const before = (await store.outlines("copies")).map((copy) => copy.key);
  const expires = new Date(body.expires_at).toISOString();
  const copies = [...rows.map((row) => [`household ${row.id}`, row]), [META, fresh]];
  for (const [key, copy] of copies) {
    still();
    await store.put("copies", { key, expires }, copy);
  }
  still();
  const kept = new Set([META, ...rows.map((row) => `household ${row.id}`)]);
  await store.remove("copies", ...before.filter((key) => !kept.has(key)));
  still();
  meta = fresh;
  households = rows;
  tell("pack");
}

// The phone is full: what can be had again goes. In memory it stays until the page is closed.
store.whenFull(async (wanted) => {
  const copies = wanted === "copies" ? [] : await store.outlines("copies");
  const messages = (await store.outlines("messages")).filter((message) => message.settled);
  await store.remove("copies", ...copies.map((copy) => copy.key));
  await store.remove("messages", ...messages.map((message) => message.key));
  return copies.length + messages.length > 0;
});

// The most overdue first, then what is due soonest, then who was never or longest not visited.
export function sorted(rows = households) {
  const late = (row) => row.due?.late_days ?? 0;
  const by = (row) => row.due?.by ?? "9999";
  return [...rows].sort(
    (a, b) =>
      late(b) - late(a) || by(a).localeCompare(by(b)) || (a.last_visit ?? "").localeCompare(b.last_visit ?? "") ||
      String(a.no).localeCompare(String(b.no)),
  );
}
