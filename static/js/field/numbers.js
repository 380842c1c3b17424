// Numbers as people type them on a phone: full-width digits, commas, blanks, a unit behind.
const FULL_WIDTH = /[０-９．－]/g;
const TRAILING = /(元|块|亩|平方米|个月|月|公里|人|岁)$/;

function plain(text) {
  return text
    .replace(FULL_WIDTH, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[，,\s]/g, "")
    .replace(TRAILING, "");
}

// {value, error}. "" is no answer: null. Decimals stay text, so that no cent is lost.
export function readNumber(text, { kind, min, max, unit = "" }) {
  const typed = plain(text);
  if (typed === "") return { value: null, error: "" };
  const whole = kind === "integer";
  if (!(whole ? /^-?\d{1,9}$/ : /^-?\d{1,10}(\.\d*)?$/).test(typed)) {
    return { value: null, error: whole ? "请填整数。" : "请填数字，如 1200 或 1200.50。" };
  }
  if (!whole && /\.\d{3,}/.test(typed)) return { value: null, error: "最多两位小数。" };
  const number = Number(typed);
  if (min !== null && min !== undefined && number < Number(min)) {
    return { value: null, error: Number(min) === 0 ? "不能是负数。" : `不能小于 ${min}${unit}。` };
  }
  if (max !== null && max !== undefined && number > Number(max)) return { value: null, error: `不能大于 ${max}${unit}。` };
  return { value: whole ? number : typed.replace(/\.$/, ""), error: "" };
}

export function grouped(value) {
  if (value === null || value === undefined || value === "") return "";
  const [whole, fraction] = String(value).split(".");
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction && Number(fraction) ? `${digits}.${fraction.padEnd(2, "0")}` : digits;
}
