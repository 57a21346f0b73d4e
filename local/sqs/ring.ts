/** First in, first out, in constant time however long it grows. */
export class Ring<T> {
  private items: (T | undefined)[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    this.items.push(item);
  }

  peek(): T | undefined {
    return this.items[this.head];
  }

  shift(): T | undefined {
    const item = this.items[this.head];
    if (item === undefined) {
      return undefined;
    }
    // A taken item may hold a megabyte: let go of it now, not when the array is copied.
    this.items[this.head] = undefined;
    this.head += 1;
    if (this.head === this.items.length) {
      this.clear();
    } else if (this.head >= 4_096 && this.head * 2 >= this.items.length) {
      // Copying only what is at most half of the array costs less than one move an item.
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  clear(): void {
    this.items = [];
    this.head = 0;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let index = this.head; index < this.items.length; index += 1) {
      yield this.items[index] as T;
    }
  }
}
