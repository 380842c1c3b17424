// 农户签字: who signed and who that is to the head; drawn with a finger over the whole screen, or a photo of the paper;
// or why it was not signed.
import { comesIn, PHOTO } from "../coming.js";
import { ask, button, h } from "../page.js";
import { keep as keepPhoto } from "../photos.js";
import { ClosedError, FullError, remove } from "../store.js";
import { keep } from "../visits.js";
import { blockCard } from "./card.js";
import { choiceRow, listRow, textRow } from "./field-row.js";
import { chooser, photoTile, takeIn } from "./photos.js";

const LINE = 3;

// A sheet over everything; answers a PNG, or null when it was left empty or put away.
function draw(name) {
  const canvas = h("canvas", { class: "sign-canvas", "aria-label": "签字处" });
  const sheet = h("dialog", { class: "sign" },
    h("p", { class: "sign-head" }, `${name || "农户"}请在下面签字，写大一些`), canvas,
    h("div", { class: "pair" }, button("重写", wipe), button("签好了", () => sheet.close("done"), "btn-primary")),
    button("不签，返回", () => sheet.close(""), "btn-plain"));
  let inked = false;
  let pen = null;

  function wipe() {
    const { width, height } = canvas.getBoundingClientRect();
    canvas.width = width * devicePixelRatio;
    canvas.height = height * devicePixelRatio;
    pen = canvas.getContext("2d");
    pen.scale(devicePixelRatio, devicePixelRatio);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, width, height);
    Object.assign(pen, { lineWidth: LINE, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
    inked = false;
  }

  const place = (event) => [event.offsetX, event.offsetY];
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!event.buttons) return;
    pen.lineTo(...place(event));
    pen.stroke();
    inked = true;
  });
  document.body.append(sheet);
  sheet.showModal();
  wipe();
  return new Promise((resolve) => {
    sheet.addEventListener("close", () => {
      const done = sheet.returnValue === "done" && inked;
      canvas.toBlob((blob) => {
        sheet.remove();
        resolve(done ? blob : null);
      }, "image/png");
    });
  });
}

export async function signatureBlock(block, visit, frame, changed) {
  const members = frame.household.members;
  const body = h("div", { class: "stack" });
  const tiles = h("div", { class: "tiles" });
  const said = h("p", { class: "q-error", role: "alert", hidden: true });
  const signed = () => visit.photos.some((photo) => photo.kind === "signature");

  function set(changes) {
    visit.signature = { name: "", relation: "", signed: null, reason: "", ...visit.signature, ...changes };
    changed();
  }

  function say(words) {
    said.hidden = !words;
    said.textContent = words;
  }

  async function show(photo) {
    tiles.append(await photoTile(visit, photo, changed));
  }

  async function byHand() {
    const blob = await draw(visit.signature?.name);
    if (!blob) return;
    say(await comesIn(visit.identity, PHOTO, keepDrawn(blob)));
    changed();
  }

  async function keepDrawn(blob) {
    try {
      const photo = await keepPhoto(visit, blob, { kind: "signature", taken: new Date(), drawn: true });
      await show(photo);
      await dropDrawn(photo);
      return "";
    } catch (error) {
      if (error instanceof ClosedError) return "";
      if (error instanceof FullError) return "手机存储已满，签字没有存下。清理手机空间后再签。";
      reportError(error);
      return "签字没有存下，请再签一次。";
    }
  }

  // Signed anew replaces what was drawn before; photos of papers stay.
  async function dropDrawn(fresh) {
    const old = visit.photos.find((photo) => photo.drawn && photo !== fresh);
    if (!old) return;
    visit.photos = visit.photos.filter((photo) => photo !== old);
    await keep(visit);
    await remove("photos", old.identity);
    tiles.querySelector(`[data-photo="${old.identity}"]`)?.remove();
  }

  async function ofPaper(files) {
    say(await takeIn(visit, files, "signature", show));
    changed();
  }

  function person(name) {
    const member = members.find((one) => one.name === name);
    // Another's relation is not that of somebody whom the list does not have.
    set({ name, relation: member?.relation ?? "" });
    drawBody();
  }

  async function choose(value) {
    if (value === false && signed() && !(await ask("已有签字。改成没有签字，签字照片还会一起发送。", "改成没有签字"))) return drawBody();
    set({ signed: value, reason: value ? "" : (visit.signature?.reason ?? "") });
    return drawBody();
  }

  function drawBody() {
    const now = visit.signature;
    body.replaceChildren(choiceRow("签字", [[true, "签字"], [false, "没有签字"]], now?.signed ?? null, choose));
    if (now?.signed === true) {
      const names = members.map((member) => [member.name, `${member.name} ${member.relation ?? ""}`.trim()]);
      const outside = now.name && !members.some((member) => member.name === now.name);
      body.append(
        listRow("谁签的", names, outside ? "" : now.name, person, "不在名单里"),
        !members.some((member) => member.name === now.name) ? textRow("签字人姓名", now.name, (name) => set({ name })) : "",
        !members.some((member) => member.name === now.name) ? textRow("与户主关系", now.relation, (relation) => set({ relation }), { max: 40 }) : "",
        h("div", { class: "pair" }, button("在屏幕上签", byHand, "btn-primary"), chooser("拍签字的纸", "camera", { camera: true, onfiles: ofPaper })));
    } else if (now?.signed === false) {
      body.append(textRow("为什么没有签字", now.reason, (reason) => set({ reason }), { placeholder: "如：不在家、不会写字按手印、不同意" }));
    }
    body.append(said, tiles);
  }

  await Promise.all(visit.photos.filter((photo) => photo.kind === "signature").map(show));
  drawBody();
  return {
    node: blockCard(block, body),
    title: block.title,
    wrong: () => {
      const now = visit.signature;
      if (now?.signed === true && !now.name) return ["签字的填签字人"];
      return now?.signed === false && !now.reason.trim() ? ["没有签字的填原因"] : [];
    },
  };
}
