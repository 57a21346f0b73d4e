import { PRICES, type PriceName } from "./prices.ts";

/** A month, as AWS's own examples reckon. */
export const HOURS_A_MONTH = 730;
export const SECONDS_A_MONTH = HOURS_A_MONTH * 3600;

/** So much of something in a month. */
export interface Usage {
  service: string;
  what: string;
  /** Units of the price. */
  units: number;
  price: PriceName;
  /** Whether it is paid for without a single message too. */
  standing: boolean;
}

/** US dollars a month. */
export interface Bill {
  total: number;
  standing: number;
  /** By service, the dearest first. */
  byService: ReadonlyMap<string, number>;
}

export function dollars({ units, price }: Usage): number {
  return units * PRICES[price].dollars;
}

/** @throws RangeError for an amount that is none: a sum with it would say nothing. */
export function billOf(usages: readonly Usage[]): Bill {
  const byService = new Map<string, number>();
  let total = 0;
  let standing = 0;
  for (const usage of usages) {
    if (!Number.isFinite(usage.units) || usage.units < 0) {
      throw new RangeError(`${usage.service}, ${usage.what}: ${usage.units} is no amount`);
    }
    const cost = dollars(usage);
    total += cost;
    if (usage.standing) standing += cost;
    byService.set(usage.service, (byService.get(usage.service) ?? 0) + cost);
  }
  return { total, standing, byService: new Map([...byService].sort(([, a], [, b]) => b - a)) };
}
