// Tells the office how much waits on this phone, and since when: counts and a day, nothing of any household.
import { today } from "./dates.js";
import { phone } from "./device.js";
import { device } from "./payload.js";
import { call } from "./session.js";
import * as store from "./store.js";
import * as visits from "./visits.js";

const UNSENT = "/api/v1/visits/unsent";
const SAID = "unsent";

async function counted() {
  const open = visits.list();
  const days = open.map((visit) => visit.happened_on).filter(Boolean).sort();
  const of = (state) => open.filter((visit) => visit.state === state).length;
  return { phone: await phone(), device: device(), visits: open.length, drafts: of("draft"), troubled: of("trouble"), oldest_on: open.length ? (days[0] ?? today()) : null };
}

// Said when it differs from what was said last, and once a day while something waits.
export async function tellUnsent(stop) {
  const now = await counted();
  stop?.throwIfAborted();
  const before = await store.get("settings", SAID);
  const said = JSON.stringify([now, now.visits ? today() : ""]);
  if (said === before || (!before && !now.visits)) return;
  await call(UNSENT, { method: "PUT", json: now, stop });
  await store.put("settings", { key: SAID }, said);
}

// This person leaves the phone: nothing of his waits here any more.
export async function tellNothingWaits() {
  if (!(await store.get("settings", SAID))) return;
  await call(UNSENT, { method: "PUT", json: { phone: await phone(), device: device(), visits: 0, drafts: 0, troubled: 0, oldest_on: null } });
}
