// What Pulumi's SDK loads for closures made of functions, which nobody here makes: TypeScript's compiler and npm's
// installer, more than half of the time that loading the SDK takes. CommonJS, as what starts the pack.
const Module = require("node:module");

/** Of the SDK's modules, each as the SDK itself finds it. */
const UNUSED = ["./typescript-shim.js", "@npmcli/arborist"];
exports.UNUSED = UNUSED;

/**
 * Has the Pulumi SDK that `from` finds load those when something of them is read. To be called before the SDK is loaded;
 * where it is not as it is known, nothing changes.
 *
 * @param {string} from A file of the program or the pack.
 */
exports.loadSdkLean = (from) => {
  try {
    loadWhenRead(Module.createRequire(from).resolve("@pulumi/pulumi"), UNUSED);
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
  }
};

/**
 * Puts stand-ins into the place of modules that are not loaded yet.
 *
 * @param {string} from A file that requires them.
 * @param {readonly string[]} names As it names them.
 */
function loadWhenRead(from, names) {
  const requireThere = Module.createRequire(from);
  for (const path of names.map((name) => requireThere.resolve(name))) {
    if (requireThere.cache[path] === undefined) requireThere.cache[path] = standIn(path, requireThere);
  }
}
exports.loadWhenRead = loadWhenRead;

function standIn(path, requireThere) {
  let exported;
  const load = () => {
    if (exported === undefined) {
      delete requireThere.cache[path];
      exported = requireThere(path);
    }
    return exported;
  };
  const entry = new Module(path);
  entry.filename = path;
  entry.loaded = true;
  entry.exports = new Proxy(
    {},
    {
      // What TypeScript compiled copies all of a module that is none of its own.
      get: (_, property) => property === "__esModule" || load()[property],
      has: (_, property) => property in load(),
    },
  );
  return entry;
}
