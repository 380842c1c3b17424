// Tells the office how much waits on this phone, and since when: counts and a day, nothing of any household.
import { today } from "./dates.js";
import * as device from "./device.js";
import { device as label } from "./payload.js";
import { call } from "./session.js";
import * as visits from "./visits.js";

const UNSENT = "/api/v1/visits/unsent";
const NOTHING = { visits: 0, drafts: 0, troubled: 0, oldest_on: null };

function counted() {
  const open = visits.list();
  if (!open.length) return NOTHING;
  const drafts = open.filter((visit) => visit.state === "draft").length;
  const [oldest_on] = open.map((visit) => visit.happened_on).sort();
  return { visits: open.length, drafts, troubled: open.filter(visits.troubled).length, oldest_on };
}

// Said when it differs from what was said last, and once a day while something waits. What was said last is known beyond
// the data themselves: visits that were deleted without network are still taken back afterwards.
async function say(person, now, stop) {
  const before = await device.said(person);
  const words = JSON.stringify([now, now.visits ? today() : ""]);
  stop?.throwIfAborted();
  if (words === before || (!before && !now.visits)) return;
  await call(UNSENT, { method: "PUT", json: { phone: await device.phone(), device: label(), ...now }, stop });
  await device.setSaid(person, now.visits ? words : "");
}

export const tellUnsent = (person, stop) => say(person, counted(), stop);

// This person leaves the phone: nothing of his waits here any more.
export const tellNothingWaits = (person) => say(person, NOTHING);
