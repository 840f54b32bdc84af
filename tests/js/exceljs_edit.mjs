// exceljs_edit.mjs IN OUT JSON: load IN with exceljs, set the cells {sheet: {address: value or null}}, save as OUT.
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.env.TDP_NODE_MODULES, "_"));
const ExcelJS = require("exceljs");

const [source, target, json] = process.argv.slice(2);
const book = new ExcelJS.Workbook();
await book.xlsx.readFile(source);
for (const [name, cells] of Object.entries(JSON.parse(json))) {
  const sheet = book.getWorksheet(name);
  if (!sheet) throw new Error(`no sheet ${name}`);
  for (const [address, value] of Object.entries(cells)) sheet.getCell(address).value = value;
}
await book.xlsx.writeFile(target);
