// Photos of a visit that the server does not accept: each with its picture, why, and what can be done about it.
import { giveUp, pictureOf, sendAgain, takeAnother } from "../another-photo.js";
import { tell } from "../bus.js";
import { comesIn, PHOTO } from "../coming.js";
import { chooser } from "../form/photos.js";
import { textRow } from "../form/field-row.js";
import { button, h, icon } from "../page.js";
import { refusedForGood } from "../photo-states.js";
import { KINDS, NotAPhoto } from "../photos.js";
import { ClosedError, FullError } from "../store.js";
import { sendNow } from "../sync.js";

const LONGEST = 200;
const kindOf = (photo) => (photo.kind === "signature" ? "签字" : (KINDS.find(([key]) => key === photo.kind)?.[1] ?? "照片"));

function wordsOf(error) {
  if (error instanceof FullError) return "手机存储已满，这张没有存下。清理手机空间后再拍。";
  if (error instanceof NotAPhoto) return error.message;
  reportError(error);
  return "没有存下，请再试一次。";
}

function card(visit, photo) {
  const said = h("p", { class: "q-error", role: "alert", hidden: true });
  const image = h("img", { alt: `没有收下的照片：${kindOf(photo)}` });
  pictureOf(photo).then((src) => {
    if (src) image.src = src;
    else image.replaceWith(h("p", { class: "quiet" }, "手机里也打不开这张照片。"));
  });
  let reason = "";

  function say(words) {
    said.hidden = !words;
    said.textContent = words;
  }

  async function done(what) {
    say("");
    try {
      await what();
    } catch (error) {
      if (!(error instanceof ClosedError)) say(wordsOf(error));
      else if (!visit.photos.some((one) => one.identity === photo.identity && refusedForGood(one))) say("这张照片已在另一个窗口处理，刚才选的没有存下。");
      return;
    }
    // The next one that waits for a decision; or it is on its way.
    if (visit.photos.some(refusedForGood)) tell("redraw");
    else location.hash = "#/today";
    sendNow();
  }

  // On its way into the visit like any photo: the phone does not lock over it, and leaving the page warns.
  async function take(file) {
    let failed = null;
    await comesIn(visit.identity, PHOTO, takeAnother(visit, photo, file).then(() => "", (error) => {
      failed = error;
      return "";
    }));
    if (failed) throw failed;
  }

  const onfiles = ([file]) => file && done(() => take(file));
  const gone = () => (reason.trim() ? done(() => giveUp(visit, photo, reason.trim())) : say("请写明为什么不要这张照片了。"));
  return h("section", { class: "block", dataset: { refused: photo.identity }, "aria-label": `没有收下的照片：${kindOf(photo)}` },
    h("header", { class: "block-head" }, h("h2", null, `${kindOf(photo)}没有收下`)),
    h("div", { class: "tiles" }, h("figure", { class: "tile" }, image)),
    h("p", { class: "lack-unmet" }, icon("cross"), photo.refused),
    h("p", { class: "quiet" }, "走访本身已经收到，只差这张照片。先再发一次；还是不收，换一张，或写明原因不要了。"),
    button("再发一次", () => done(() => sendAgain(visit, photo)), "btn-wide"),
    h("div", { class: "pair" },
      chooser("重新拍一张", "camera", { camera: true, onfiles, kind: "btn-primary" }),
      chooser("从相册另选", "upload", { onfiles })),
    h("details", { class: "fold" }, h("summary", null, "不要这张了"),
      photo.kind === "signature" && h("p", { class: "quiet" }, "签字页没有照片也没有扫描件的，按没有签字由别人复核。签字的纸还在的，请重新拍，或在网页版补扫描件。"),
      textRow("为什么不要了", "", (words) => (reason = words), { max: LONGEST, placeholder: "如：打不开，当时没有另拍" }),
      button("不要这张照片", gone, "btn-wide btn-danger")),
    said);
}

export const refusedPhotos = (visit) => visit.photos.filter(refusedForGood).map((photo) => card(visit, photo));
