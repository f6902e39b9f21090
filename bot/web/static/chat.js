// The chat page: the customer's words to the line, the transcript's rows to the log.

import { Composer } from "./composer.js";
import { Line } from "./line.js";
import { Log } from "./log.js";
import { Memory } from "./memory.js";

// A tapped reply's words, and the code after them that says of which request it is: for the server only.
const TAPPED = /^([^]*?)( #\w+\.[\w-]{12})?$/;
const LOOK_EVERY = 2000; // milliseconds, only while a reply is awaited

class Chat {
  constructor({ labels, limit }) {
    this.labels = JSON.parse(labels);
    this.line = new Line();
    this.log = new Log(this.labels, {
      onSay: (words, { byKey }) => (this.send(words), byKey && this.composer.focus()),
      onBegin: (words) => this.composer.begin(words),
    });
    this.composer = new Composer(this.labels, Number(limit), (words) => this.send(words));
    this.stored = new Map(); // message id → the row of the customer's words
    this.answered = new Set(); // ids of those rows that have an answer
    this.last = 0;
    // Words whose arrival is not certain: sent again, they keep their id, also after a reload.
    this.open = new Memory("sessionStorage", "baoxiu.unsent");
  }

  async start() {
    if (this.line.isOpen) await this.readHistory();
    const unsent = this.open.get();
    if (unsent && this.isAnswered(unsent)) this.open.set(null);
    else if (unsent) this.fail(unsent, this.labels.failed);
    this.listen();
    document.addEventListener("visibilitychange", () => this.listen());
    if (matchMedia("(hover: hover)").matches) this.composer.focus();
  }

  async readHistory() {
    const { status, rows } = await this.line.rowsAfter(0);
    if (status === 401) this.line.forget();
    else if (status !== 200) this.composer.complain(this.labels.no_history);
    this.note(rows);
    this.log.addAll(rows);
  }

  // The stream is for somebody who looks.
  listen() {
    if (document.hidden) this.line.stopListening();
    else this.line.listen(() => this.last, (row) => this.show([row]));
  }

  show(rows) {
    const fresh = rows.filter((row) => row.id > this.last);
    this.note(fresh);
    fresh.forEach((row) => this.log.add(row));
  }

  note(rows) {
    for (const row of rows) {
      this.last = Math.max(this.last, row.id);
      if (row.message_id) this.stored.set(row.message_id, row);
      if (row.status === "answered") this.answered.add(row.id);
      if (row.who === "bot" && row.reply_to) this.answered.add(row.reply_to);
    }
  }

  isAnswered({ id }) {
    return this.answered.has(this.stored.get(id)?.id);
  }

  isShown({ id }) {
    return this.stored.has(id) || this.log.unsettled.has(id);
  }

  async send(text) {
    if (this.composer.isBusy) return;
    const [, shown, code] = TAPPED.exec(text);
    const before = this.open.get();
    const isRetry = before?.text === shown && !this.isAnswered(before);
    const words = isRetry ? before : { text: shown, code, id: newId() };
    this.open.set(words);
    if (this.composer.words.trim() === shown) this.composer.put("");
    this.composer.complain("");
    if (!this.isShown(words)) this.log.addUnsettled(shown, words.id);
    await this.whileTyping(() => this.deliver(words));
  }

  async whileTyping(work) {
    const looking = setInterval(() => this.catchUp(), LOOK_EVERY);
    this.showTyping(true);
    try {
      await work();
    } finally {
      clearInterval(looking);
      this.showTyping(false);
    }
  }

  async deliver(words) {
    const { status, body } = await this.line.say(words.text + (words.code ?? ""), words.id);
    await this.catchUp();
    if (status === 200 || this.isAnswered(words)) {
      this.open.set(null);
      this.listen();
      if (!this.isAnswered(words)) this.log.addPassing(body.replies);
    } else if (status === 401) {
      this.line.forget();
      this.fail(words, this.labels.expired, { canRetry: false });
    } else if (status === 400 || status === 413) {
      this.fail(words, body.text, { canRetry: false });
    } else {
      this.fail(words, status === 0 ? this.labels.offline : body.text ?? this.labels.failed);
    }
  }

  async catchUp() {
    if (this.line.isOpen) this.show((await this.line.rowsAfter(this.last)).rows);
  }

  // Words that were stored stay in the log, also where the customer is at other words already; all
  // others go back into the input. Sent again, they keep their id.
  fail(words, text, { canRetry = true } = {}) {
    if (this.stored.has(words.id) || this.composer.words.trim()) {
      this.composer.complain(this.labels.unanswered, () => this.send(words.text));
      return;
    }
    this.log.removeUnsettled(words.id);
    this.composer.put(words.text);
    this.composer.complain(text, canRetry ? () => this.composer.submit() : null);
  }

  showTyping(isTyping) {
    const sign = document.getElementById("typing");
    sign.textContent = isTyping ? sign.dataset.typing : "";
    document.getElementById("about").hidden = isTyping;
    this.composer.setBusy(isTyping);
    this.log.showTyping(isTyping);
  }
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID wants https
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

new Chat(document.body.dataset).start();
