import type { Peers, Policy } from "../../policypack/core/policy.ts";
import { POLICIES, POLICIES_BY_SERVICE } from "../../policypack/policies.ts";

/** What other tools ask for, of the resources that this project uses, and this pack does not. */
const LEFT_OUT: readonly [id: string, rule: string, reason: string][] = [
  [
    "CKV_AWS_144",
    "S3: replication to another region",
    "a stack lives in one region; its RAW data can be replayed from the archive only there",
  ],
  ["CKV_AWS_143", "S3: object lock", "an Iceberg table rewrites and deletes its own files"],
  ["CKV2_AWS_62", "S3: event notifications", "who needs to be told is a matter of the design, not of hygiene"],
  [
    "CKV_AWS_338",
    "Logs: a year's retention",
    "logs can hold personal data; `logs-retention` has `minimumDays` for whoever needs a year",
  ],
  [
    "CKV2_AWS_5",
    "VPC: security groups that nothing uses",
    "they cost nothing, and endpoints made by other stacks may use them",
  ],
];

/** The page about all policies, made of the pack itself. */
export function policiesDocument(): string {
  const mandatory = POLICIES.filter(({ level }) => level === "mandatory").length;
  return [
    "# Policies",
    "",
    "<!-- Made by `npm run policy -- --docs`; a test compares it with the pack. -->",
    "",
    `${POLICIES.length} policies, ${mandatory} of them mandatory: nothing that breaks one of those passes \`npm run policy\`, or a preview`,
    "with the pack. The last column names the rules that say the same in",
    "[awsguard](https://github.com/pulumi/pulumi-policy-aws), in cdk-nag's pack",
    "[AwsSolutions](https://github.com/cdklabs/cdk-nag/blob/main/RULES.md) and in [checkov](https://www.checkov.io/).",
    "",
    "Levels and settings are Pulumi's own policy configuration: a JSON file for `pulumi preview --policy-pack-config`, and",
    "`npm run policy -- --config`. Exemptions of single resources stand in `policypack/exemptions.yaml`.",
    ...Object.entries(POLICIES_BY_SERVICE).flatMap(([service, policies]) => section(service, policies)),
    "",
    "## Settings",
    "",
    "| policy | setting | default | |",
    "|---|---|---|---|",
    ...POLICIES.flatMap(settingRows),
    "",
    "## What those tools ask for and this pack does not",
    "",
    "Of the kinds of resources that this project uses.",
    "",
    "| rule | what | why not |",
    "|---|---|---|",
    ...LEFT_OUT.map((row) => `| ${row.join(" | ")} |`),
    "",
  ].join("\n");
}

function section(service: string, policies: readonly Policy[]): string[] {
  return [
    "",
    `## ${service}`,
    "",
    "| policy | level | what must hold, and why | also in |",
    "|---|---|---|---|",
    ...policies.map(
      ({ name, level, description, reason, url, peers }) =>
        `| [\`${name}\`](${url}) | ${level} | ${cell(description)} ${cell(reason)} | ${peersOf(peers)} |`,
    ),
  ];
}

function settingRows({ name, settings = {} }: Policy): string[] {
  return Object.entries(settings).map(
    ([setting, { default: value, description }]) =>
      `| \`${name}\` | \`${setting}\` | ${cell([value].flat().join(", ") || "none")} | ${cell(description)} |`,
  );
}

function peersOf({ awsguard = [], cdkNag = [], checkov = [] }: Peers = {}): string {
  const all = [...awsguard, ...cdkNag.map((id) => `AwsSolutions-${id}`), ...checkov];
  return all.length === 0 ? "–" : all.join(", ");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("*", "\\*");
}
