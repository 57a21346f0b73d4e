import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";

/** Objects of one bucket. */
export interface Bucket {
  readonly name: string;
  put(key: string, json: string, signal: AbortSignal): Promise<void>;
  /** @returns undefined where there is none. */
  get(key: string, signal: AbortSignal): Promise<string | undefined>;
  /** Up to `length` bytes from `start` on. @returns undefined where there is no such object. */
  getRange(key: string, start: number, length: number, signal: AbortSignal): Promise<ObjectRange | undefined>;
  delete(key: string, signal: AbortSignal): Promise<void>;
}

export interface ObjectRange {
  bytes: Uint8Array;
  /** Of the whole object. */
  size: number;
  /** When the object was written: epoch milliseconds. */
  modifiedAt: number;
}

/**
 * Reading needs `s3:ListBucket` besides `s3:GetObject`: without it S3 answers 403 for an object that is not there
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html), which is then thrown as any other refusal.
 */
export function bucketOf(client: S3Client, name: string): Bucket {
  const read = async (input: Omit<GetObjectCommandInput, "Bucket">, abortSignal: AbortSignal) => {
    try {
      return await client.send(new GetObjectCommand({ Bucket: name, ...input }), { abortSignal });
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === "NoSuchKey") return undefined;
      throw error;
    }
  };
  return {
    name,
    async put(key, json, abortSignal) {
      const command = new PutObjectCommand({ Bucket: name, Key: key, Body: json, ContentType: "application/json" });
      await client.send(command, { abortSignal });
    },
    async get(key, signal) {
      const object = await read({ Key: key }, signal);
      return object?.Body?.transformToString();
    },
    async getRange(key, start, length, signal) {
      let object: Awaited<ReturnType<typeof read>>;
      try {
        object = await read({ Key: key, Range: `bytes=${start}-${start + length - 1}` }, signal);
      } catch (error) {
        // An object without bytes has no range at all.
        if (!(error instanceof S3ServiceException && error.name === "InvalidRange")) throw error;
        return { bytes: new Uint8Array(), size: start, modifiedAt: 0 };
      }
      if (object?.Body === undefined) return undefined;
      return {
        bytes: await object.Body.transformToByteArray(),
        size: Number(object.ContentRange?.split("/")[1] ?? object.ContentLength),
        modifiedAt: object.LastModified?.getTime() ?? 0,
      };
    },
    async delete(key, abortSignal) {
      await client.send(new DeleteObjectCommand({ Bucket: name, Key: key }), { abortSignal });
    },
  };
}
