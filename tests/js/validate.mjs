// validate.mjs FILE…: print the faults Microsoft's Open XML SDK finds, as one JSON object: file -> list of faults.
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const folder = path.join(process.env.TDP_NODE_MODULES, "@xarsh", "ooxml-validator");
const { main } = createRequire(path.join(folder, "_"))("./package.json");
const { validateFile } = await import(pathToFileURL(path.join(folder, main)));

const found = {};
for (const file of process.argv.slice(2)) found[file] = (await validateFile(file)).errors;
process.stdout.write(JSON.stringify(found));
