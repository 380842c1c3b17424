// One question: what was recorded last, the control, and whether it is 未看, 未变 or 已改.
import { mustBeKnown } from "./conditions.js";
import { readNumber } from "./numbers.js";
import { h } from "./page.js";
import { inWords, nothing, optionsOf, same } from "./values.js";

const FEW = 6; // options that fit as buttons; more become a list
const SHORT = 8; // characters of an option that fits on half the width
const MARKS = { "": ["未看", "open"], same: ["未变", "same"], changed: ["已改", "changed"], wrong: ["要改", "wrong"] };
const NUMBERS = ["integer", "decimal", "money"];

let count = 0;

// `entry`: {value, mark, text} of the visit or undefined. `onchange(entry)` gets the new one. Answers {node, refresh}.
export function questionNode({ question, base, known, entry, lists, onchange }) {
  const id = `q${(count += 1)}`;
  let now = entry ?? { value: known ? base : undefined, mark: "" };
  const badge = h("span", { class: "mark" });
  const error = h("p", { class: "q-error", role: "alert", hidden: true });
  const last = known && h("p", { class: "q-last" }, "上次：", h("b", null, inWords(base, question, lists)));
  const control = controlOf(question, id, lists, () => now, set);
  const grouped = control.matches("fieldset");
  const node = h("div", { class: "question", dataset: { kind: question.kind, key: question.field ?? question.key } },
    h("div", { class: "q-head" }, h(grouped ? "span" : "label", { class: "q-label", id: `${id}-label`, for: grouped ? null : id }, question.label), badge),
    last, question.help && h("p", { class: "q-help" }, question.help), control, error);
  if (grouped) control.setAttribute("aria-labelledby", `${id}-label`);

  function set(value, { text, wrong = "" } = {}) {
    const mark = wrong ? "wrong" : known && same(value, base) ? "same" : "changed";
    now = { value, mark: !known && nothing(value) && !wrong && value !== null ? "" : mark };
    if (wrong || text !== undefined) now.text = text;
    if (wrong) now.error = wrong;
    draw();
    onchange(now);
  }

  function draw() {
    const [word, kind] = MARKS[now.mark] ?? MARKS[""];
    badge.textContent = word;
    badge.className = `mark mark-${kind}`;
    node.dataset.mark = now.mark;
    error.hidden = !now.error;
    error.textContent = now.error ?? "";
    control.show?.(now);
  }

  draw();
  return {
    node,
    question,
    known: known && !nothing(base),
    mark: () => now.mark,
    words: () => (nothing(now.value) && now.value !== false ? "" : inWords(now.value, question, lists)),
    // To be looked at: what was known, and what must not stay unknown. No work, no post, an empty line are answers, too.
    open: () => !now.mark && ((known && !nothing(base)) || mustBeKnown(question)),
    keep() {
      // As it was last time; without a last value there is nothing to keep.
      if (now.mark || !known || nothing(base)) return null;
      now = { value: base, mark: "same" };
      draw();
      return now;
    },
  };
}

function controlOf(question, id, lists, now, set) {
  if (question.kind === "yes_no") return buttons(id, [[true, "是"], [false, "否"], [null, "不清楚"]], now, set);
  if (question.kind === "choices") return several(id, optionsOf(question, lists), now, set);
  if (question.kind === "choice") {
    const options = optionsOf(question, lists);
    return options.length <= FEW ? buttons(id, options, now, set, true) : list(id, options, now, set);
  }
  if (NUMBERS.includes(question.kind)) return number(question, id, now, set);
  if (question.kind === "date") return date(id, now, set);
  return text(id, now, set);
}

function buttons(id, options, now, set, optional = false) {
  const long = options.some(([, label]) => label.length > SHORT);
  const parts = options.map(([value, label]) => {
    const part = h("button", { type: "button", class: "choice", "aria-pressed": "false", onclick: () => set(optional && now().value === value ? "" : value) }, label);
    return [value, part];
  });
  const control = h("fieldset", { class: `choices${long ? " choices-long" : ""}`, id }, parts.map(([, part]) => part));
  control.show = ({ value, mark }) => {
    for (const [own, part] of parts) {
      const chosen = value === own && (own !== null || mark !== "");
      part.setAttribute("aria-pressed", String(chosen));
    }
  };
  return control;
}

function several(id, options, now, set) {
  const parts = options.map(([value, label]) => [
    value,
    h("button", {
      type: "button",
      class: "choice",
      "aria-pressed": "false",
      onclick() {
        const chosen = new Set(now().value ?? []);
        if (!chosen.delete(value)) chosen.add(value);
        set([...chosen].sort());
      },
    }, label),
  ]);
  const control = h("fieldset", { class: "choices", id }, parts.map(([, part]) => part));
  control.show = ({ value }) => parts.forEach(([own, part]) => part.setAttribute("aria-pressed", String((value ?? []).includes(own))));
  return control;
}

function list(id, options, now, set) {
  const select = h("select", { id, class: "input", onchange: () => set(select.value) },
    h("option", { value: "" }, "请选择"), options.map(([value, label]) => h("option", { value }, label)));
  select.show = ({ value }) => {
    select.value = value ?? "";
  };
  return select;
}

function number(question, id, now, set) {
  const unit = question.unit || (question.kind === "money" ? "元" : "");
  const input = h("input", { id, class: "input", inputmode: question.kind === "integer" ? "numeric" : "decimal", autocomplete: "off", enterkeyhint: "next" });
  input.addEventListener("input", () => {
    const { value, error } = readNumber(input.value, { ...question, unit });
    set(value, { text: error ? input.value : undefined, wrong: error });
  });
  const control = h("div", { class: "with-unit" }, input, unit && h("span", { class: "unit" }, unit));
  control.show = ({ value, text: typed }) => {
    if (document.activeElement !== input) input.value = typed ?? (value ?? "");
  };
  return control;
}

function date(id, now, set) {
  const input = h("input", { id, type: "date", class: "input", onchange: () => set(input.value || null) });
  input.show = ({ value }) => {
    input.value = value ?? "";
  };
  return input;
}

function text(id, now, set) {
  const input = h("input", { id, class: "input", maxlength: "200", autocomplete: "off", oninput: () => set(input.value) });
  input.show = ({ value }) => {
    if (document.activeElement !== input) input.value = value ?? "";
  };
  return input;
}
