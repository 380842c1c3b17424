// Which blocks and questions a visit asks: by month, by age, by what was just answered. What holds a value is always shown.
import { keyOf } from "./values.js";

const AGES = { school_age: [3, 22], working_age: [16, null], pension_age: [60, null] };

function fits(age, [first, last]) {
  return age === null || age === undefined || (age >= first && (last === null || age <= last));
}

// What a block that is more than questions holds.
const HELD = {
  amounts: (visit) => visit.amounts.length > 0,
  income: (visit) => Boolean(visit.income) || Object.keys(visit.income_faults ?? {}).length > 0,
  needs: (visit) => visit.needs.length > 0,
  remark: (visit) => Boolean(visit.remark || visit.problems || visit.promise?.text || visit.promise?.on),
  signature: (visit) => Boolean(visit.signature),
  photos: (visit) => visit.photos.length > 0,
  position: (visit) => Boolean(visit.position),
};

function holds(block, visit, household) {
  if (HELD[block.key]) return HELD[block.key](visit);
  const members = block.of === "member" ? membersOf(block, household) : [null];
  return members.some((member) => (block.questions ?? []).some((question) => ["changed", "wrong"].includes(visit.values[keyOf(question, member?.id)]?.mark)));
}

// Of a household that is at home nothing is said that only the absent are asked, also when it was answered before.
export function blockAsked(block, visit, household) {
  const months = block.months ?? [];
  if (months.length && !months.includes(Number(visit.happened_on.slice(5, 7))) && !holds(block, visit, household)) return false;
  if (block.when === "whole_away") return visit.whole_away;
  if (block.when === "has_phone") return Boolean(household.phone);
  return true;
}

export function membersOf(block, household) {
  const limits = AGES[block.when];
  return limits ? household.members.filter((member) => fits(member.age, limits)) : household.members;
}

// A question that only makes sense after another: field -> (answers of the same person or household) -> asked?
const NO_SCHOOL = ["not_at_school", "preschool_age"];
const AFTER = {
  housing_guarantee: (now) => now("housing_safety") === "guaranteed",
  dangerous_grade: (now) => now("is_dangerous_house") === true,
  work_area: (now) => Boolean(now("work_place")),
  work_months: (now) => Boolean(now("work_place")),
  public_post_months: (now) => Boolean(now("public_post_type")),
  school_name: (now) => Boolean(now("school_status")) && !NO_SCHOOL.includes(now("school_status")),
  dropout_reason: (now) => now("school_status") === "not_at_school",
  dibao_kind: (now) => now("receives_dibao") === true,
  disease_name: (now) => (now("health_states") ?? []).some((state) => state !== "healthy"),
};

// Not answered is not no: these stay 待核实 until somebody answers.
export const mustBeKnown = (question) => question.kind === "yes_no" || question.field === "school_status";

export const dependent = (question) => question.field in AFTER;

export function questionAsked(question, now) {
  const value = now(question.field);
  const holds = value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
  return holds || !AFTER[question.field] || AFTER[question.field](now);
}
