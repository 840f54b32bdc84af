// sheetjs_save.cjs IN OUT BOOKTYPE JSON: read IN with SheetJS, set the cells {sheet: {address: value or null}},
// write OUT as BOOKTYPE (xlsx, xlsm, xlsb, biff8 for .xls, ods). As an application does that fills a form with
// SheetJS: other cells keep their formula and its value, stale or not; styles, drop-downs and protection are lost.
const path = require("node:path");
const XLSX = require(path.join(process.env.TDP_NODE_MODULES, "xlsx"));

const [source, target, bookType, json] = process.argv.slice(2);
const book = XLSX.readFile(source, { cellFormula: true });
for (const [name, cells] of Object.entries(JSON.parse(json))) {
  const sheet = book.Sheets[name];
  if (!sheet) throw new Error(`no sheet ${name}`);
  for (const [address, value] of Object.entries(cells)) {
    if (value === null) delete sheet[address];
    else XLSX.utils.sheet_add_aoa(sheet, [[value]], { origin: address });
  }
}
XLSX.writeFile(book, target, { bookType });
