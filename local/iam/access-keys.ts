/** The access keys of those who call the local cloud and are not of the stack; a role's is its name. */

/** An administrator of the account, as whoever runs `npm run replay` with a shell is. */
export const OPERATOR_KEY = "operator";

/** A role of the account with the two rights that docs/deploying.md asks for: it sends where the settings name nobody. */
export const OWN_PRODUCER_KEY = "producer";

/** Of a producer that the settings name; the name may hold what separates the parts of a signature. */
export function producerKey(name: string): string {
  return `${OWN_PRODUCER_KEY}:${encodeURIComponent(name)}`;
}
