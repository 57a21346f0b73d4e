import { pathToFileURL } from "node:url";
import { Resource } from "@pulumi/pulumi";

interface Frame {
  uri: string;
  line: number;
  column: number;
}

/** What the SDK's type declarations leave out as internal. */
interface Sdk {
  stackTrace(skip: number): Frame[];
}

/** In a function, and at the top level of a module, which the SDK's own expression passes over. */
const FRAME = /^ *at (?:.* \()?(?<file>.+):(?<line>\d+):(?<column>\d+)\)?$/;

/**
 * Lets Pulumi take the one frame of each resource's stack that says where the program made it. The SDK formats the whole
 * stack, and puts all of it into the request, where nobody reads it here. Within this process.
 */
export function takePositionsAlone(): void {
  const sdk = Resource as unknown as Sdk;
  sdk.stackTrace = (skip) => {
    const limit = Error.stackTraceLimit;
    // The SDK counts one function more than there is here.
    Error.stackTraceLimit = skip + 1;
    const { stack = "" } = new Error();
    Error.stackTraceLimit = limit;
    const { file, line, column } = FRAME.exec(stack.split("\n").at(skip + 1) ?? "")?.groups ?? {};
    if (file === undefined || file.startsWith("node:")) return [];
    return [{ uri: pathToFileURL(file).toString(), line: Number(line), column: Number(column) }];
  };
}
