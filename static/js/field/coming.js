// What is on its way into a visit and is not yet part of it: photos being shrunk and stored, a position being found.
import { tell } from "./bus.js";

const coming = new Set(); // {visit, words, work}

export const PHOTO = "照片正在存到手机";
export const POSITION = "正在定位";

// `work` answers what went wrong in words, "" for nothing.
export function comesIn(visit, words, work) {
  const one = { visit, words, work: work.finally(() => {
    coming.delete(one);
    tell("saved");
  }) };
  coming.add(one);
  tell("saved");
  return one.work;
}

const of = (visit, words) => [...coming].filter((one) => (!visit || one.visit === visit) && (!words || one.words === words));

export const isComing = (visit, words) => of(visit, words).length > 0;
export const inWords = (visit) => [...new Set(of(visit).map((one) => one.words))].join("，");

// Waits until all of it is there, also what begins meanwhile; answers what went wrong.
export async function allIn(visit, words) {
  const wrong = [];
  for (let left = of(visit, words); left.length; left = of(visit, words)) wrong.push(...(await Promise.all(left.map((one) => one.work))));
  return [...new Set(wrong.filter(Boolean))].join(" ");
}
