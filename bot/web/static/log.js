// The log of the conversation: rows of the transcript as bubbles, notes, cards and quick replies.

import { cardOf } from "./card.js";
import { fill, make } from "./dom.js";

const QUIET = 5 * 60 * 1000; // milliseconds of silence after which the time is shown again
const NEAR = 80; // pixels from the end at which new rows are followed
const OPEN_END = /(…|\.{3})$/; // a reply that the customer is to finish

export class Log {
  // `onSay(words)` is called for a quick reply, `onBegin(words)` for one to be finished.
  constructor(labels, { onSay, onBegin }) {
    [this.labels, this.onSay, this.onBegin] = [labels, onSay, onBegin];
    this.log = document.getElementById("log");
    this.scroller = document.getElementById("scroller");
    this.dots = document.getElementById("dots");
    this.newest = document.getElementById("newest");
    this.lastAt = 0;
    this.unsettled = new Map(); // message id → the bubble shown before the server had it
    this.log.addEventListener("click", (event) => this.clicked(event));
    this.newest.addEventListener("click", () => this.toEnd());
    this.scroller.addEventListener("scroll", () => (this.newest.hidden ||= this.isAtEnd()));
  }

  // Many rows at once (history): nothing is read aloud.
  addAll(rows) {
    this.log.setAttribute("aria-busy", "true");
    rows.forEach((row) => this.place(row));
    this.log.removeAttribute("aria-busy");
    this.toEnd();
  }

  add(row) {
    const wasAtEnd = this.isAtEnd();
    this.place(row);
    if (wasAtEnd || row.who === "customer") this.toEnd();
    else this.newest.hidden = false;
  }

  // The customer's words before the server has them.
  addUnsettled(text, messageId) {
    const row = this.own(text);
    this.unsettled.set(messageId, row);
    this.append(row, new Date());
    this.toEnd();
  }

  // Replies that are not part of the transcript (a person has been told): gone with the next row.
  addPassing(replies) {
    this.append(make("p", { class: "note passing" }, replies.map(({ text }) => text).join("\n")));
    this.toEnd();
  }

  removeUnsettled(messageId) {
    this.unsettled.get(messageId)?.remove();
    this.unsettled.delete(messageId);
  }

  showTyping(isTyping) {
    const wasAtEnd = this.isAtEnd();
    this.dots.hidden = !isTyping;
    if (wasAtEnd) this.toEnd();
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.newest.hidden = true;
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  // Rows

  place(row) {
    if (row.who === "customer") this.addOwn(row);
    else if (row.who === "system" || row.kind === "event") this.addNote(row);
    else this.addTheirs(row);
  }

  addOwn({ text, at, message_id: messageId }) {
    const shown = this.unsettled.get(messageId);
    this.unsettled.delete(messageId);
    if (shown) shown.querySelector(".bubble").textContent = text;
    else this.append(this.own(text), new Date(at));
  }

  own(text) {
    this.log.querySelectorAll(".chips").forEach((chips) => chips.remove());
    return this.row("me", this.labels.you, [make("p", { class: "bubble" }, text)]);
  }

  addNote({ text, at }) {
    this.append(make("p", { class: "note" }, text), new Date(at));
  }

  addTheirs({ who, text, card, replies, at }) {
    const beside = card ? cardOf(card, this.labels) : null;
    const parts = [
      text ? make("p", { class: "bubble" }, text) : null,
      beside,
      replies.length ? this.chips(replies, beside) : null,
    ].filter((part) => part !== null);
    if (!parts.length) return;
    const name = who === "agent" ? this.labels.agent : this.labels.assistant;
    this.append(this.row(who === "agent" ? "them agent" : "them", name, parts), new Date(at));
  }

  row(side, name, parts) {
    const speaker = make("span", { class: "unseen" }, fill(this.labels.says, { who: name }));
    const avatar = make("div", { class: "avatar", "aria-hidden": "true" });
    const said = make("div", { class: "said" }, speaker, ...parts);
    return make("article", { class: `row ${side}` }, avatar, said);
  }

  append(element, at = this.lastAt) {
    this.log.querySelector(".passing")?.remove();
    if (at - this.lastAt > QUIET) {
      const time = make("time", { datetime: at.toISOString() }, this.moment(at));
      this.log.append(make("p", { class: "note" }, time));
    }
    this.lastAt = Math.max(this.lastAt, at);
    this.log.append(element);
  }

  // 09:03 · 昨天 10:03 · 3月1日 10:03 · 2025年3月1日 10:03
  moment(at) {
    const now = new Date();
    const hour = at.toTimeString().slice(0, 5);
    const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
    if (at.toDateString() === now.toDateString()) return hour;
    if (at.toDateString() === yesterday.toDateString()) return `${this.labels.yesterday} ${hour}`;
    const day = { year: at.getFullYear(), month: at.getMonth() + 1, day: at.getDate() };
    const sameYear = day.year === now.getFullYear();
    return `${fill(sameYear ? this.labels.day : this.labels.day_of_year, day)} ${hour}`;
  }

  // Quick replies

  chips(replies, card) {
    const sources = card?.querySelector(".sources");
    const buttons = replies.map(({ title, payload }) => {
      const unfolds = sources && title === this.labels.source_reply;
      const does = unfolds ? { "aria-expanded": "false" } : { "data-say": payload };
      const chip = make("button", { type: "button", class: "chip", ...does }, title);
      if (unfolds) sources.addEventListener("toggle", () => chip.setAttribute("aria-expanded", sources.open));
      return chip;
    });
    const group = { class: "chips", role: "group", "aria-label": this.labels.replies };
    return make("div", group, ...buttons);
  }

  clicked(event) {
    const chip = event.target.closest(".chip");
    if (!chip) return;
    const words = chip.dataset.say;
    if (words === undefined) this.unfold(chip.closest(".said").querySelector(".sources"));
    else if (OPEN_END.test(words)) this.onBegin(words.replace(OPEN_END, ""));
    else this.onSay(words, { byKey: event.detail === 0 });
  }

  unfold(sources) {
    sources.open = !sources.open;
    if (sources.open) sources.scrollIntoView({ block: "nearest" });
  }
}
