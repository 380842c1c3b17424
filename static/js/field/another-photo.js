// A photo that the server does not accept: it is sent once more, another one is taken in its place, or it is given up with
// the reason. It is kept on this phone at once, and said to the server when there is a network.
import * as messages from "./messages.js";
import { refusedForGood } from "./photo-states.js";
import { addInstead, preview } from "./photos.js";
import { decide, one } from "./visits.js";

export const messageOf = (photo) => `photo ${photo.identity}`;

// Still waiting for somebody to decide: another window may have decided.
const asks = (visit, identity) => {
  const photo = one(visit.identity) === visit && visit.state === "sent" && visit.photos.find((found) => found.identity === identity);
  return photo && refusedForGood(photo) ? photo : null;
};

// The one that the server waits for: one that it did not take in its place is not known there.
const awaited = (visit, photo) => (photo.replaces && !photo.announced && visit.photos.find((found) => found.identity === photo.replaces)) || photo;

// Changes photos; answers how to take it back.
function change(...changes) {
  const before = changes.map(([photo]) => [photo, { ...photo }]);
  for (const [photo, how] of changes) Object.assign(photo, how);
  return () => before.forEach(([photo, was]) => Object.assign(photo, { dropped: "", dropped_sent: false, replaced_by: "" }, was));
}

export async function takeAnother(visit, refused, file) {
  const { identity, kind } = refused;
  await addInstead(visit, file, kind, () => asks(visit, identity) !== null, (photo) => {
    const old = asks(visit, identity);
    if (!old) return null;
    const first = awaited(visit, old);
    Object.assign(photo, { replaces: first.identity, announced: false });
    const undo = change([old, { dropped_sent: old !== first }], [first, { replaced_by: photo.identity }]);
    visit.photos.push(photo);
    return () => {
      visit.photos = visit.photos.filter((other) => other !== photo);
      undo();
    };
  });
  await messages.settle(messageOf(refused));
}

export async function giveUp(visit, { identity }, reason) {
  const decided = await decide(visit, () => {
    const old = asks(visit, identity);
    if (!old) return null;
    const first = awaited(visit, old);
    return change([old, { dropped_sent: old !== first }], [first, { dropped: reason, replaced_by: "" }]);
  });
  if (decided) await messages.settle(messageOf({ identity }));
}

// As it is: a transfer that was cut says nothing against the photo.
export async function sendAgain(visit, { identity }) {
  const decided = await decide(visit, () => {
    const photo = asks(visit, identity);
    return photo && change([photo, { refused: "", cuts: 0 }]);
  });
  if (decided) await messages.settle(messageOf({ identity }));
}

// What the server could not take, as far as this phone can show it.
export const pictureOf = (photo) => preview(photo).catch(() => "");
