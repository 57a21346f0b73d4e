/** Lets work take turns: what is asked for later begins when the earlier has ended, however it ended. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** Does `work` in the turns of several at once. Everybody must give the turns in the same order. */
export function inTurns<T>([first, ...others]: readonly Turns[], work: () => Promise<T>): Promise<T> {
  return first === undefined ? work() : first.run(() => inTurns(others, work));
}
