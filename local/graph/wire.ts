import * as rpc from "@pulumi/pulumi/runtime/rpc.js";
import type { GraphArchive } from "./types.ts";

/**
 * Turns a property in the engine's wire format into a plain value: secrets are unwrapped, resource references become
 * URNs, archives become {@link GraphArchive}; an unknown (preview only) becomes undefined.
 *
 * @throws Error for an asset that is not text made by the program: the graph must hold all that it needs.
 */
export function plainValue(wire: unknown): unknown {
  if (wire === rpc.unknownValue) {
    return undefined;
  }
  if (Array.isArray(wire)) {
    return wire.map(plainValue);
  }
  if (typeof wire !== "object" || wire === null) {
    return wire;
  }
  const object = wire as Record<string, unknown>;
  switch (object[rpc.specialSigKey]) {
    case undefined:
      return plainProperties(object);
    case rpc.specialSecretSig:
    case rpc.specialOutputValueSig:
      return plainValue(object.value);
    case rpc.specialResourceSig:
      return object.urn;
    case rpc.specialArchiveSig:
      return archive(object);
    case rpc.specialAssetSig:
      return assetText("asset", object);
    default:
      throw new Error(`unknown kind of property in the engine's wire format: ${String(object[rpc.specialSigKey])}`);
  }
}

export function plainProperties(wire: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(wire).map(([key, value]) => [key, plainValue(value)]));
}

function archive(wire: Record<string, unknown>): GraphArchive {
  const assets = Object.entries((wire.assets ?? {}) as Record<string, Record<string, unknown>>);
  if (assets.length === 0) {
    throw new Error("an archive must be an AssetArchive of StringAssets, not a file or an address");
  }
  return { files: Object.fromEntries(assets.map(([path, asset]) => [path, assetText(path, asset)])) };
}

function assetText(path: string, wire: Record<string, unknown>): string {
  if (typeof wire.text !== "string") {
    throw new Error(`${path}: must be a StringAsset, not a file or an address`);
  }
  return wire.text;
}
