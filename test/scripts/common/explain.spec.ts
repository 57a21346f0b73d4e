import assert from "node:assert/strict";
import { explain } from "../../../scripts/common/explain.ts";
import { OperatorError } from "../../../scripts/common/operator-error.ts";
import { setEnvironment } from "../../functions/support/environment.ts";

const SUBJECT = { resource: "table t", region: "eu-west-1" };
const failure = (name: string, message = "said", more = {}) => Object.assign(new Error(message), { name, ...more });

describe("explain", () => {
  let restore: () => void;
  before(() => {
    restore = setEnvironment({ AWS_ENDPOINT_URL: "http://127.0.0.1:1" });
  });
  after(() => restore());

  const cases: [unknown, RegExp][] = [
    [failure("ResourceNotFoundException"), /^There is no table t in eu-west-1: is the stack deployed/],
    [failure("CredentialsProviderError"), /^There are no AWS credentials: .*\(said\)\.$/],
    [failure("Error", "Region is missing"), /^There is no AWS region: set AWS_REGION/],
    [
      failure("Error", "connect", { code: "ECONNREFUSED" }),
      /^Nothing answers at AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:1\.$/,
    ],
    [failure("AccessDeniedException"), /^AccessDeniedException: said$/],
    [new TypeError("defect"), /^TypeError: defect\n\s+at /],
    ["text", /^text$/],
    [new OperatorError("It is open."), /^It is open\.$/],
  ];
  for (const [error, text] of cases) {
    it(`says of ${error}: ${text.source.slice(0, 40)}`, () => assert.match(explain(error, SUBJECT), text));
  }

  it("names no region where the environment gives it", () => {
    const text = explain(failure("ResourceNotFoundException"), { ...SUBJECT, region: undefined });
    assert.match(text, /^There is no table t: is the stack/);
  });

  for (const url of ["http:/", "nonsense", "localhost:4566"]) {
    it(`says that AWS_ENDPOINT_URL=${url} is no URL, whatever the SDK made of it`, () => {
      const restore = setEnvironment({ AWS_ENDPOINT_URL: url });
      const text = explain(new TypeError("Invalid URL"), SUBJECT);
      restore();
      assert.equal(text, `AWS_ENDPOINT_URL must be a URL, as http://127.0.0.1:4566, and is "${url}".`);
    });
  }
});
