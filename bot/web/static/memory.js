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
