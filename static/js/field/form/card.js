// The card of one block: its title, how far it is, what it asks.
import { button, fill, h } from "../page.js";

export function blockCard(block, ...content) {
  return h("section", { class: "block", dataset: { block: block.key }, "aria-label": block.title },
    h("header", { class: "block-head" }, h("h2", null, block.title)), content);
}

function who(member) {
  const about = [member.relation, member.age === null ? "" : `${member.age}岁`].filter(Boolean).join(" · ");
  return h("h3", null, member.name, h("span", { class: "quiet" }, about));
}

// What is known in a few lines: read aloud, it is either so still, or opened and changed.
function known({ member, questions }) {
  const words = questions.filter((one) => !one.node.hidden && one.words()).map((one) => `${one.question.label}：${one.words()}`);
  return h("div", { class: "known" }, member && who(member), h("p", null, words.join("；") || "没有登记"));
}

// A card whose questions can be left as they were in one tap. Where all is known it shows what, folded; what is not
// known yet is asked at once.
export function questionCard(block, groups, onkeep) {
  const all = groups.flatMap((group) => group.questions);
  const shown = () => all.filter((one) => !one.node.hidden);
  const state = h("span", { class: "block-state" });
  const summary = h("div", { class: "group" });
  const body = h("div", { class: "group" }, groups.map(({ member, questions }) => h("div", { class: "group" }, member && who(member), questions.map((one) => one.node))));
  const keep = button("没变化", () => {
    onkeep(all);
    folded = shown().every((one) => !one.open());
    draw();
  });
  const edit = button("有变化", () => {
    folded = false;
    draw();
    body.scrollIntoView({ block: "nearest" });
  });
  const choice = h("div", { class: "pair" }, keep, edit);
  const card = h("section", { class: "block", dataset: { block: block.key }, "aria-label": block.title },
    h("header", { class: "block-head" }, h("h2", null, block.title), state), summary, body, choice);
  let folded = null;

  function draw() {
    folded ??= shown().every((one) => (one.known || !one.open()) && !["changed", "wrong"].includes(one.mark()));
    const marks = shown().map((one) => one.mark());
    const open = shown().filter((one) => one.open()).length;
    const changed = marks.filter((mark) => mark === "changed").length;
    const wrong = marks.filter((mark) => mark === "wrong").length;
    const words = [wrong && `${wrong}处要改`, changed && `已改${changed}`, open && `未看${open}`].filter(Boolean);
    state.textContent = words.join(" · ") || "未变";
    state.className = `block-state ${wrong ? "mark-wrong" : open ? "mark-open" : changed ? "mark-changed" : "mark-same"}`;
    body.hidden = folded;
    summary.hidden = !folded;
    if (folded) fill(summary, groups.map(known));
    // Nothing to keep where nothing was known.
    keep.hidden = !shown().some((one) => one.open() && one.known);
    edit.hidden = !folded;
    choice.hidden = keep.hidden && edit.hidden;
  }

  return { card, draw };
}
