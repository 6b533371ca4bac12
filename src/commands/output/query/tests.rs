//! The answers are those of Python's jmespath (1.0.1), except where a test says otherwise.

use serde_json::{Value, json};

use super::*;

fn answer() -> Value {
    json!({
        "Credentials": {"SecretAccessKey": "s", "AccessKeyId": "ASIA", "Expiration": "2024-05-01T12:00:00Z"},
        "PackedPolicySize": 6,
        "Profiles": [
            {"Name": "dev", "Age": 1, "Tags": ["b", "a"]},
            {"Name": "prod", "Age": 2.5, "Tags": []},
            {"Name": "abc", "Age": -3, "Sub": {"z": 1, "a": null}},
        ],
    })
}

fn asked(expression: &str) -> String {
    match query(expression, answer()) {
        Ok(value) => value.to_string(),
        Err(error) => panic!("{expression}: {error}"),
    }
}

#[test]
fn objects_keep_their_order() {
    for (expression, wanted) in [
        ("Credentials", r#"{"SecretAccessKey":"s","AccessKeyId":"ASIA","Expiration":"2024-05-01T12:00:00Z"}"#),
        ("Credentials.*", r#"["s","ASIA","2024-05-01T12:00:00Z"]"#),
        ("keys(Credentials)", r#"["SecretAccessKey","AccessKeyId","Expiration"]"#),
        ("values(Profiles[2].Sub)", "[1,null]"),
        ("{b: PackedPolicySize, a: Profiles[0].Name}", r#"{"b":6,"a":"dev"}"#),
        ("Profiles[?Age > `2`].{Z: Name, A: Age}", r#"[{"Z":"prod","A":2.5}]"#),
        ("merge(Profiles[2].Sub, {a: `1`, c: `2`})", r#"{"z":1,"a":1,"c":2}"#),
        ("to_string(Profiles[2].Sub)", r#""{\"z\":1,\"a\":null}""#),
    ] {
        assert_eq!(asked(expression), wanted, "{expression}");
    }
}

#[test]
fn expressions_are_evaluated() {
    for (expression, wanted) in [
        ("@.PackedPolicySize", "6"),
        ("nope.nope", "null"),
        ("Credentials.\"AccessKeyId\"", r#""ASIA""#),
        ("Profiles[-1].Name", r#""abc""#),
        ("Profiles[7]", "null"),
        ("PackedPolicySize[0]", "null"),
        ("Profiles[].Tags[]", r#"["b","a"]"#),
        ("Profiles[*].Tags", r#"[["b","a"],[]]"#),
        ("Profiles[1:].Name", r#"["prod","abc"]"#),
        ("Profiles[::-1].Name", r#"["abc","prod","dev"]"#),
        ("Profiles[-9:9:2].Name", r#"["dev","abc"]"#),
        ("Profiles[9:-9:-2].Name", r#"["abc","dev"]"#),
        ("Profiles[?Name == 'dev'] | [0].Age", "1"),
        ("Profiles[?Age == `1.0`].Name", r#"["dev"]"#),
        ("Profiles[?Name >= 'dev'].Name", r#"["dev","prod"]"#),
        ("Profiles[?Tags == `[\"b\", \"a\"]`].Name", r#"["dev"]"#),
        ("Profiles[?!Tags].Name", r#"["prod","abc"]"#),
        ("Profiles[?Tags && Age < `2`].Name", r#"["dev"]"#),
        ("nope || `[]` || PackedPolicySize", "6"),
        ("nope.[a, b]", "null"),
        ("[nope, PackedPolicySize]", "[null,6]"),
        ("`{\"a\": 0}` == {a: `0`}", "true"),
        ("Profiles.Name < PackedPolicySize", "null"),
    ] {
        assert_eq!(asked(expression), wanted, "{expression}");
    }
}

/// jmespath.py loses what follows the second name after a `*`.
#[test]
fn a_projection_goes_on_to_the_end() {
    assert_eq!(query("*.b.c", json!({"a": {"b": {"c": 1}}})), Ok(json!([1])));
}

#[test]
fn literals_without_quotation_marks_are_texts() {
    for (expression, wanted) in [
        ("Profiles[?Name == `dev`].Age", "[1]"),
        ("[`dév`, ` 1`, `true`, `\"x\"`, ` a b`, `2024-05-01`]", r#"["dév",1,true,"x","a b","2024-05-01"]"#),
        (r"['`a`', 'it\'s', `a\`b`]", r#"["`a`","it's","a`b"]"#),
    ] {
        assert_eq!(asked(expression), wanted, "{expression}");
    }
}

#[test]
fn functions_answer_as_pythons() {
    for (expression, wanted) in [
        ("abs(`-3`)", "3"),
        ("abs(`-1.5`)", "1.5"),
        ("avg(`[1, 3]`)", "2.0"),
        ("avg(`[]`)", "null"),
        ("ceil(`1.2`)", "2"),
        ("floor(`-1.2`)", "-2"),
        ("floor(`7`)", "7"),
        ("contains(Profiles[0].Tags, 'a')", "true"),
        ("contains('abc', 'bc')", "true"),
        ("contains(`[1]`, `1.0`)", "true"),
        ("starts_with('abc', 'ab')", "true"),
        ("ends_with('abc', 'ab')", "false"),
        ("join('-', Profiles[*].Name)", r#""dev-prod-abc""#),
        ("length('é日')", "2"),
        ("length(Profiles)", "3"),
        ("length(Credentials)", "3"),
        ("map(&Sub.z, Profiles)", "[null,null,1]"),
        ("max(Profiles[*].Age)", "2.5"),
        ("min(Profiles[*].Name)", r#""abc""#),
        ("max(`[]`)", "null"),
        ("max_by(`[{\"a\": 1, \"b\": 1}, {\"a\": 1, \"b\": 2}]`, &a).b", "1"),
        ("min_by(Profiles, &Age).Name", r#""abc""#),
        ("not_null(nope, PackedPolicySize)", "6"),
        ("reverse('abc')", r#""cba""#),
        ("reverse(`[1, 2]`)", "[2,1]"),
        ("sort(`[3, 1, 2.5]`)", "[1,2.5,3]"),
        ("sort_by(Profiles, &Name)[*].Name", r#"["abc","dev","prod"]"#),
        ("sort_by(`[]`, &a)", "[]"),
        ("sum(`[1, 2]`)", "3"),
        ("sum(`[1, 0.5]`)", "1.5"),
        ("to_array('a')", r#"["a"]"#),
        ("to_array(`[1]`)", "[1]"),
        ("[to_number('12'), to_number('1.0'), to_number('x'), to_number(`true`)]", "[12,1.0,null,null]"),
        ("[to_string('a'), to_string(`1`)]", r#"["a","1"]"#),
        ("[type(@), type(`1`), type(`null`), type('')]", r#"["object","number","null","string"]"#),
    ] {
        assert_eq!(asked(expression), wanted, "{expression}");
    }
}

#[test]
fn what_is_not_jmespath_is_refused() {
    for (expression, wanted) in [
        ("", "Bad value for --query : Invalid jmespath expression: Incomplete expression:\n\"\"\n ^"),
        ("a[", "Bad value for --query a[: Invalid jmespath expression: Incomplete expression:\n\"a[\"\n   ^"),
        ("é", "Bad value for --query é: Invalid jmespath expression: Invalid character: é:\n\"é\"\n ^"),
        (
            "a)",
            "Bad value for --query a): Invalid jmespath expression: Did not parse the complete expression:\n\"a)\"\n  ^",
        ),
        (
            "'é' == ]",
            "Bad value for --query 'é' == ]: Invalid jmespath expression: Unexpected token:\n\"'é' == ]\"\n        ^",
        ),
    ] {
        let error = query(expression, answer()).unwrap_err();
        assert!(matches!(error, QueryError::Refused { .. }), "{expression}");
        assert_eq!(error.to_string(), wanted);
    }
}

#[test]
fn what_does_not_fit_fails() {
    for (expression, wanted) in [
        ("nofn(@)", "Unknown function: nofn()"),
        ("length(`1`)", "In function length(), wrong number or type of arguments, received: number"),
        ("length()", "In function length(), wrong number or type of arguments, received: nothing"),
        ("sort_by(@, &a)", "In function sort_by(), wrong number or type of arguments, received: object, expref"),
        (
            "sort_by(Profiles, &Sub)",
            "In function sort_by(), wrong number or type of arguments, received: array, expref",
        ),
        ("sort(`[1, \"a\"]`)", "In function sort(), wrong number or type of arguments, received: array"),
        ("Profiles[::0]", "slice step cannot be zero"),
        ("&a", "an expression (&) is not a value"),
    ] {
        assert_eq!(query(expression, answer()), Err(QueryError::Failed(wanted.to_owned())), "{expression}");
    }
}
