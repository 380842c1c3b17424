// 照片: the camera first, the album second. Each is shrunk and kept on the phone before the next one.
import { ask, button, h, icon } from "../page.js";
import { add, KINDS, NotAPhoto, preview } from "../photos.js";
import { ClosedError, FullError, remove } from "../store.js";
import { keep } from "../visits.js";
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
      if (!(await ask("删掉这张照片？删了不能恢复。", "删掉照片", true))) return;
      visit.photos = visit.photos.filter((one) => one.identity !== photo.identity);
      await keep(visit);
      await remove("photos", photo.identity);
      tile.remove();
      ongone?.();
    }, "tile-remove"));
  tile.querySelector(".tile-remove").setAttribute("aria-label", "删掉这张照片");
  return tile;
}

// Takes files onto the phone one after another; says in words what did not work.
export async function takeIn(visit, files, kind, onphoto) {
  for (const file of files) {
    try {
      const photo = await add(visit.identity, file, kind);
      visit.photos.push(photo);
      await keep(visit);
      await onphoto(photo);
    } catch (error) {
      if (error instanceof NotAPhoto) return error.message;
      if (error instanceof ClosedError) return "";
      if (error instanceof FullError) return "手机存储已满，这张照片没有存下。清理手机空间后再拍。";
      throw error;
    }
  }
  return "";
}

export async function photosBlock(block, visit, frame, changed) {
  const tiles = h("div", { class: "tiles" });
  const said = h("p", { class: "q-error", role: "alert", hidden: true });
  let kind = "family";

  async function onfiles(files) {
    said.hidden = true;
    const wrong = await takeIn(visit, files, kind, async (photo) => tiles.append(await photoTile(visit, photo)));
    said.hidden = !wrong;
    said.textContent = wrong;
    changed();
  }

  const own = visit.photos.filter((photo) => photo.kind !== "signature");
  tiles.append(...(await Promise.all(own.map((photo) => photoTile(visit, photo)))));
  const card = blockCard(block,
    choiceRow("拍的是", KINDS, kind, (chosen) => (kind = chosen)),
    h("div", { class: "pair" },
      chooser("拍照", "camera", { camera: true, onfiles, kind: "btn-primary" }),
      chooser("从相册选", "upload", { many: true, onfiles })),
    frame.asks.photo && h("p", { class: "q-help" }, "县里要求每次走访有照片。"),
    said, tiles);
  const lacking = () => frame.asks.photo && !visit.photos.some((photo) => photo.kind !== "signature");
  return { node: card, title: block.title, wrong: () => (lacking() ? ["县里要求每次走访有照片"] : []) };
}
