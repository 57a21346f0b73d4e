import { AwsError } from "../api/errors.ts";
import type { Clock } from "../clock.ts";

/**
 * "Rate of the remainder of the control plane API requests": per second of AWS's time, over all of them together; not
 * adjustable. Invocations, GetFunction and GetPolicy are counted apart
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests).
 */
export const CONTROL_PLANE_RATE = 15;

/** A token bucket. What it holds at most, AWS does not say: here one second's requests [?]. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #tokens: number;
  #countedAt: number;

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#tokens = perSecond;
    this.#countedAt = clock.now();
  }

  /**
   * Admits a request.
   *
   * @throws AwsError `TooManyRequestsException`. Without a Retry-After: whether AWS sends one here is not known [?].
   */
  admit(): void {
    const now = this.#clock.now();
    const refilled = ((now - this.#countedAt) / this.#clock.span(1000)) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + refilled);
    this.#countedAt = now;
    if (this.#tokens < 1) {
      throw new AwsError("TooManyRequestsException", "Rate exceeded", {
        status: 429,
        members: { Reason: "CallerRateLimitExceeded" },
      });
    }
    this.#tokens -= 1;
  }
}
