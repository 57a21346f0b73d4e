import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PolicyPack } from "@pulumi/policy";
import { readExemptions } from "./core/exemptions.ts";
import { shareStack } from "./core/one-stack.ts";
import { pulumiPolicy } from "./core/pulumi.ts";
import { readPropertiesOnce } from "./core/read-once.ts";
import { POLICIES } from "./policies.ts";

const FILE = "exemptions.yaml";

/** The CLI starts a pack in its own folder. */
const exemptions = readExemptions(readFileSync(join(process.cwd(), FILE), "utf8"), POLICIES, `policypack/${FILE}`);
const today = new Date().toISOString().slice(0, 10);

readPropertiesOnce(process.cwd());
shareStack(process.cwd());
new PolicyPack("lean-ops", {
  description: "Event ingestion on AWS that loses nothing: the readiness checklist, and what was learnt.",
  policies: POLICIES.map((policy) => pulumiPolicy(policy, exemptions, today)),
});
