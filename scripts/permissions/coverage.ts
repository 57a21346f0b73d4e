import { openGateway } from "../../local/api/gateway.ts";
import { systemClock } from "../../local/clock.ts";
import { openCloud } from "../../local/cloud.ts";
import { Console, count } from "../../local/console.ts";
import { evaluate } from "../../local/graph/evaluate.ts";
import { readStackFiles } from "../../local/graph/stack-files.ts";
import { coverageOf } from "../../local/iam/coverage.ts";
import { deniedLines } from "../../local/iam/denied.ts";
import { outcomes } from "../../local/iam/proof.ts";
import { stackOutputs } from "../../local/run/outputs.ts";
import { EXERCISE_SETTINGS, useEverything } from "./exercise.ts";

/** Half of what is allowed: on a busy machine functions would run out of time. */
const SPEED = 10;

/**
 * Has a stack do all that it can on the local cloud, then takes everything away from it that grants or denies, one by one,
 * and shows what that run would not have missed.
 *
 * @param root The project's folder.
 * @returns 0 only where nothing was refused, and everything that was not needed has its reason.
 */
export async function showCoverage(
  stack: string,
  root: string,
  console = new Console(process.stdout),
): Promise<number> {
  const gateway = await openGateway();
  try {
    const { config } = readStackFiles(root, stack);
    for (const [section, settings] of Object.entries(EXERCISE_SETTINGS)) {
      const key = `lean-ops:${section}`;
      config[key] = JSON.stringify({ ...JSON.parse(config[key] ?? "{}"), ...settings });
    }
    console.heading(`Permissions of stack ${stack}, against a run that uses everything`);
    const graph = await evaluate(stack, { queueEndpoint: gateway.endpoint, config, root });
    const cloud = await openCloud(graph, { gateway, clock: systemClock(SPEED), log: () => {} });
    try {
      await useEverything({ graph, outputs: stackOutputs(graph), cloud, gateway });
    } finally {
      await cloud.stop();
    }
    const { denied, trace } = cloud.authority;
    for (const line of deniedLines(denied)) console.problem(`  ${line}`);
    const results = outcomes(graph, trace);
    const { needed, explained, unexplained } = coverageOf(results);
    console.line(
      `  ${count(results.length)} can be taken away: each action on each resource, each Deny, endpoint, route, rule.`,
    );
    console.line(`  ${count(needed.length)} were needed.`);
    console.line(`  ${count(explained.length)} were not, and have their reason:`);
    for (const { mutation, reason } of explained) {
      console.line(`    ${mutation.name}`);
      console.line(`        ${reason}`);
    }
    if (unexplained.length > 0) console.problem(`  ${count(unexplained.length)} were not, and nobody says why:`);
    for (const { kind, name } of unexplained) console.problem(`    ${kind}: ${name}`);
    return denied.length === 0 && unexplained.length === 0 ? 0 : 1;
  } finally {
    await gateway.close();
  }
}
