// The visits on this phone that are not yet received: begun, changed, finished, taken back, deleted.
import { tell } from "./bus.js";
import { isComing } from "./coming.js";
import { dayOf, today } from "./dates.js";
import { soon, waits } from "./saving.js";
import * as store from "./store.js";

const visits = new Map();
const dropped = new WeakSet(); // visits that are gone: what was still to be written of them is gone, too

export const WORDS = {
  draft: "填写中，已存手机",
  queued: "已存手机，待发送",
  sent: "已发送，照片未到齐",
  trouble: "需处理",
};

export const NO_FRAME = "手机里缺了这次走访的走访表，填不了也发不了。请截图告诉县里。";

export async function load() {
  visits.clear();
  for (const visit of await store.all("visits")) visits.set(visit.identity, visit);
}

// Begun and left as it was: nothing was typed, taken or chosen, and nothing is on its way.
export const empty = (visit) => visit.state === "draft" && !visit.ended_at && !isComing(visit.identity) && !(
  Object.values(visit.values).some((entry) => entry.mark) ||
  visit.photos.length > 0 || visit.amounts.length > 0 || visit.needs.length > 0 || visit.income || visit.signature ||
  Object.keys(visit.income_faults ?? {}).length > 0 ||
  [visit.remark, visit.problems, visit.promise?.text, visit.promise?.on, visit.companions, visit.late_reason].some(Boolean) ||
  visit.whole_away || visit.position || visit.happened_on !== dayOf(new Date(visit.started_at))
);

// Forms that were opened by mistake and never left, because the phone was locked or switched off: they go, but for the
// one at `address` and those that are open in a window.
export async function putAwayEmpty(address) {
  for (const visit of [...visits.values()].filter(empty)) {
    if (address.includes(visit.identity)) continue;
    await navigator.locks.request(formOf(visit.identity), { ifAvailable: true }, (lock) => lock && drop(visit.identity));
  }
}

// What only one window may have open at a time.
export const formOf = (identity) => `field-visit ${identity}`;

export function clear() {
  visits.clear();
}

// An empty form is no visit yet.
export function list() {
  return [...visits.values()].filter((visit) => !empty(visit)).sort((a, b) => (a.started_at < b.started_at ? 1 : -1));
}

// A form that outlived the lock has copies of visits that are not these any more.
const holds = (visit) => visits.get(visit.identity) === visit;

// What comes late (a photo, a position) belongs to a visit only while it is being filled in: later it is sent, or gone.
export const open = (visit) => holds(visit) && visit.state === "draft";

export const one = (identity) => visits.get(identity) ?? null;
export const draftOf = (household) => list().find((visit) => visit.household === household && visit.state === "draft") ?? null;
export const waiting = () => list().filter((visit) => visit.state === "queued" || visit.state === "sent");
export const unsentPhotos = () => waiting().flatMap((visit) => visit.photos).filter((photo) => !photo.sent).length;

// One write after another: an older state must never land on a newer one, nor on a visit that was dropped.
let last = Promise.resolve();

function inTurn(what) {
  last = last.catch(() => null).then(what);
  return last;
}

// What is not written is never taken for written: a visit of data that are closed is an error.
function write(visit) {
  return inTurn(() => {
    if (dropped.has(visit)) return null;
    if (!holds(visit)) throw new store.ClosedError();
    const { identity, state } = visit;
    return store.put("visits", { identity, state, empty: empty(visit) }, visit);
  });
}

// As it lies on the phone now, or null: another window may have begun, changed, sent or deleted it. What was typed in
// this window and is not written yet is newer.
export function reread(identity) {
  const still = store.guard();
  return inTurn(async () => {
    const visit = visits.get(identity) ?? null;
    const before = JSON.stringify(visit);
    const stored = await store.get("visits", identity);
    still();
    if (visit && (waits(identity) || JSON.stringify(visit) !== before)) return visit;
    if (visit && stored) return Object.assign(visit, stored);
    if (visit) dropped.add(visit);
    if (stored) visits.set(identity, stored);
    else visits.delete(identity);
    return stored ?? null;
  });
}

// Kept now; the caller waits for it. Typing goes through `changed`.
export async function keep(visit) {
  await write(visit);
  tell("queue");
}

export function changed(visit) {
  if (open(visit)) soon(visit.identity, () => write(visit));
}

// The visit of a household that is being filled in, or a new one. Tapped twice, or in two windows, it is begun once.
export function begin(household, form, whose) {
  const still = store.guard();
  return navigator.locks.request(`field-begin ${household.id}`, async () => {
    still();
    // Another window may have begun, finished or deleted one.
    const stored = (await store.outlines("visits")).map(({ identity }) => identity);
    for (const identity of new Set([...visits.keys(), ...stored])) await reread(identity);
    const here = [...visits.values()].filter((visit) => visit.household === household.id && visit.state === "draft");
    return here.find((visit) => !empty(visit)) ?? here[0] ?? (await fresh(household, form, whose));
  });
}

// The form and the household as they are today go with the visit: a new form, or copies that expired, do not touch it.
async function fresh(household, form, { year, user }) {
  const visit = {
    identity: crypto.randomUUID(),
    state: "draft",
    user,
    household: household.id,
    head: household.head,
    place: household.place,
    year,
    template: form.template.id,
    happened_on: today(),
    started_at: new Date().toISOString(),
    ended_at: null,
    way: "home",
    whole_away: false,
    late_reason: "",
    companions: "",
    values: {},
    amounts: [],
    income: null,
    needs: [],
    remark: "",
    problems: "",
    promise: null,
    signature: null,
    position: null,
    photos: [],
    posted: false, // it may be at the server: `payload` is what was sent, and is sent again as it was
    payload: null,
    errors: null,
  };
  const still = store.guard();
  await store.put("frames", { identity: visit.identity }, { household, ...form });
  still();
  visits.set(visit.identity, visit);
  await keep(visit);
  return visit;
}

export const frameOf = (identity) => store.get("frames", identity);

export async function finish(visit) {
  if (!open(visit)) throw new store.ClosedError();
  visit.ended_at ??= new Date().toISOString();
  visit.state = "queued";
  const errors = visit.errors;
  visit.errors = null;
  try {
    await keep(visit);
  } catch (error) {
    Object.assign(visit, { state: "draft", errors }); // not written: not finished
    throw error;
  }
}

// Back to typing, as long as the server cannot have it.
export async function reopen(visit) {
  if (!(await reread(visit.identity)) || visit.posted) return false;
  visit.state = "draft";
  await keep(visit);
  return true;
}

// Received, or deleted by hand: the visit, its frame and photos leave the phone.
export async function drop(identity) {
  const visit = visits.get(identity);
  if (!visit) throw new store.ClosedError();
  dropped.add(visit);
  await inTurn(async () => {
    await store.removeVisit(identity);
    visits.delete(identity);
  });
  tell("queue");
}
