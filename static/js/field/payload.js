// A visit as the server takes it. What was not looked at is not sent: it stays unanswered there.
import { blockAsked } from "./conditions.js";
import { keyOf } from "./values.js";

const blank = (value) => value === undefined;

export function baseOf(household, question, member) {
  if (!question.field) return undefined;
  const facts = member ? household.members.find((one) => one.id === member)?.facts : household.facts;
  return facts?.[question.field];
}

// Answers of blocks that are not asked any more: they stay on the phone, should the block be asked again.
function hidden(visit, { template, household }) {
  const blocks = template.blocks.filter((block) => !blockAsked(block, visit, household));
  const questions = blocks.flatMap((block) => (block.questions ?? []).map((question) => [question, block.of === "member" ? household.members.map(({ id }) => id) : [undefined]]));
  return new Set(questions.flatMap(([question, members]) => members.flatMap((member) => [keyOf(question, member), `a.${question.key}_note`])));
}

function given(visit, frame) {
  const not = hidden(visit, frame);
  return Object.entries(visit.values).filter(([key, { mark }]) => mark && mark !== "wrong" && !not.has(key));
}

function facts(visit, frame) {
  const found = [];
  for (const [key, { value }] of given(visit, frame)) {
    const [kind, ...rest] = key.split(".");
    if (kind === "a") continue;
    const member = kind === "m" ? Number(rest.shift()) : null;
    const field = rest.join(".");
    const base = baseOf(frame.household, { field }, member);
    found.push({ member, field, base: blank(base) ? null : base, value });
  }
  return found;
}

function answers(visit, frame) {
  const own = given(visit, frame).filter(([key]) => key.startsWith("a."));
  return Object.fromEntries(own.map(([key, { value }]) => [key.slice(2), value]));
}

export function payload(visit, frame) {
  const { identity, user, household, year, template, happened_on, started_at, ended_at, way, whole_away } = visit;
  const atHome = way === "home";
  return {
    identity, user, household, year, template, happened_on, started_at, ended_at, way, whole_away,
    late_reason: visit.late_reason,
    companions: visit.companions,
    answers: answers(visit, frame),
    facts: facts(visit, frame),
    amounts: visit.amounts.filter((row) => row.amount).map(({ direction, item, amount, note }) => ({ direction, item, amount, note })),
    income: visit.income && {
      items: visit.income.items,
      none_groups: visit.income.none_groups,
      base: frame.household.income ?? { items: {}, none_groups: [] },
    },
    needs: visit.needs.filter((need) => need.text.trim()),
    remark: visit.remark,
    problems: visit.problems,
    promise: visit.promise?.text || visit.promise?.on ? visit.promise : null,
    signature: visit.signature && (({ name, relation, signed, reason }) => ({ name, relation, signed, reason }))(visit.signature),
    position: atHome ? visit.position : null, // a call is made from anywhere
    position_reason: atHome && frame.asks?.position && !visit.position ? (visit.position_reason ?? "") : "",
    photos: visit.photos.map((photo) => ({
      identity: photo.identity, sha256: photo.sha256, bytes: photo.bytes, taken_at: photo.taken_at, kind: photo.kind,
    })),
    device: device(),
    sent_at: new Date().toISOString(),
  };
}

// A short label of the phone, so that a person can tell which one sent a value.
export function device() {
  const found = /\(([^)]*)\)/.exec(navigator.userAgent)?.[1] ?? "";
  return (found.split(";").map((part) => part.trim()).filter((part) => !/^(Linux|U|wv|K)$/.test(part)).slice(0, 2).join(" ") || "手机").slice(0, 60);
}
