/**
 * A host process for the reaper's spec: an idle child and an endlessly looping one, each with a connection to the port
 * that the first argument names. The second is its work directory.
 */
import { functionOf, hostOf } from "./hosts.ts";

const CONNECTED = `
import { once } from "node:events";
import { connect } from "node:net";
await once(connect(Number(process.env.PORT), "127.0.0.1"), "connect");
export const handler = ({ loop }) => { while (loop); };`;

const variables = { PORT: process.argv[2] ?? "" };
const idle = functionOf({ "index.mjs": CONNECTED }, { name: "idle", variables });
const busy = functionOf({ "index.mjs": CONNECTED }, { name: "busy", variables });

const { host } = await hostOf([idle, busy], { workDirectory: process.argv[3] ?? "", log: () => {} });
await host.warm(idle.arn, 1);
await host.warm(busy.arn, 1);
void host.invoke(busy.arn, '{"loop":true}');
process.stdout.write("ready");
