import type { Log, Result } from "sarif";
import type { Judgement, Verdict } from "../../local/policy/verdict.ts";

/** The result for code scanning (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html). */
export function sarifOf({ policies, judgements }: Verdict): Log {
  return {
    version: "2.1.0",
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    runs: [
      {
        tool: {
          driver: {
            name: "lean-ops-policies",
            rules: policies.map(({ name, description, fix, url, level }) => ({
              id: name,
              shortDescription: { text: description },
              help: { text: fix },
              helpUri: url,
              defaultConfiguration: { level: level === "mandatory" ? "error" : "note" },
            })),
          },
        },
        results: judgements.map(resultOf),
      },
    ],
  };
}

function resultOf({ policy, level, kind, message, resource, urn, source }: Judgement): Result {
  return {
    ruleId: policy,
    level: level === "mandatory" ? "error" : "note",
    message: { text: message },
    ...(kind === "exempted" ? { suppressions: [{ kind: "external", justification: message }] } : {}),
    locations: [
      {
        ...(source === undefined
          ? {}
          : {
              physicalLocation: {
                artifactLocation: { uri: source.file.replaceAll("\\", "/") },
                region: { startLine: source.line, startColumn: source.column },
              },
            }),
        ...(resource === undefined
          ? {}
          : { logicalLocations: [{ name: resource, fullyQualifiedName: urn ?? resource }] }),
      },
    ],
  };
}
