// The line to the server: one conversation, whose id and token this browser keeps.

import { Memory } from "./memory.js";

// Milliseconds before the stream is opened again; doubled from try to try.
const FIRST_PAUSE = 1000;
const LAST_PAUSE = 30000;

export class Line {
  constructor() {
    this.memory = new Memory("localStorage", "baoxiu.conversation");
    this.conversation = this.memory.get();
    this.listening = null;
  }

  get isOpen() {
    return this.conversation !== null;
  }

  // Opens a conversation if there is none; false where the server does not answer.
  async open() {
    if (this.isOpen) return true;
    const answer = await request("/api/conversations", { method: "POST" });
    if (answer.status !== 201) return false;
    this.conversation = answer.body;
    this.memory.set(this.conversation);
    return true;
  }

  forget() {
    this.stopListening();
    this.conversation = null;
    this.memory.set(null);
  }

  // {status, body}; status 0 where nobody was reached.
  async say(text, messageId) {
    if (!(await this.open())) return { status: 0, body: {} };
    return request(this.path("messages"), {
      method: "POST",
      headers: { ...this.authority(), "Content-Type": "application/json" },
      body: JSON.stringify({ text, message_id: messageId }),
    });
  }

  // All rows that follow `after`; {status, rows}.
  async rowsAfter(after) {
    const rows = [];
    for (;;) {
      const last = rows.at(-1)?.id ?? after;
      const url = `${this.path("messages")}?after=${last}`;
      const { status, body } = await request(url, { headers: this.authority() });
      if (status !== 200) return { status, rows };
      rows.push(...body.messages);
      if (!body.more) return { status, rows };
    }
  }

  // Calls `onRow` for every row that follows `last()`, as it is said, until told to stop.
  async listen(last, onRow) {
    if (!this.isOpen || this.listening) return;
    const listening = (this.listening = new AbortController());
    let pause = FIRST_PAUSE;
    while (!listening.signal.aborted) {
      try {
        const headers = { ...this.authority(), "Last-Event-ID": String(last()) };
        const response = await fetch(this.path("events"), { headers, signal: listening.signal });
        if (response.status === 401) break;
        if (response.ok) pause = FIRST_PAUSE;
        for await (const row of rowsOf(response)) onRow(row);
      } catch {
        // cut off: opened again below, going on after the last row
      }
      await sleep(pause, listening.signal);
      pause = Math.min(pause * 2, LAST_PAUSE);
    }
    if (this.listening === listening) this.listening = null;
  }

  stopListening() {
    this.listening?.abort();
    this.listening = null;
  }

  path(what) {
    return `/api/conversations/${encodeURIComponent(this.conversation.id)}/${what}`;
  }

  authority() {
    return { Authorization: `Bearer ${this.conversation.token}` };
  }
}

async function request(url, options) {
  try {
    const response = await fetch(url, options);
    return { status: response.status, body: await response.json() };
  } catch {
    return { status: 0, body: {} };
  }
}

// The rows of an event stream. (EventSource cannot bear a token.)
async function* rowsOf(response) {
  if (!response.ok) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (text + decoder.decode(value, { stream: true })).split("\n\n");
    text = events.pop();
    for (const event of events) {
      const data = event.split("\n").find((line) => line.startsWith("data: "));
      if (data) yield JSON.parse(data.slice("data: ".length));
    }
  }
}

function sleep(milliseconds, signal) {
  return new Promise((wake) => {
    const timer = setTimeout(wake, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), wake()), { once: true });
  });
}
