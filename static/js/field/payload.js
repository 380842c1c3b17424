// A visit as the server takes it. What was not looked at is not sent: it stays unanswered there.
const blank = (value) => value === undefined;

export function keyOf(question, member) {
  if (!question.field) return member ? `a.${member}.${question.key}` : `a.${question.key}`;
  return member ? `m.${member}.${question.field}` : `h.${question.field}`;
}

export function baseOf(household, question, member) {
  if (!question.field) return undefined;
  const facts = member ? household.members.find((one) => one.id === member)?.facts : household.facts;
  return facts?.[question.field];
}

function facts(visit, frame) {
  const found = [];
  for (const [key, { value, mark }] of Object.entries(visit.values)) {
    const [kind, ...rest] = key.split(".");
    if (kind === "a" || !mark || mark === "wrong") continue;
    const member = kind === "m" ? Number(rest.shift()) : null;
    const field = rest.join(".");
    const base = baseOf(frame.household, { field }, member);
    found.push({ member, field, base: blank(base) ? null : base, value });
  }
  return found;
}

function answers(visit) {
  const own = Object.entries(visit.values).filter(([key, { mark }]) => key.startsWith("a.") && mark && mark !== "wrong");
  return Object.fromEntries(own.map(([key, { value }]) => [key.slice(2), value]));
}

export function payload(visit, frame) {
  const { identity, user, household, year, template, happened_on, started_at, ended_at, way, whole_away } = visit;
  return {
    identity, user, household, year, template, happened_on, started_at, ended_at, way, whole_away,
    late_reason: visit.late_reason,
    companions: visit.companions,
    answers: answers(visit),
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
    position: visit.position,
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
