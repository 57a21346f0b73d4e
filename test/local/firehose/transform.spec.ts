import assert from "node:assert/strict";
import { AwsError } from "../../../local/api/errors.ts";
import {
  LAMBDA_ARN,
  MIB,
  newStream,
  ok,
  order,
  orders,
  payments,
  REGION,
  record,
  respond,
  route,
  STREAM_ARN,
  text,
} from "./fixtures.ts";

const functionError = { payload: '{"errorType":"Error","errorMessage":"boom"}', functionError: "Unhandled" as const };

describe("transform", () => {
  it("sends the event that Firehose sends", async () => {
    const { stream, clock, fn } = newStream();
    const arrival = clock.now();
    const puts = [order("a"), order("b")];
    const ids = stream.put(puts);
    await clock.advance(60_000);
    const [event] = fn.events;
    assert.ok(event);
    assert.match(event.invocationId, /^[0-9a-f-]{36}$/);
    assert.equal(event.deliveryStreamArn, STREAM_ARN);
    assert.equal(event.region, REGION);
    assert.deepEqual(fn.arns, [LAMBDA_ARN]);
    assert.deepEqual(
      event.records.map(({ data, approximateArrivalTimestamp }) => ({ data, approximateArrivalTimestamp })),
      puts.map(({ data }) => ({ data, approximateArrivalTimestamp: arrival })),
    );
    const seen = event.records.map(({ recordId }) => recordId);
    assert.equal(new Set([...seen, ...ids]).size, 4, "the function's ids are not the producer's");
  });

  it("invokes when the interval since the first record has passed, and not before", async () => {
    const { stream, clock, fn } = newStream();
    stream.put([order("a")]);
    await clock.advance(30_000);
    stream.put([order("b")]);
    await clock.advance(29_999);
    assert.equal(fn.events.length, 0);
    await clock.advance(1);
    assert.equal(fn.events[0]?.records.length, 2);
  });

  it("invokes as soon as the size is reached, record by record", async () => {
    const { stream, clock, fn } = newStream();
    stream.put(Array.from({ length: 9 }, (_, n) => order(`${n}`, MIB / 4)));
    await clock.advance(0);
    assert.deepEqual(
      fn.events.map(({ records }) => records.length),
      [4, 4],
    );
    await clock.advance(60_000);
    assert.equal(fn.events[2]?.records.length, 1);
  });

  it("keeps every request within 6 MiB, however small the records are", async () => {
    const { stream, clock, fn } = newStream({ transform: { buffer: { bytes: 3 * MIB, ms: 60_000 } } });
    stream.put(Array.from({ length: 50_000 }, () => record("1")));
    await clock.advance(60_000);
    assert.ok(fn.payloads.length > 1);
    for (const payload of fn.payloads) assert.ok(Buffer.byteLength(payload) <= 6 * MIB);
    const sizes = fn.events.map(({ records }) => records.length);
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      50_000,
    );
  });

  it("has at most five invocations under way, and keeps the others waiting", async () => {
    const { stream, clock, fn } = newStream({ transform: { buffer: { bytes: 1, ms: 0 } } });
    const { answer } = fn;
    const finish: (() => void)[] = [];
    fn.answer = async (event) => {
      await new Promise<void>((resolve) => finish.push(resolve));
      return answer(event);
    };
    stream.put(["a", "b", "c", "d", "e", "f", "g"].map((id) => order(id)));
    await clock.advance(0);
    assert.equal(fn.events.length, 5);
    finish[0]?.();
    await clock.advance(0);
    assert.equal(fn.events.length, 6);
  });

  it("joins what waits for an invocation, up to the size, into one request", async () => {
    const { stream, clock, fn } = newStream({ transform: { buffer: { bytes: 1000, ms: 0 } } });
    const { answer } = fn;
    const finish: (() => void)[] = [];
    fn.answer = async (event) => {
      await new Promise<void>((resolve) => finish.push(resolve));
      return answer(event);
    };
    for (let put = 0; put < 12; put++) {
      stream.put([order("a", 300)]);
      await clock.advance(0);
    }
    finish[0]?.();
    await clock.advance(0);
    finish[1]?.();
    await clock.advance(0);
    assert.deepEqual(
      fn.events.map(({ records }) => records.length),
      [1, 1, 1, 1, 1, 3, 3],
    );
  });

  it("routes each record to the table that the answer names", async () => {
    const { stream, clock, fn, tables } = newStream();
    fn.answer = ({ records: [first, second] }) => {
      assert.ok(first && second);
      return respond([ok(first, "payments"), ok(second, "orders")]);
    };
    stream.put([order("a"), order("b")]);
    await clock.advance(360_000);
    assert.deepEqual(tables.ids(payments), ["a"]);
    assert.deepEqual(tables.ids(orders), ["b"]);
  });

  it("finds the answers by record id, in whatever order they come", async () => {
    const { stream, clock, fn, tables } = newStream();
    fn.answer = ({ records }) => {
      const answers = records.map((one) => (text(one.data).includes('"a"') ? ok(one) : { ...one, result: "Dropped" }));
      return respond(answers.reverse());
    };
    stream.put([order("a"), order("b")]);
    await clock.advance(360_000);
    assert.deepEqual(tables.ids(), ["a"]);
    assert.deepEqual(stream.account(), { accepted: 2, rows: 1, dropped: 1, failed: 0, buffered: 0 });
  });

  it("sends what the function could not process to the error output, without a retry and as it came", async () => {
    const { stream, clock, fn, objects, tables } = newStream();
    fn.answer = ({ records: [first, second] }) => {
      assert.ok(first && second);
      return respond([{ recordId: first.recordId, result: "ProcessingFailed", data: "AAAA" }, ok(second)]);
    };
    const arrival = clock.now();
    const puts = [order("a"), order("b")];
    stream.put(puts);
    await clock.advance(360_000);
    assert.equal(fn.events.length, 1);
    assert.deepEqual(tables.ids(), ["b"]);
    assert.deepEqual(objects.documents(), [
      {
        attemptsMade: 1,
        arrivalTimestamp: arrival,
        errorCode: "Lambda.ProcessingFailedStatus",
        errorMessage: "The Lambda function answered ProcessingFailed for this record",
        attemptEndingTimestamp: arrival + 60_000,
        rawData: puts[0]?.data,
        lambdaArn: LAMBDA_ARN,
      },
    ]);
    assert.match(objects.objects[0]?.key ?? "", /^processing-failed\//);
  });

  it("fails a record whose id is missing or answered twice, and no other", async () => {
    const { stream, clock, fn, objects, tables } = newStream();
    fn.answer = ({ records: [first, second, third] }) => {
      assert.ok(first && second && third);
      return respond([ok(second), ok(second), ok(third), { ...ok(third), recordId: "of no record" }]);
    };
    stream.put([order("a"), order("b"), order("c")]);
    await clock.advance(360_000);
    assert.deepEqual(
      objects
        .documents()
        .map(({ errorCode, rawData }) => [errorCode, (JSON.parse(text(rawData)) as { id: string }).id]),
      [
        ["Lambda.MissingRecordId", "a"],
        ["Lambda.DuplicatedRecordId", "b"],
      ],
    );
    assert.deepEqual(tables.ids(), ["c"]);
  });

  it("repeats a failed invocation with the same records and an id of its own", async () => {
    const { stream, clock, fn, tables } = newStream();
    const { answer } = fn;
    fn.answer = (event) => (fn.events.length < 4 ? functionError : answer(event));
    stream.put([order("a")]);
    await clock.advance(400_000);
    assert.equal(fn.events.length, 4);
    assert.equal(new Set(fn.events.map(({ invocationId }) => invocationId)).size, 4);
    assert.equal(new Set(fn.events.map(({ records }) => JSON.stringify(records))).size, 1);
    assert.deepEqual(tables.ids(), ["a"]);
  });

  it("gives the whole batch to the error output when the retries are used up", async () => {
    const { stream, clock, fn, objects } = newStream({ transform: { retries: 1 } });
    fn.answer = () => functionError;
    stream.put([order("a"), order("b")]);
    await clock.advance(400_000);
    assert.equal(fn.events.length, 2);
    assert.deepEqual(
      objects.documents().map(({ attemptsMade, errorCode }) => [attemptsMade, errorCode]),
      [
        [2, "Lambda.FunctionError"],
        [2, "Lambda.FunctionError"],
      ],
    );
    assert.match(objects.documents()[0]?.errorMessage ?? "", /boom/);
  });

  it("says what the function said, but not at length in every document", async () => {
    const { stream, clock, fn, objects } = newStream({ transform: { retries: 0 } });
    fn.answer = () => ({ ...functionError, payload: JSON.stringify({ errorMessage: "x".repeat(10_000) }) });
    stream.put([order("a")]);
    await clock.advance(400_000);
    assert.match(objects.documents()[0]?.errorMessage ?? "", /^The Lambda function was invoked and failed: .{500}$/);
  });

  const refusals: Record<string, string> = {
    TooManyRequestsException: "Lambda.InvokeLimitExceeded",
    ResourceNotFoundException: "Lambda.ResourceNotFound",
    AccessDeniedException: "Lambda.InvokeAccessDenied",
    ServiceException: "Lambda.InvokeFailed",
  };
  for (const [name, code] of Object.entries(refusals)) {
    it(`repeats an invocation that ends in ${name}, then says ${code}`, async () => {
      const { stream, clock, fn, objects } = newStream({ transform: { retries: 2 } });
      fn.answer = () => {
        throw new AwsError(name, "no");
      };
      stream.put([order("a")]);
      await clock.advance(400_000);
      assert.equal(fn.events.length, 3);
      const [document] = objects.documents();
      assert.equal(document?.errorCode, code);
      assert.equal(document?.errorMessage, `${name}: no`);
    });
  }

  const unusable: Record<string, unknown> = {
    "no JSON": undefined,
    "no object": null,
    "no list of records": { records: {} },
    "a record that is no object": { records: [1] },
    "a record without an id": { records: [{ result: "Ok", data: "" }] },
    "an unknown result": { records: [{ recordId: "1", result: "Done", data: "" }] },
    "Ok without data": { records: [{ recordId: "1", result: "Ok" }] },
    "data that is not base64": { records: [{ recordId: "1", result: "Ok", data: "{}==" }] },
    "data in the URL-safe alphabet": { records: [{ recordId: "1", result: "Ok", data: "_-8=" }] },
    "data without its padding": { records: [{ recordId: "1", result: "Ok", data: "AAA" }] },
    "data with a line break": { records: [{ recordId: "1", result: "Ok", data: "AAA\n" }] },
  };
  for (const [what, response] of Object.entries(unusable)) {
    it(`takes an answer with ${what} for a function error`, async () => {
      const { stream, clock, fn, objects } = newStream({ transform: { retries: 1 } });
      fn.answer = () => ({ payload: response === undefined ? "Ok" : JSON.stringify(response) });
      stream.put([order("a")]);
      await clock.advance(400_000);
      assert.equal(fn.events.length, 2);
      assert.deepEqual(
        objects.documents().map(({ errorCode }) => errorCode),
        ["Lambda.FunctionError"],
      );
    });
  }

  it("counts invocations and what they processed as CloudWatch does", async () => {
    const { stream, clock, fn } = newStream();
    fn.answer = ({ records: [first, second] }) => {
      if (fn.events.length === 1) return functionError;
      assert.ok(first && second);
      return respond([
        { ...ok(first), metadata: route("orders") },
        { recordId: second.recordId, result: "Dropped" },
      ]);
    };
    stream.put([order("a"), order("b")]);
    await clock.advance(400_000);
    assert.deepEqual(stream.metrics.read("ExecuteProcessing.Success"), { sum: 1, samples: 2 });
    assert.equal(stream.metrics.read("SucceedProcessing.Records").sum, 1);
    assert.equal(stream.metrics.read("SucceedProcessing.Bytes").sum, order("a").bytes);
  });
});
