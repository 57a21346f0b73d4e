import type { HttpAnswer, HttpRequest } from "../api/gateway.ts";
import type { Fault, FaultParts } from "./fault.ts";

/** Codes and words: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const REFUSALS = [
  { code: "SlowDown", message: "Please reduce your request rate." },
  { code: "ServiceUnavailable", message: "Service is unable to handle request." },
] as const;

/** S3 refuses to put objects into the archive bucket. The rate is the share of such puts. */
export function archiveDown({ trigger, targets }: FaultParts): Fault {
  return {
    httpService(service) {
      if (service.name !== "s3") return service;
      const { name, port } = service;
      return {
        name,
        port,
        intercept(request, caller) {
          const answer = service.intercept?.(request, caller);
          if (answer !== undefined || !putsObject(request, targets.archiveBucket) || !trigger.strikes()) return answer;
          return refusal(REFUSALS[trigger.random() < 0.5 ? 0 : 1]);
        },
      };
    },
  };
}

/** `PUT /bucket/key`: clients that are given an IP address as the endpoint put the bucket into the path. */
function putsObject({ method, url }: HttpRequest, bucket: string): boolean {
  if (method !== "PUT") return false;
  const { pathname, searchParams } = new URL(url, "http://s3");
  // Other queries make it another operation, of which PUT has many.
  const isObject = [...searchParams.keys()].every((key) => key === "x-id");
  return isObject && pathname.startsWith(`/${bucket}/`) && pathname.length > bucket.length + 2;
}

function refusal({ code, message }: (typeof REFUSALS)[number]): HttpAnswer {
  return {
    status: 503,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  };
}
