import assert from "node:assert/strict";
import type { Registration } from "../../local/graph/registration.ts";
import { AWSX_VPC, FLOW_LOG, VPC } from "../../policypack/core/types.ts";
import { flowLogs } from "../../policypack/vpc.ts";
import { judged, registration, UNKNOWN } from "../support/policies.ts";

const component = (vpcId: string) => registration(AWSX_VPC, "network", {}, { outputs: { vpcId } });

/** As awsx makes it: of the component's name, and in it. */
function inComponent(id: string): Registration {
  const vpc = registration(VPC, "network", {}, { outputs: { id } });
  return { ...vpc, urn: vpc.urn.replace(VPC, `${AWSX_VPC}$${VPC}`) };
}

async function found(...stack: Registration[]): Promise<string[]> {
  const diagnostics = await judged([flowLogs], stack);
  return diagnostics.map(({ level, urn }) => `${level} ${urn?.split("::").at(-1) ?? "not evaluated"}`);
}

describe("vpc-flow-logs", () => {
  it("sees a VPC in awsx's component, whether its content is known or not", async () => {
    assert.deepEqual(await found(component("vpc-1")), ["mandatory network"]);
    assert.deepEqual(await found(component("vpc-1"), inComponent("vpc-1")), ["mandatory network"]);
  });

  it("takes the log of the component's VPC for the component's", async () => {
    const log = registration(FLOW_LOG, "log", { vpcId: "vpc-1" });
    assert.deepEqual(await found(component("vpc-1"), log), []);
    assert.deepEqual(await found(component("vpc-1"), inComponent("vpc-1"), log), []);
  });

  it("objects to nothing in a preview, where it depends on the component", async () => {
    for (const stack of [[component(UNKNOWN)], [component(UNKNOWN), inComponent(UNKNOWN)]]) {
      const dependsOn = { vpcId: stack.map(({ urn }) => urn) };
      const log = registration(FLOW_LOG, "log", { vpcId: UNKNOWN }, { dependsOn });
      assert.ok(!(await found(...stack, log)).some((one) => one.startsWith("mandatory")));
    }
  });

  it("judges a VPC of another component, or of none, by itself", async () => {
    const log = registration(FLOW_LOG, "log", { vpcId: "vpc-1" });
    const other = registration(VPC, "other", {}, { outputs: { id: "vpc-2" } });
    assert.deepEqual(await found(component("vpc-1"), other, log), ["mandatory other"]);
  });
});
