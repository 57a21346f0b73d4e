import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseOptions } from "../../../scripts/breaker/options.ts";
import { run } from "../../../scripts/breaker/run.ts";
import { setEnvironment } from "../../functions/support/environment.ts";
import { type FakeLambda, openFakeLambda, statusOf } from "./fixtures.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

describe("npm run breaker", () => {
  let lambda: FakeLambda;
  let restore: () => void;
  beforeEach(async () => {
    lambda = await openFakeLambda();
    restore = setEnvironment({
      AWS_ENDPOINT_URL: lambda.endpoint,
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "key",
    });
  });
  afterEach(async () => {
    restore();
    await lambda.close();
  });

  async function breaker(...args: string[]): Promise<{ code: number; text: string; problems: string }> {
    const [stream, errors] = [new PassThrough(), new PassThrough()];
    const as = (through: PassThrough) => through as unknown as NodeJS.WriteStream;
    const code = await run(parseOptions(args), ROOT, as(stream), as(errors));
    return { code, text: String(stream.read() ?? ""), problems: String(errors.read() ?? "") };
  }

  it("shows an open circuit", async () => {
    lambda.answer = {
      ok: true,
      status: statusOf({
        state: "OPEN",
        since: "2026-01-10T06:30:00.250Z",
        reason: "Firehose is away",
        mappings: { Enabled: 0, Disabling: 12, Disabled: 1688 },
        pending: 12,
        minutesToProbe: 4,
        transitions: [
          { from: "CLOSED", to: "OPEN", at: "2026-01-10T06:30:00.250Z", reason: "Firehose is away" },
          { from: "HALF_OPEN", to: "CLOSED", at: "2026-01-09T23:00:00.000Z", reason: "the probe\nsucceeded" },
        ],
      }),
    };
    const { code, text } = await breaker("status");
    assert.equal(code, 0);
    assert.equal(
      text,
      `Circuit of lean-ops-dev-circuit-breaker in eu-west-1

  state       OPEN since 2026-01-10 06:30:00 UTC
  reason      Firehose is away
  mappings    1,688 Disabled, 12 Disabling
  pending     12 mappings not yet as the circuit wants them
  next probe  in 4 minutes

  at                       from       to      reason
  2026-01-10 06:30:00 UTC  CLOSED     OPEN    Firehose is away
  2026-01-09 23:00:00 UTC  HALF_OPEN  CLOSED  the probe succeeded
`,
    );
  });

  it("shows a circuit that nothing ever happened to", async () => {
    const { code, text } = await breaker("status");
    assert.equal(code, 0);
    assert.match(
      text,
      /\n\n {2}state {7}CLOSED\n {2}mappings {4}3 Enabled\n {2}pending {5}none\n\n {2}There was no transition yet\.\n$/,
    );
  });

  const facts: [string, Parameters<typeof statusOf>[0], RegExp][] = [
    [
      "who holds it, why and how long",
      {
        state: "HOLD",
        hold: {
          by: "jane",
          reason: "maintenance\u001b[2J",
          since: "2026-01-10T06:00:00.000Z",
          until: "2026-01-10T08:00:00.000Z",
        },
      },
      /held by {5}jane since 2026-01-10 06:00:00 UTC, until 2026-01-10 08:00:00 UTC at the latest\n {2}held for {4}maintenance\n/,
    ],
    ["the probe", { state: "HALF_OPEN", probe: "orders" }, /\n {2}probe {7}topic orders\n/],
    ["a probe that is due", { state: "OPEN", minutesToProbe: 0 }, /next probe {2}due now\n/],
    ["a probe within the minute", { state: "OPEN", minutesToProbe: 0.2 }, /next probe {2}in 1 minute\n/],
    ["one that is pending", { pending: 1 }, /pending {5}1 mapping not yet as the circuit wants it\n/],
    ["that there are no mappings", { mappings: {} }, /mappings {4}none\n/],
  ];
  for (const [what, given, rule] of facts) {
    it(`shows ${what}`, async () => {
      lambda.answer = { ok: true, status: statusOf(given) };
      assert.match((await breaker("status")).text, rule);
    });
  }

  it("asks for what the operator asked for, and shows what came of it", async () => {
    lambda.answer = { ok: true, status: statusOf({ state: "HOLD" }) };
    const { code, text } = await breaker("hold", "--for", "2h", "--reason", "maintenance", "--by", "jane");
    assert.equal(code, 0);
    assert.match(text, /state {7}HOLD\n/);
    const command = { command: "hold", by: "jane", reason: "maintenance", minutes: 120 };
    assert.deepEqual(lambda.invocations, [{ type: "RequestResponse", command }]);
  });

  it("ends with 1 where the circuit breaker refuses, with the rule and how the circuit is", async () => {
    lambda.answer = { ok: false, error: "a circuit that is not held cannot be released", status: statusOf() };
    const { code, text } = await breaker("release");
    assert.equal(code, 1);
    assert.match(
      text,
      /\n\nRefused, and nothing was changed: a circuit that is not held cannot be released\n\n {2}state {7}CLOSED\n/,
    );
    lambda.answer = { ok: false, error: "no such command" };
    assert.match((await breaker("release")).text, /changed: no such command\n\n$/);
  });

  it("prints the status as JSON and nothing else, problems apart", async () => {
    const status = statusOf({ state: "OPEN", reason: "a\nb" });
    lambda.answer = { ok: true, status };
    const shown = await breaker("status", "--json");
    assert.deepEqual([shown.code, JSON.parse(shown.text), shown.problems], [0, status, ""]);
    lambda.answer = { ok: false, error: "it is open", status };
    const refused = await breaker("open", "--reason", "x", "--json");
    assert.deepEqual([refused.code, JSON.parse(refused.text)], [1, status]);
    assert.match(refused.problems, /^Refused, and nothing was changed: it is open\n$/);
    const missing = await breaker("status", "--json", "--function", "other");
    assert.deepEqual([missing.code, missing.text], [1, ""]);
    assert.match(missing.problems, /There is no function other in eu-west-1/);
  });

  it("ends with 1 and says so where there is no such function or stack, or the function fails", async () => {
    const other = await breaker("status", "--function", "other");
    assert.equal(other.code, 1);
    assert.match(other.text, /There is no function other in eu-west-1: is the stack deployed/);
    const nope = await breaker("status", "--stack", "nope");
    assert.deepEqual([nope.code, nope.text.includes("Pulumi.nope.yaml")], [1, true]);
    lambda.raw = { payload: '{"errorMessage":"Task timed out"}', functionError: "Unhandled" };
    const failed = await breaker("status");
    assert.equal(failed.code, 1);
    assert.match(failed.text, /\n\nlean-ops-dev-circuit-breaker failed: Unhandled: Task timed out\./);
  });
});
