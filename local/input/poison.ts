/**
 * An event whose payload holds this text is valid, and yet kills the sqs-processor's process where the local cloud was
 * asked for it. Needs no escape in JSON, so that it reads the same at whatever depth.
 */
export const POISON_MARKER = "lean-ops-poison";
