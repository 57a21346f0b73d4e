import { stackPolicy } from "./core/policy.ts";
import { any } from "./core/truth.ts";
import { CATALOG_DATABASE, CATALOG_ENCRYPTION } from "./core/types.ts";

export const catalogEncrypted = stackPolicy({
  name: "glue-catalog-encrypted",
  description: "The catalog that holds a stack's databases is encrypted.",
  level: "advisory",
  severity: "low",
  reason: "Names of tables and columns tell of the data.",
  fix: "Encrypt the account's catalog once, by DataCatalogEncryptionSettings in the stack that owns the account's settings.",
  url: "https://docs.aws.amazon.com/glue/latest/dg/encrypt-glue-data-catalog.html",
  peers: { checkov: ["CKV_AWS_94"] },
  check(stack, { expect }) {
    const isEncrypted = stack
      .ofType(CATALOG_ENCRYPTION)
      .map((one) =>
        one
          .at("dataCatalogEncryptionSettings", "encryptionAtRest", "catalogEncryptionMode")
          .is("SSE-KMS", "SSE-KMS-WITH-SERVICE-ROLE"),
      );
    for (const database of stack.ofType(CATALOG_DATABASE)) {
      expect(database, any(...isEncrypted), "is in a catalog that the stack does not encrypt");
    }
  },
});
