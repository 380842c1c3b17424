// Builds elements. Text is always text: nothing that was typed or sent is ever read as HTML.
const SVG = "http://www.w3.org/2000/svg";

export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name in element && typeof value === "boolean") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...shown(children));
  return element;
}

// What a condition left out is null, undefined or false.
const shown = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== "");

// A node with new content.
export function fill(node, ...children) {
  node.replaceChildren(...shown(children));
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "ico");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

export function button(words, onclick, kind = "") {
  return h("button", { type: "button", class: `btn ${kind}`.trim(), onclick }, words);
}

export function note(kind, ...words) {
  const sign = { error: "cross", warning: "warning", info: "info", success: "check" }[kind];
  return h("div", { class: `note note-${kind}`, role: kind === "error" ? "alert" : null }, icon(sign), h("div", null, ...words));
}

// A dialog that answers true or false; the verb says what will happen.
export function ask(words, verb, danger = false) {
  const dialog = h("dialog", { class: "ask" },
    h("div", { class: "ask-body" }, words),
    h("form", { method: "dialog", class: "ask-actions" },
      h("button", { class: "btn", value: "no" }, "取消"),
      h("button", { class: danger ? "btn btn-danger" : "btn btn-primary", value: "yes" }, verb)));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
