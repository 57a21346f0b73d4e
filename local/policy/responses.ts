import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import protobuf from "protobufjs/minimal.js";

/** Of the diagnostics in AnalyzeResponse. */
const DIAGNOSTICS = 2;

/** What an AnalyzeResponse in protobuf's encoding objects to; a list of the policies that had nothing to judge is left out. */
export function diagnosticsIn(bytes: Uint8Array): analyzer.AnalyzeDiagnostic[] {
  const reader = protobuf.Reader.create(bytes);
  const found: analyzer.AnalyzeDiagnostic[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === DIAGNOSTICS) found.push(analyzer.AnalyzeDiagnostic.deserializeBinary(reader.bytes()));
    else reader.skipType(tag & 7);
  }
  return found;
}
