// A photo on its way onto this phone: turned the right way up, shrunk, its time kept, encrypted.
import { takenAt } from "./exif.js";
import * as store from "./store.js";
import { decide, keep as written, open } from "./visits.js";

const TYPE = "image/jpeg";
const LARGEST = 300 * 1024; // bytes a poor network can carry
const STEPS = [[1600, 0.82], [1600, 0.7], [1440, 0.62], [1280, 0.55], [1024, 0.5], [800, 0.45]]; // longest side, quality
export const MOST = 30; // of a visit; the server takes no more
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const KINDS = [
  ["family", "入户合影"],
  ["house", "住房"],
  ["water", "饮水"],
  ["other", "其他"],
];

export class NotAPhoto extends Error {}

async function picture(file) {
  try {
    // The browser turns it by what its notes say.
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new NotAPhoto("这个文件打不开，不是照片。");
  }
}

function drawn(image, longest) {
  const scale = Math.min(1, longest / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

const encoded = (canvas, quality) => new Promise((resolve) => canvas.toBlob(resolve, TYPE, quality));

async function shrink(file) {
  const image = await picture(file);
  try {
    for (const [longest, quality] of STEPS) {
      const blob = await encoded(drawn(image, longest), quality);
      if (blob && blob.size <= LARGEST) return blob;
    }
    return await encoded(drawn(image, 640), 0.4);
  } finally {
    image.close();
  }
}

// The bytes lie on the phone, and `join` makes the photo part of the visit; what fails leaves nothing of it. ClosedError
// when it is not wanted any more (`may`): the visit is not being filled in, the phone is locked.
async function laid(visit, blob, { kind, taken }, may, join) {
  const bytes = await blob.arrayBuffer();
  const identity = crypto.randomUUID();
  const sha256 = hex(await crypto.subtle.digest("SHA-256", bytes));
  if (!may()) throw new store.ClosedError();
  await store.putBytes("photos", { identity, visit: visit.identity }, bytes);
  if (!may()) {
    await store.remove("photos", identity);
    throw new store.ClosedError();
  }
  const photo = { identity, sha256, bytes: bytes.byteLength, taken_at: taken?.toISOString() ?? null, kind, type: blob.type, sent: false };
  try {
    await join(photo);
  } catch (error) {
    // Not written is not taken: nothing may be announced of which somebody was told that it is not there.
    await store.remove("photos", identity).catch(() => null);
    throw error;
  }
  return photo;
}

// Kept on the phone, and part of the visit that is being filled in.
export function keep(visit, blob, about) {
  return laid(visit, blob, about, () => open(visit), async (photo) => {
    visit.photos.push(photo);
    try {
      await written(visit);
    } catch (error) {
      visit.photos = visit.photos.filter((one) => one !== photo);
      throw error;
    }
  });
}

async function read(file) {
  const [blob, noted] = await Promise.all([shrink(file), takenAt(file)]);
  return [blob, noted ?? (file.lastModified ? new Date(file.lastModified) : null)];
}

export async function add(visit, file, kind) {
  const [blob, taken] = await read(file);
  return keep(visit, blob, { kind, taken });
}

// Kept in the place of another of a visit that has left the hand: `decided(photo)` as visits.decide asks.
export async function addInstead(visit, file, kind, may, decided) {
  const [blob, taken] = await read(file);
  return laid(visit, blob, { kind, taken }, may, async (photo) => {
    if (!(await decide(visit, () => decided(photo)))) throw new store.ClosedError();
  });
}

export async function preview(photo) {
  const bytes = await store.getBytes("photos", photo.identity);
  return bytes ? URL.createObjectURL(new Blob([bytes], { type: photo.type })) : "";
}
