// JavaScript, so that a Node.js too old to read TypeScript still gets to say so.
import { enableCompileCache } from "node:module";

const NEEDED = [22, 18];
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  console.error(
    `Lean-Ops needs Node.js ${NEEDED.join(".")} or newer, and this is ${process.versions.node}.\n` +
      "`npm ci` installs one for Linux and macOS, which `npm start` then uses: was it run without optional packages?",
  );
  process.exit(1);
}
enableCompileCache();
await import("./main.ts");
