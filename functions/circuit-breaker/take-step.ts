import type { UpdateEventSourceMappingRequest } from "@aws-sdk/client-lambda";
import { type ControlPlane, MappingGone } from "./control-plane.ts";
import { MAPPING_KIND, PROBE_CONCURRENCY, type SavedMapping } from "./mapping.ts";
import { hasProbeConcurrency, type Step } from "./plan.ts";
import type { MappingStore } from "./store.ts";

export interface StepTools {
  controlPlane: ControlPlane;
  store: MappingStore;
  /** ISO 8601. */
  now(): string;
}

/**
 * Takes one step. Whatever ends it in the middle, the same step, planned again, completes it: what a mapping was is
 * written before it is changed, and forgotten only after it was changed back.
 *
 * @throws what a call throws; a mapping that is gone is forgotten, and no error.
 */
export async function takeStep(step: Step, tools: StepTools): Promise<void> {
  const uuid = step.do === "disable" ? step.mapping.uuid : step.saved.id;
  try {
    await STEPS[step.do](step as never, tools);
  } catch (error) {
    if (!(error instanceof MappingGone)) throw error;
    await tools.store.forget(uuid);
  }
}

type StepOf<Do extends Step["do"]> = Extract<Step, { do: Do }>;

const STEPS: { [Do in Step["do"]]: (step: StepOf<Do>, tools: StepTools) => Promise<void> } = {
  async disable({ mapping, saved }, { controlPlane, store, now }) {
    if (saved === undefined) {
      await store.save({ kind: MAPPING_KIND, id: mapping.uuid, source_arn: mapping.sourceArn, saved_at: now() });
    } else if (saved.asked_at !== undefined) await store.unask(saved.id);
    await controlPlane.update({ UUID: mapping.uuid, Enabled: false, ...(await scalingBack(saved, controlPlane)) });
    if (saved?.scaling !== undefined) await store.unscale(saved.id);
  },

  async probe({ saved }, { controlPlane, store }) {
    if (saved.asked_at !== undefined) await store.unask(saved.id);
    const mapping = await controlPlane.get(saved.id);
    // What was saved at an earlier probe is out of date where somebody has changed it since.
    if (saved.scaling === undefined || !hasProbeConcurrency(mapping))
      await store.scale(saved.id, mapping.maximumConcurrency);
    const ScalingConfig = { MaximumConcurrency: PROBE_CONCURRENCY };
    await controlPlane.update({ UUID: saved.id, Enabled: true, ...(mapping.hasPollers ? {} : { ScalingConfig }) });
  },

  async restore({ saved }, { controlPlane, store, now }) {
    await controlPlane.update({ UUID: saved.id, Enabled: true, ...(await scalingBack(saved, controlPlane)) });
    await store.ask(saved.id, now());
  },

  async forget({ saved }, { store }) {
    await store.forget(saved.id);
  },
};

/** An empty configuration removes it: https://docs.aws.amazon.com/lambda/latest/api/API_ScalingConfig.html */
async function scalingBack(
  saved: SavedMapping | undefined,
  controlPlane: ControlPlane,
): Promise<Pick<UpdateEventSourceMappingRequest, "ScalingConfig">> {
  if (saved?.scaling === undefined) return {};
  if (!hasProbeConcurrency(await controlPlane.get(saved.id))) return {};
  const { was } = saved.scaling;
  return { ScalingConfig: was === undefined ? {} : { MaximumConcurrency: was } };
}
