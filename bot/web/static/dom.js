// Making elements. Children are nodes or strings, and strings become text: never markup.

export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

// "保到{day}" with {day: "…"} filled in.
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// A page may be forbidden to keep anything; then it remembers until it is left.
export class Memory {
  constructor(storage, key) {
    [this.storage, this.key, this.kept] = [storage, key, null];
  }

  get() {
    try {
      return JSON.parse(window[this.storage].getItem(this.key)) ?? this.kept;
    } catch {
      return this.kept;
    }
  }

  set(value) {
    this.kept = value;
    try {
      if (value === null) window[this.storage].removeItem(this.key);
      else window[this.storage].setItem(this.key, JSON.stringify(value));
    } catch {
      // remembered in `kept`
    }
  }
}
