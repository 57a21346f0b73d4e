/** `2026-01-01T00:00:00.000+0000`, as CloudWatch writes times in what an alarm says. */
export function alarmTime(timestamp: number): string {
  return new Date(timestamp).toISOString().replace("Z", "+0000");
}

/** `01/01/26 00:00:00`, as a reason names its data points. */
export function reasonTime(timestamp: number): string {
  const [date = "", time = ""] = new Date(timestamp).toISOString().split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}
