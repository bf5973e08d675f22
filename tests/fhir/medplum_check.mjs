// Medplum: validates each resource of a transaction against HL7's structures, then sends the
// transaction to its router twice, reads and searches. Prints what came back as JSON.
//
// node medplum_check.mjs FOLDER-WITH-NODE-MODULES FOLDER-OF-STRUCTURES BUNDLE
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, structures, file] = process.argv.slice(2);
const require = createRequire(modules + "/");
const core = require("@medplum/core");
const { FhirRouter, MemoryRepository } = require("@medplum/fhir-router");

const read = (path) => JSON.parse(readFileSync(path, "utf-8"));
const names = (kind) => readdirSync(structures).filter((n) => n.startsWith(kind + "-"));
const bundle = read(file);
const entry = names("StructureDefinition")
  .map((name) => read(join(structures, name)))
  .filter((s) => s.snapshot && s.derivation !== "constraint")
  .map((resource) => ({ resource }));
core.indexStructureDefinitionBundle({ resourceType: "Bundle", type: "collection", entry });
for (const name of names("SearchParameter")) {
  const parameter = read(join(structures, name));
  if (parameter.base) core.indexSearchParameter(parameter);
}

const found = { invalid: [], statuses: [], second: [] };
for (const { resource } of bundle.entry) {
  // Medplum takes the id of an element, such as "Extension.extension:text", for that of a resource.
  if (resource.resourceType === "StructureDefinition") continue;
  try {
    core.validateResource(resource);
  } catch (error) {
    found.invalid.push(`${resource.resourceType}/${resource.id}: ${error.message}`);
  }
}

const router = new FhirRouter();
const repository = new MemoryRepository();
const call = (method, url, body) =>
  router.handleRequest({ method, url, body, params: {}, query: {}, headers: {} }, repository);
for (const round of ["statuses", "second"]) {
  const [outcome, answer] = await call("POST", "/", bundle);
  found.outcome = outcome.id ?? outcome.issue?.[0]?.details?.text;
  found[round] = (answer?.entry ?? []).map((e) => e.response?.status);
}
const plan = bundle.entry.find((e) => e.resource.resourceType === "PlanDefinition").resource;
const [, one] = await call("GET", `/PlanDefinition/${plan.id}`);
found.read = one?.url === plan.url;
const [, several] = await call("GET", `/PlanDefinition?url=${plan.url}`);
found.search = several?.entry?.length ?? several;
// By age: its router searches the kind of context. It does not compare ranges, so what HL7's search
// parameter context-quantity takes from each variable is evaluated by its FHIRPath.
const [, aged] = await call("GET", "/EvidenceVariable?context-type=age&_count=1000");
found.aged = (aged?.entry ?? []).map((e) => e.resource.id);
const parameter = read(join(structures, "SearchParameter-CanonicalResource-context-quantity.json"));
found.ranges = bundle.entry
  .map((e) => e.resource)
  .filter((r) => r.resourceType === "EvidenceVariable")
  .flatMap((r) => core.evalFhirPath(parameter.expression, r).map((range) => [r.id, range]));
console.log(JSON.stringify(found));
