/** What a policy says besides violations, by how its message begins: Pulumi's protocol knows nothing but violations. */
export const NOTICES = {
  notEvaluated: "Not evaluated",
  exempted: "Exempted",
  unusedExemption: "Unused exemption",
  expiredExemption: "Expired exemption",
} as const;

export type Notice = keyof typeof NOTICES;

/** The notice that a message is, undefined where it is a violation. */
export function noticeIn(message: string): Notice | undefined {
  return (Object.keys(NOTICES) as Notice[]).find((notice) => message.startsWith(`${NOTICES[notice]}: `));
}
