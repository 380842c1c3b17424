// A labelled control that writes what is typed at once.
import { h } from "../page.js";

let count = 0;

function row(label, control, help) {
  return h("div", { class: "field-row" }, h("label", { for: control.id }, label), help && h("p", { class: "q-help" }, help), control);
}

export function textRow(label, value, set, { long = false, help = "", type = "text", max = 200, placeholder = "" } = {}) {
  const id = `f${(count += 1)}`;
  const control = long
    ? h("textarea", { id, class: "input", rows: "3", maxlength: String(max), placeholder })
    : h("input", { id, class: "input", type, maxlength: type === "text" ? String(max) : null, autocomplete: "off", placeholder });
  control.value = value ?? "";
  control.addEventListener("input", () => set(control.value));
  return row(label, control, help);
}

export function choiceRow(label, options, value, set) {
  const parts = options.map(([own, words]) => [own, h("button", { type: "button", class: "choice", onclick: () => choose(own) }, words)]);
  const id = `f${(count += 1)}`;
  function draw(now) {
    parts.forEach(([own, part]) => part.setAttribute("aria-pressed", String(own === now)));
  }
  function choose(own) {
    draw(own);
    set(own);
  }
  draw(value);
  return h("div", { class: "field-row" }, h("span", { class: "row-label", id: `${id}-label` }, label),
    h("fieldset", { class: "choices", "aria-labelledby": `${id}-label` }, parts.map(([, part]) => part)));
}

export function listRow(label, options, value, set, empty = "请选择") {
  const id = `f${(count += 1)}`;
  const select = h("select", { id, class: "input", onchange: () => set(select.value) },
    h("option", { value: "" }, empty), options.map(([own, words]) => h("option", { value: own }, words)));
  select.value = value ?? "";
  return row(label, select);
}
