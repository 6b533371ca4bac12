//! The cases of `tests/*.txt`: an answer after `>>> `, then its text as the formatters of the AWS CLI
//! (2.9.19) write it.

use serde_json::{Value, json};

use super::*;

#[track_caller]
fn check(format: OutputFormat, cases: &str) {
    let mut checked = 0;
    for case in format!("\n{cases}").split("\n>>> ").skip(1) {
        let (answer, wanted) = case.split_once('\n').unwrap_or((case, ""));
        let parsed: Value = serde_json::from_str(answer).unwrap();
        let rendered = render(&parsed, format, "Title");
        // What parts two cases takes the line feed before it.
        assert_eq!(
            rendered.strip_suffix('\n').unwrap_or(&rendered),
            wanted.strip_suffix('\n').unwrap_or(wanted),
            "{answer}"
        );
        assert!(rendered.is_empty() || rendered.ends_with('\n'), "{answer}");
        checked += 1;
    }
    assert!(checked > 10);
}

#[test]
fn json_is_the_aws_clis() {
    check(OutputFormat::Json, include_str!("tests/json.txt"));
}

#[test]
fn text_is_the_aws_clis() {
    check(OutputFormat::Text, include_str!("tests/text.txt"));
}

#[test]
fn a_table_is_the_aws_clis() {
    check(OutputFormat::Table, include_str!("tests/table.txt"));
}

#[test]
fn yaml_is_the_aws_clis() {
    check(OutputFormat::Yaml, include_str!("tests/yaml.txt"));
}

#[test]
fn yaml_texts_are_plain_where_they_read_back() {
    for text in [
        "yes", "off", "a,b", "a#b", "a:b", "-a", "?a", "it's", "a\\b", "_1", "0x", "1:30", "1e", "é", "nULL", ".5e3",
        "2024-5-1",
    ] {
        assert_eq!(render(&json!([text]), OutputFormat::Yaml, ""), format!("- {text}\n"));
    }
}

#[test]
fn yaml_texts_are_quoted_where_they_would_not() {
    for text in [
        "",
        "null",
        "Null",
        "TRUE",
        "~",
        "=",
        "<<",
        "1",
        "012",
        "1_000",
        "+1",
        "0x1f",
        "0o17",
        "0b1",
        "1.",
        "1e3",
        "-.5",
        ".5e+3",
        ".inf",
        ".nan",
        "2024-05-01",
        "2024-5-1 9:30:00.5 +2:00",
        "2024-05-01T12:00:00Z",
        " a",
        "a ",
        "- a",
        "-",
        "?",
        "a: b",
        "a:",
        "a #b",
        "#a",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "'a'",
        "\"a\"",
        "{a",
        "[a",
        "|",
        ">",
        "---",
        "...",
    ] {
        let quoted = text.replace('\'', "''");
        assert_eq!(render(&json!([text]), OutputFormat::Yaml, ""), format!("- '{quoted}'\n"));
    }
}

#[test]
fn an_answer_without_content_prints_nothing() {
    use OutputFormat::{Json, Table, Text, Yaml};
    for (answer, formats) in [
        (json!({}), &[Json, Text, Table, Yaml][..]),
        (json!([]), &[Text, Table]),
        (json!(null), &[Table]),
        (json!(false), &[Table]),
        (json!(0), &[Table]),
        (json!(""), &[Table]),
    ] {
        for format in [Json, Text, Table, Yaml] {
            assert_eq!(render(&answer, format, "Title").is_empty(), formats.contains(&format), "{answer} {format:?}");
        }
    }
}

#[test]
fn what_the_aws_cli_fails_on_is_shown() {
    let mixed = json!(["a", {"b": [1, null]}]);
    assert_eq!(render(&mixed, OutputFormat::Text, ""), "a\nB\t1\nB\tNone\n");
    assert_eq!(render(&json!([{"a": 1}, {"a": [2]}]), OutputFormat::Text, ""), "1\n[2]\n");
    let uneven = "------------\n|     T    |\n+----+-----+\n|  a |     |\n|  b |  c  |\n+----+-----+\n";
    assert_eq!(render(&json!([["a"], ["b", "c"]]), OutputFormat::Table, "T"), uneven);
}
