/** Every queue's own: encrypted, and polled without empty answers. */
export const COMMON_QUEUE = { sqsManagedSseEnabled: true, receiveWaitTimeSeconds: 20 } as const;

export const DAY_SECONDS = 24 * 60 * 60;

/** 14 days: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
export const LONGEST_RETENTION_SECONDS = 14 * DAY_SECONDS;
