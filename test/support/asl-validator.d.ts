/** This package has no types of its own: what the specs use of it. */
declare module "asl-validator" {
  export default function aslValidator(definition: unknown): {
    isValid: boolean;
    errorsText(separator?: string): string;
  };
}
