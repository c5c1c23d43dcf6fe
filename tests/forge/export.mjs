// Of 400 MB keep what the tests need: the operations that govops calls, and the payloads of three webhooks.
import { readFileSync, rmSync, writeFileSync } from "node:fs";

const REPO = "/repos/{owner}/{repo}";
const CALLS = {
  [`${REPO}/pulls`]: ["get", "post"],
  [`${REPO}/pulls/{pull_number}`]: ["get"],
  [`${REPO}/pulls/{pull_number}/reviews`]: ["get"],
  [`${REPO}/pulls/{pull_number}/commits`]: ["get"],
  [`${REPO}/compare/{basehead}`]: ["get"],
  [`${REPO}/issues/{issue_number}/timeline`]: ["get"],
  [`${REPO}/issues/{issue_number}/comments`]: ["get", "post"],
  [`${REPO}/issues/comments/{comment_id}`]: ["patch"],
  [`${REPO}/commits/{commit_sha}/pulls`]: ["get"],
  [`${REPO}/activity`]: ["get"],
  [`${REPO}/statuses/{sha}`]: ["post"],
  [`${REPO}/branches/{branch}/protection`]: ["get"],
  [`${REPO}/rules/branches/{branch}`]: ["get"],
  "/user": ["get"],
};
const WEBHOOKS = ["pull_request", "pull_request_review", "push"];

const read = (path) => JSON.parse(readFileSync(`node_modules/@octokit/${path}`, "utf8"));
const whole = read("openapi/generated/api.github.com.json");
const paths = {};
for (const [path, methods] of Object.entries(CALLS)) {
  const { parameters = [], ...operations } = whole.paths[path];
  paths[path] = { parameters, ...Object.fromEntries(methods.map((method) => [method, operations[method]])) };
}

// Everything that these refer to, and what that refers to in turn.
const components = {};
const waiting = [paths];
while (waiting.length) {
  const text = JSON.stringify(waiting.pop());
  for (const [, section, name] of text.matchAll(/"#\/components\/([^/"]+)\/([^"]+)"/g)) {
    components[section] ??= {};
    if (name in components[section]) continue;
    components[section][name] = whole.components[section][name];
    waiting.push(components[section][name]);
  }
}
// What would send a client elsewhere, or does not fit together: Link headers lead to another host, the example of a pull
// request has more commits than the example of its commits, and the example of the activity list is not of its schema
// (the mock makes one from the schema then).
for (const { responses } of Object.values(paths).flatMap((path) => Object.values(path)).filter((o) => o.responses)) {
  for (const response of Object.values(responses)) delete response.headers;
}
components.examples["pull-request"].value.commits = 1;
delete paths[`${REPO}/activity`].get.responses[200].content["application/json"].examples;

const { openapi, info } = whole;
writeFileSync("description.json", JSON.stringify({ openapi, info, servers: [{ url: "/" }], paths, components }));

const examples = read("webhooks-examples/api.github.com/index.json").filter(({ name }) => WEBHOOKS.includes(name));
writeFileSync("webhooks.json", JSON.stringify(Object.fromEntries(examples.map((e) => [e.name, e.examples]))));
rmSync("node_modules/@octokit", { recursive: true });
