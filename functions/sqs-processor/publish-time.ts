/** From the first of March of the year 0, by the calendar of today, to 1970-01-01, and one. */
const DAYS_BEFORE_EPOCH = 719_469;

/**
 * An RFC 3339 time (https://www.rfc-editor.org/rfc/rfc3339#section-5.6) as epoch microseconds, in decimal digits: the
 * unit that Firehose demands for an Iceberg timestamp
 * (https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-destination-supp.html). Digits beyond the microsecond
 * are cut off. A leap second is the second that follows it, since the epoch counts none.
 *
 * @returns undefined where the text is no such time.
 */
export function epochMicros(text: string): string | undefined {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  // What is not a number fails every comparison.
  const exists =
    year >= 0 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysIn(year, month) &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 60;
  if (!exists || !hasSeparators(text)) return undefined;
  let zone = 19;
  let micros = 0;
  if (text.charCodeAt(zone) === 0x2e) {
    do zone++;
    while (isDigit(text.charCodeAt(zone)));
    if (zone === 20) return undefined;
    const length = Math.min(zone - 20, 6);
    micros = digits(text, 20, length) * 10 ** (6 - length);
  }
  const offset = offsetSeconds(text, zone);
  if (offset === undefined) return undefined;
  const seconds = daysSinceEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
  if (second === 60 && seconds % 86_400 !== 0) return undefined;
  const total = seconds * 1_000_000 + micros;
  return String(Number.isSafeInteger(total) ? total : BigInt(seconds) * 1_000_000n + BigInt(micros));
}

function hasSeparators(text: string): boolean {
  const middle = text[10];
  return (
    text[4] === "-" && text[7] === "-" && (middle === "T" || middle === "t") && text[13] === ":" && text[16] === ":"
  );
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Counted by years that begin in March, so that a leap day is a year's last, from the year 0 on. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const years = month > 2 ? year : year - 1;
  const months = (month + 9) % 12;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return years * 365 + leapDays + Math.floor((months * 153 + 2) / 5) + day - DAYS_BEFORE_EPOCH;
}

/** Seconds by which the zone that begins at `at`, and ends the text, is ahead of UTC. */
function offsetSeconds(text: string, at: number): number | undefined {
  const sign = text[at];
  if (sign === "Z" || sign === "z") return text.length === at + 1 ? 0 : undefined;
  if ((sign !== "+" && sign !== "-") || text[at + 3] !== ":" || text.length !== at + 6) return undefined;
  const hours = digits(text, at + 1, 2);
  const minutes = digits(text, at + 4, 2);
  if (!(hours <= 23 && minutes <= 59)) return undefined;
  return (sign === "-" ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/** The number that these characters spell; NaN unless all are digits. */
function digits(text: string, start: number, length: number): number {
  let number = 0;
  for (let at = start; at < start + length; at++) {
    const code = text.charCodeAt(at);
    number = isDigit(code) ? number * 10 + code - 0x30 : Number.NaN;
  }
  return number;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
