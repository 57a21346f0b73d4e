/**
 * Loaded before every run of the specs: until Mocha has counted its failures the run has failed. A worker that dies
 * between two spec files leaves Mocha without a result, and Node.js would then end with 0.
 */
process.exitCode = 1;
