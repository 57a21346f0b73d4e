import assert from "node:assert/strict";
import jsonata from "jsonata";
import { JSONATA_FUNCTIONS, referencesOf } from "../../../../local/states/definition/references.ts";

const of = (source: string) => {
  const { variables, members, problems } = referencesOf(jsonata(source).ast());
  return { variables: [...variables].sort(), members: [...members].sort(), problems };
};

describe("references of an expression", () => {
  const cases: [source: string, variables: string[], members: string[]][] = [
    ["$states.input.a & $prefix", ["prefix"], ["input"]],
    ["$exists($states.errorOutput.Cause) ? $states.result : $other", ["other"], ["errorOutput", "result"]],
    ["$map($states.input.xs, function($v, $i) { $v + $i + $step })", ["step"], ["input"]],
    ["($y := $x; $y * 2)", ["x"], []],
    ["$states.input.xs@$v.ys#$i.($v + $i + $z)", ["z"], ["input"]],
    ["$states.input.xs[$ > $least and b = c].{'k': d}", ["least"], ["input"]],
    ["$states.input.xs^(>a, $rank)", ["rank"], ["input"]],
    ["$states.input ~> |a|{'b': $b}|", ["b"], ["input"]],
    ["$parse($uuid()) ~> $keys", [], []],
    ["[$a, {'b': -$b}, /ab+/]", ["a", "b"], []],
    ["$states.context.Map.Item.Value", [], ["context"]],
  ];
  for (const [source, variables, members] of cases) {
    it(`are found in ${source}`, () => {
      assert.deepEqual(of(source), { variables, members, problems: [] });
    });
  }

  const problems: [source: string, problem: RegExp][] = [
    ["$", /^\$ has no value at the top level/],
    ["$.input", /^\$ has no value at the top level/],
    ["$$.input", /^\$\$ has no value/],
    ["input.a", /^input has nothing to be read from/],
    ["{'a': amount}", /^amount has nothing/],
    ["$sum(items.price)", /^items has nothing/],
    ["*", /^\* has nothing/],
    ["$string($states)", /^\$states: name the member/],
    ["$eval('1')", /^\$eval is not in Step Functions/],
    ["function($x) { name }", /^name has nothing/],
  ];
  for (const [source, problem] of problems) {
    it(`are refused in ${source}`, () => {
      const found = of(source).problems;
      assert.equal(found.length, 1);
      assert.match(String(found[0]), problem);
    });
  }

  it("know JSONata's functions by their names", async () => {
    for (const name of JSONATA_FUNCTIONS) {
      assert.equal(await jsonata(`$type($${name})`).evaluate(undefined), "function", name);
    }
  });
});
