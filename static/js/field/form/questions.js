// Blocks of questions, as the template has them: of the household, of each member it is meant for, of the visit itself.
import { dependent, membersOf, questionAsked } from "../conditions.js";
import { baseOf } from "../payload.js";
import { questionNode } from "../question.js";
import { keyOf } from "../values.js";
import { questionCard } from "./card.js";
import { textRow } from "./field-row.js";

export function questionBlock(block, visit, frame, changed) {
  const { household, options } = frame;
  const members = block.of === "member" ? membersOf(block, household) : [null];
  if (!members.length) return null;
  const notes = [];
  const groups = members.map((member) => ({ member, questions: (block.questions ?? []).map((question) => made(question, member)) }));
  const { card, draw } = questionCard(block, groups, keepAll);
  const all = groups.flatMap((group) => group.questions);

  function value(question, member) {
    const entry = visit.values[keyOf(question, member?.id)];
    return entry ? entry.value : baseOf(household, question, member?.id);
  }

  function made(question, member) {
    const key = keyOf(question, member?.id);
    const base = baseOf(household, question, member?.id);
    const one = questionNode({
      question,
      base,
      known: question.field !== null && base !== undefined,
      entry: visit.values[key],
      lists: options,
      onchange(entry) {
        visit.values[key] = entry;
        sort();
        draw();
        changed();
      },
    });
    if (question.note) one.node.append(noteOf(question, key));
    return { ...one, key, member };
  }

  // A remark beside an answer, kept among the answers as the template names it; asked where the answer is no.
  function noteOf(question, about) {
    const key = `a.${question.key}_note`;
    const row = textRow("看到的情况", visit.values[key]?.value ?? "", (words) => {
      visit.values[key] = { value: words, mark: words ? "changed" : "" };
      changed();
    });
    notes.push(() => (row.hidden = visit.values[about]?.value !== false && !visit.values[key]?.value));
    return row;
  }

  // Questions that only make sense after another come and go with it.
  function sort() {
    for (const draw of notes) draw();
    for (const one of groups.flatMap((group) => group.questions)) {
      if (!dependent(one.question)) continue;
      one.node.hidden = !questionAsked(one.question, (field) => value({ field }, one.member));
    }
  }

  function keepAll(list) {
    for (const one of list) {
      if (one.node.hidden) continue;
      const entry = one.keep();
      if (entry) visit.values[one.key] = entry;
    }
    changed();
  }

  sameHelpOnce(all);
  sort();
  draw();
  return {
    node: card,
    title: block.title,
    keep() {
      keepAll(all);
      draw();
    },
    open: () => all.filter((one) => !one.node.hidden && one.open()).length,
    wrong: () => all.filter((one) => !one.node.hidden && one.mark() === "wrong"),
  };
}

// What is explained in the same words above need not be read ten times.
function sameHelpOnce(questions) {
  questions.forEach(({ node, question }, index) => {
    if (index > 0 && question.help && question.help === questions[index - 1].question.help) node.querySelector(".q-help").hidden = true;
  });
}
