// 照片: the camera first, the album second. Each is shrunk and kept on the phone before the next one.
import { allIn, comesIn, isComing, PHOTO } from "../coming.js";
import { ask, button, h, icon } from "../page.js";
import { add, KINDS, MOST, NotAPhoto, preview } from "../photos.js";
import { ClosedError, FullError, remove } from "../store.js";
import { keep, open } from "../visits.js";
import { blockCard } from "./card.js";
import { choiceRow } from "./field-row.js";

const KILO = 1024;

export function chooser(words, sign, { camera, many, onfiles, kind = "" }) {
  const input = h("input", { type: "file", accept: "image/*", capture: camera ? "environment" : null, multiple: Boolean(many), class: "file" });
  input.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = "";
    await onfiles(files);
  });
  return h("label", { class: `btn ${kind}` }, icon(sign), words, input);
}

export async function photoTile(visit, photo, ongone) {
  const image = h("img", { alt: photo.kind === "signature" ? "签字" : (KINDS.find(([key]) => key === photo.kind)?.[1] ?? "照片"), src: await preview(photo) });
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  const tile = h("figure", { class: "tile", dataset: { photo: photo.identity } }, image,
    h("figcaption", null, `${image.alt} ${Math.ceil(photo.bytes / KILO)} KB`),
    button(icon("trash"), async () => {
      if (!(await ask("删掉这张照片？删了不能恢复。", "删掉照片", true)) || !open(visit)) return;
      visit.photos = visit.photos.filter((one) => one.identity !== photo.identity);
      await keep(visit);
      await remove("photos", photo.identity);
      tile.remove();
      ongone?.();
    }, "tile-remove"));
  tile.querySelector(".tile-remove").setAttribute("aria-label", "删掉这张照片");
  return tile;
}

// Takes files onto the phone one after another; answers in words what did not work. One that is no photo holds back no
// other.
async function takeEach(visit, files, kind, onphoto) {
  let wrong = "";
  for (const [index, file] of files.entries()) {
    const which = files.length > 1 ? `第${index + 1}张` : "";
    try {
      if (visit.photos.length >= MOST) return `一次走访最多 ${MOST} 张照片，${which ? `从${which}起没有存下` : "这张没有存下"}。`;
      await onphoto(await add(visit, file, kind));
    } catch (error) {
      if (error instanceof ClosedError) return "";
      if (error instanceof FullError) return `手机存储已满，${which ? `从${which}起的照片` : "这张照片"}没有存下。清理手机空间后再拍。`;
      if (!(error instanceof NotAPhoto)) reportError(error);
      wrong = error instanceof NotAPhoto ? `${which && `${which}：`}${error.message}` : `${which || "这张"}照片没有存下，请再拍一次。`;
    }
  }
  return wrong;
}

export const takeIn = (visit, files, kind, onphoto) => comesIn(visit.identity, PHOTO, takeEach(visit, files, kind, onphoto));

export async function photosBlock(block, visit, frame, changed) {
  const tiles = h("div", { class: "tiles" });
  const said = h("p", { class: "q-error", role: "alert", hidden: true });
  const waits = h("p", { class: "quiet", role: "status", hidden: true });
  let kind = "family";

  async function drawTiles() {
    const own = visit.photos.filter((photo) => photo.kind !== "signature");
    tiles.replaceChildren(...(await Promise.all(own.map((photo) => photoTile(visit, photo, changed)))));
  }

  function drawWaits() {
    waits.textContent = `${PHOTO}……`;
    waits.hidden = !isComing(visit.identity, PHOTO);
  }

  async function onfiles(files) {
    said.hidden = true;
    const work = takeIn(visit, files, kind, async (photo) => tiles.append(await photoTile(visit, photo, changed)));
    drawWaits();
    const wrong = await work;
    said.hidden = !wrong;
    said.textContent = wrong;
    drawWaits();
    changed();
  }

  await drawTiles();
  // The form was left and opened again while photos were on their way.
  if (isComing(visit.identity, PHOTO)) allIn(visit.identity, PHOTO).then(drawTiles).then(drawWaits);
  drawWaits();
  const card = blockCard(block,
    choiceRow("拍的是", KINDS, kind, (chosen) => (kind = chosen)),
    h("div", { class: "pair" },
      chooser("拍照", "camera", { camera: true, onfiles, kind: "btn-primary" }),
      chooser("从相册选", "upload", { many: true, onfiles })),
    frame.asks.photo && h("p", { class: "q-help" }, "县里要求入户走访有照片。"),
    said, tiles, waits);
  const lacking = () => frame.asks.photo && visit.way === "home" && !visit.photos.some((photo) => photo.kind !== "signature");
  return { node: card, title: block.title, wrong: () => (lacking() ? ["县里要求入户走访有照片"] : []) };
}
