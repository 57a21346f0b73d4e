import { Inputs } from "../graph/inputs.ts";
import { ofType, type StackGraph } from "../graph/types.ts";

const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";

export interface DashboardConfiguration {
  name: string;
  arn: string;
  /** JSON text. */
  body: string;
}

/** Inputs of `cloudwatch.DashboardArgs` that change nothing locally, and why. */
export const ignoredInputs: Readonly<Record<string, string>> = {
  region: "a dashboard belongs to no region",
};

/**
 * The stack's dashboards. Their bodies are only kept: nothing here draws them.
 *
 * @param problems Where names go that PutDashboard refuses, and bodies that are not JSON
 *   (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html).
 */
export function dashboardsOf(graph: StackGraph, problems: string[]): DashboardConfiguration[] {
  return ofType(graph, DASHBOARD).map((resource) => {
    const inputs = Inputs.of(resource, problems);
    // Its own name is none of a dashboard's inputs.
    inputs.only(["name", "dashboardName", "dashboardBody"], ignoredInputs);
    const body = inputs.text("dashboardBody");
    inputs.attempt("dashboardBody", () => JSON.parse(body));
    return {
      name: inputs.text("dashboardName", /^[A-Za-z0-9_-]{1,255}$/),
      arn: String(resource.state.dashboardArn),
      body,
    };
  });
}
