// Values: where they stand in a visit, and in words what was last recorded, what was typed.
export function keyOf(question, member) {
  if (!question.field) return member ? `a.${member}.${question.key}` : `a.${question.key}`;
  return member ? `m.${member}.${question.field}` : `h.${question.field}`;
}

export function optionsOf(question, lists) {
  if (Array.isArray(question.options)) return question.options;
  return lists[question.options] ?? [];
}

export const nothing = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

export function same(a, b) {
  if (nothing(a) && nothing(b)) return true;
  if (typeof a === "boolean" || typeof b === "boolean") return a === b;
  if (Array.isArray(a) || Array.isArray(b)) return JSON.stringify([...(a ?? [])].sort()) === JSON.stringify([...(b ?? [])].sort());
  if (nothing(a) || nothing(b)) return false;
  return String(a) === String(b) || (/^-?[\d.]+$/.test(String(a)) && /^-?[\d.]+$/.test(String(b)) && Number(a) === Number(b));
}

export function inWords(value, question, lists) {
  if (value === true) return "是";
  if (value === false) return "否";
  if (nothing(value)) return question.kind === "yes_no" ? "待核实" : "没有登记";
  const options = optionsOf(question, lists);
  const label = (key) => options.find(([one]) => one === key)?.[1] ?? String(key);
  if (Array.isArray(value)) return value.map(label).join("、");
  if (question.kind === "choice") return label(value);
  return `${value}${question.unit ? ` ${question.unit}` : ""}`;
}
