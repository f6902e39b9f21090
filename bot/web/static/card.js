// A card beside its text: the verdict's facts, the ticket, the sources.

import { fill, make } from "./dom.js";

// The element of a card, or null where the text says it all.
export function cardOf(card, labels) {
  const parts = [
    card.type === "coverage" ? verdict(card, labels) : null,
    card.ticket ? ticket(card.ticket, labels) : null,
    card.citations?.length ? sources(card.citations, labels) : null,
  ].filter((part) => part !== null);
  return parts.length ? make("div", { class: "card" }, ...parts) : null;
}

function chineseDay(iso, labels) {
  const [year, month, day] = iso.split("-").map(Number);
  return fill(labels.day_of_year, { year, month, day });
}

function verdict(card, labels) {
  const presumed = Object.keys(card.assuming ?? {}).map((fact) => labels.presumed[fact] ?? fact);
  return make(
    "div",
    { class: "verdict" },
    make("strong", { class: `tag ${card.outcome}` }, labels.outcome[card.outcome] ?? card.outcome),
    card.until ? until(card.until, labels) : null,
    presumed.length
      ? make("p", { class: "assuming" }, fill(labels.assuming, { presumed: presumed.join("、") }))
      : null,
  );
}

function until(days, labels) {
  const shown = [...new Set(days)].map((day) => make("b", {}, chineseDay(day, labels)));
  if (shown.length > 1) shown.splice(1, 0, ` ${labels.until_between} `);
  return make("p", { class: "until" }, `${labels.until} `, ...shown);
}

function ticket({ no, kind, state }, labels) {
  return make(
    "div",
    { class: "ticket" },
    make("p", { class: "number" }, `${labels.ticket} `, make("b", {}, no)),
    make("span", { class: "kind" }, labels.ticket_kind[kind] ?? kind),
    make("strong", { class: "tag" }, labels.ticket_state[state] ?? state),
  );
}

function sources(citations, labels) {
  const count = fill(labels.source_count, { n: citations.length });
  return make(
    "details",
    { class: "sources" },
    make("summary", {}, labels.sources, make("span", { class: "count" }, count)),
    make("ol", {}, ...citations.map((citation) => source(citation, labels))),
  );
}

function source({ says, clause, doc, lines = [], flags = [] }, labels) {
  const document = labels.documents[doc] ?? doc;
  const doubts = flags.filter((flag) => labels.flag[flag]);
  return make(
    "li",
    {},
    make("p", {}, says ?? clause),
    make("p", { class: "place" }, fill(labels.at_lines, { document, lines: lines.join("、") })),
    ...doubts.map((flag) => make("span", { class: "flag" }, labels.flag[flag])),
  );
}
