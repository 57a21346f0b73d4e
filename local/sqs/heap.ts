/** What a heap keeps on its members, so that one can be found without a search. An item is in one heap at a time. */
export interface Slotted {
  /** Maintained by the heap. */
  slot: number;
}

/** A binary heap from which any member can be removed: every operation is O(log n), `peek` is O(1). */
export class IndexedHeap<T extends Slotted> {
  private readonly items: T[] = [];
  private readonly before: (a: T, b: T) => boolean;

  /** @param before Whether `a` leaves the heap ahead of `b`. */
  constructor(before: (a: T, b: T) => boolean) {
    this.before = before;
  }

  get length(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    this.items.push(item);
    this.rise(item, this.items.length - 1);
  }

  pop(): T | undefined {
    const top = this.items[0];
    if (top !== undefined) {
      this.remove(top);
    }
    return top;
  }

  /** `item` must be in this heap. */
  remove(item: T): void {
    const last = this.items.pop();
    if (last === undefined || last === item) {
      return;
    }
    const { slot } = item;
    const parent = this.items[(slot - 1) >> 1];
    if (slot > 0 && parent !== undefined && this.before(last, parent)) {
      this.rise(last, slot);
    } else {
      this.sink(last, slot);
    }
  }

  clear(): void {
    this.items.length = 0;
  }

  /** In no particular order. */
  [Symbol.iterator](): IterableIterator<T> {
    return this.items.values();
  }

  private rise(item: T, from: number): void {
    const { items } = this;
    let slot = from;
    while (slot > 0) {
      const parentSlot = (slot - 1) >> 1;
      const parent = items[parentSlot] as T;
      if (!this.before(item, parent)) {
        break;
      }
      items[slot] = parent;
      parent.slot = slot;
      slot = parentSlot;
    }
    items[slot] = item;
    item.slot = slot;
  }

  private sink(item: T, from: number): void {
    const { items } = this;
    const { length } = items;
    let slot = from;
    for (let childSlot = 2 * slot + 1; childSlot < length; childSlot = 2 * slot + 1) {
      let child = items[childSlot] as T;
      const right = items[childSlot + 1];
      if (right !== undefined && this.before(right, child)) {
        child = right;
        childSlot += 1;
      }
      if (!this.before(child, item)) {
        break;
      }
      items[slot] = child;
      child.slot = slot;
      slot = childSlot;
    }
    items[slot] = item;
    item.slot = slot;
  }
}
