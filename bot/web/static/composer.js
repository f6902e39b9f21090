// The input: it grows with its words, counts them, and keeps what could not be sent.

import { fill } from "./dom.js";

export class Composer {
  // `onSubmit(words)` is called when the customer sends: never with nothing or too much.
  constructor(labels, limit, onSubmit) {
    [this.labels, this.limit, this.onSubmit] = [labels, limit, onSubmit];
    this.form = document.getElementById("composer");
    this.input = document.getElementById("words");
    this.button = document.getElementById("send");
    this.trouble = document.getElementById("trouble");
    this.troubleText = document.getElementById("trouble-text");
    this.retry = document.getElementById("retry");
    this.onRetry = () => this.submit();
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.submit()));
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("input", () => this.changed());
    this.retry.addEventListener("click", () => this.onRetry());
    this.isBusy = false;
    this.changed();
  }

  get words() {
    return this.input.value;
  }

  put(words) {
    this.input.value = words;
    this.changed();
  }

  // The words with the cursor behind them, for the customer to finish.
  begin(words) {
    this.put(words);
    this.focus();
    this.input.setSelectionRange(words.length, words.length);
  }

  focus() {
    this.input.focus();
  }

  setBusy(isBusy) {
    this.isBusy = isBusy;
    this.button.setAttribute("aria-disabled", String(isBusy || !this.words.trim()));
  }

  // Says what went wrong; `retry` is what the button does, without it there is none.
  complain(text, retry = null) {
    this.troubleText.textContent = text;
    this.retry.hidden = !retry;
    if (retry) this.onRetry = retry;
    this.trouble.classList.toggle("shown", Boolean(text));
    this.input.setAttribute("aria-invalid", String(this.isTooLong()));
  }

  submit() {
    if (this.isBusy || !this.words.trim()) return;
    if (this.isTooLong()) this.complainOfLength();
    else this.onSubmit(this.words.trim());
  }

  pressed(event) {
    const isChoosing = event.isComposing || event.keyCode === 229; // Enter takes a candidate then
    if (event.key !== "Enter" || event.shiftKey || isChoosing) return;
    event.preventDefault();
    this.submit();
  }

  changed() {
    this.input.rows = 1; // measured from one line, so that it shrinks as well
    const line = parseFloat(getComputedStyle(this.input).lineHeight);
    this.input.rows = Math.min(5, Math.max(1, Math.floor(this.input.scrollHeight / line)));
    this.setBusy(this.isBusy);
    if (this.isTooLong()) this.complainOfLength();
    else this.complain("");
  }

  isTooLong() {
    return this.length() > this.limit;
  }

  complainOfLength() {
    this.complain(fill(this.labels.too_long, { limit: this.limit, count: this.length() }));
  }

  length() {
    return [...this.words.trim()].length; // characters, as the server counts them
  }
}
