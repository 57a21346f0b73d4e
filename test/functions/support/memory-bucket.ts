import type { Bucket, ObjectRange } from "../../../functions/common/bucket.ts";

/** A bucket without an S3. */
export class MemoryBucket implements Bucket {
  readonly name: string;
  /** By key. */
  readonly objects = new Map<string, { bytes: Buffer; modifiedAt: number }>();
  /** Ranges that were read, as `key start`. */
  readonly reads: string[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** What S3 would have from someone else. */
  hold(key: string, content: string | Uint8Array, modifiedAt = 0): void {
    this.objects.set(key, { bytes: Buffer.from(content as string), modifiedAt });
  }

  async put(key: string, json: string): Promise<void> {
    this.hold(key, json);
  }

  async get(key: string): Promise<string | undefined> {
    return this.objects.get(key)?.bytes.toString();
  }

  async getRange(key: string, start: number, length: number): Promise<ObjectRange | undefined> {
    this.reads.push(`${key} ${start}`);
    const object = this.objects.get(key);
    if (object === undefined) return undefined;
    const { bytes, modifiedAt } = object;
    return { bytes: bytes.subarray(start, start + length), size: bytes.length, modifiedAt };
  }

  async delete(key: string): Promise<void> {
    this.objects.delete(key);
  }
}
