// When a photo was taken, from the photo itself: it is shrunk before it is sent, and its notes do not survive that.
const START = 0xffd8;
const APP1 = 0xffe1;
const EXIF = 0x45786966;
const EXIF_TABLE = 0x8769;
const TAKEN = 0x9003; // DateTimeOriginal
const OFFSET = 0x9011; // OffsetTimeOriginal
const CHANGED = 0x0132; // DateTime
const HEAD_BYTES = 256 * 1024; // the notes stand at the beginning
const WORDS = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/;

function segment(view) {
  if (view.byteLength < 4 || view.getUint16(0) !== START) return null;
  for (let at = 2; at + 10 < view.byteLength; ) {
    const marker = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (marker === APP1 && view.getUint32(at + 4) === EXIF) return at + 10;
    if ((marker & 0xff00) !== 0xff00) return null;
    at += 2 + length;
  }
  return null;
}

function table(view, base, at, little) {
  const found = new Map();
  const count = view.getUint16(base + at, little);
  for (let index = 0; index < count; index += 1) {
    const entry = base + at + 2 + 12 * index;
    found.set(view.getUint16(entry, little), { length: view.getUint32(entry + 4, little), entry });
  }
  return found;
}

function words(view, base, field, little) {
  if (!field) return "";
  const from = field.length > 4 ? base + view.getUint32(field.entry + 8, little) : field.entry + 8;
  const bytes = new Uint8Array(view.buffer, view.byteOffset + from, field.length);
  return String.fromCharCode(...bytes).replace(/\0+$/, "");
}

function read(view) {
  const base = segment(view);
  if (base === null) return null;
  const little = view.getUint16(base) === 0x4949;
  const first = table(view, base, view.getUint32(base + 4, little), little);
  const inner = first.has(EXIF_TABLE)
    ? table(view, base, view.getUint32(first.get(EXIF_TABLE).entry + 8, little), little)
    : new Map();
  const parts = WORDS.exec(words(view, base, inner.get(TAKEN) ?? first.get(CHANGED), little));
  if (!parts) return null;
  const [, year, month, day, hour, minute, second] = parts;
  const offset = words(view, base, inner.get(OFFSET), little);
  // Without an offset the camera's clock is the phone's clock.
  const zone = /^[+-]\d\d:\d\d$/.test(offset) ? offset : "";
  const taken = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  return Number.isNaN(taken.getTime()) ? null : taken;
}

// The moment as a Date, or null when the photo does not say.
export async function takenAt(file) {
  try {
    return read(new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  } catch (error) {
    if (error instanceof RangeError) return null; // cut off or broken notes
    throw error;
  }
}
