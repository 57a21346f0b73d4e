import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import { COMPILE_CACHE } from "../../local/compile-cache.ts";
import { providerOutputs } from "../../local/graph/outputs.ts";
import type { StackFiles } from "../../local/graph/stack-files.ts";

const require = createRequire(import.meta.url);
const { ResourceMonitorService } = require("@pulumi/pulumi/proto/resource_grpc_pb.js");
const { EngineService } = require("@pulumi/pulumi/proto/engine_grpc_pb.js");
const engineMessages = require("@pulumi/pulumi/proto/engine_pb.js");
const languageHost = require.resolve("@pulumi/pulumi/cmd/run");

/** How the program ended under Pulumi's own Node.js language host. */
export interface Run {
  exitCode: number | null;
  /** Type and name of each registered resource. */
  registered: string[];
  /** What the engine would show the user at level warning or error, and the process's own output. */
  messages: string;
}

/** The parts of the engine's messages that are read here. */
interface Request {
  getMessage(): string;
  getSeverity(): number;
  getUrn(): string;
}

type Answer = sendUnaryData<unknown>;
type Call = ServerUnaryCall<Request, unknown>;
type Service = Record<string, handleUnaryCall<Request, unknown>>;

/**
 * Runs a program as `pulumi up` and `pulumi preview` do: in the script of the SDK that the CLI starts, which speaks
 * gRPC to an engine. The engine here accepts every resource.
 */
export async function runUnderLanguageHost(root: string, files: StackFiles, preview: boolean): Promise<Run> {
  const placement = { region: String(files.config["aws:region"]), account: "123456789012" };
  const registered: string[] = [];
  let messages = "";

  const monitor = new MockMonitor({
    newResource: ({ type, name, inputs }) => {
      registered.push(`${type} ${name}`);
      const outputs = preview ? {} : providerOutputs(type, name, inputs, placement);
      return { id: preview ? undefined : name, state: { ...inputs, ...outputs } };
    },
    call: () => ({ accountId: placement.account, region: placement.region, name: placement.region, partition: "aws" }),
  }) as unknown as Record<string, (request: Request, answer: Answer) => void>;

  const resources: Service = {
    signalAndWaitForShutdown: (_, answer) => answer(null, new emptyMessages.Empty()),
  };
  for (const name of ["registerResource", "readResource", "invoke", "registerPackage", "getDeploymentInfo"]) {
    resources[name] = ({ request }: Call, answer: Answer) => monitor[name]?.call(monitor, request, answer);
  }
  resources.registerResourceOutputs = (_, answer) => answer(null, new emptyMessages.Empty());

  let rootUrn = "";
  const engine: Service = {
    log: ({ request }, answer) => {
      if (request.getSeverity() >= engineMessages.LogSeverity.WARNING) messages += `${request.getMessage()}\n`;
      answer(null, new emptyMessages.Empty());
    },
    setRootResource: ({ request }, answer) => {
      rootUrn = request.getUrn();
      answer(null, new engineMessages.SetRootResourceResponse());
    },
    getRootResource: (_, answer) => {
      const response = new engineMessages.GetRootResourceResponse();
      response.setUrn(rootUrn);
      answer(null, response);
    },
  };

  const server = new Server();
  server.addService(ResourceMonitorService, resources);
  server.addService(EngineService, engine);
  const address = `127.0.0.1:${await listen(server)}`;
  try {
    const args = [`--project=${files.project}`, `--stack=${files.stack}`, `--pwd=${root}`, `--root-directory=${root}`];
    args.push(`--monitor=${address}`, `--engine=${address}`, "--parallel=16");
    const child = spawn(process.execPath, [languageHost, ...args, ...(preview ? ["--dry-run"] : []), "."], {
      // The CLI hands the configuration over in this variable.
      env: {
        ...COMPILE_CACHE,
        PATH: process.env.PATH,
        PULUMI_CONFIG: JSON.stringify(files.config),
        PULUMI_NODEJS_TYPESCRIPT: "false",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        messages += text;
      });
    }
    const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
    return { exitCode, registered, messages };
  } finally {
    server.forceShutdown();
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
