use super::*;

fn show(text: &str) -> String {
    let document = Document::parse(text);
    let mut out = String::new();
    for section in document.sections() {
        out += &format!("[{}]", section.name);
        for entry in document.entries(section) {
            match &entry.value {
                Value::Text(value) => out += &format!(" {}={:?}", entry.key(), value),
                Value::Nested(block) => {
                    let block: Vec<_> = block.iter().map(|n| format!("{}={:?}", n.name, n.value)).collect();
                    out += &format!(" {}={{{}}}", entry.key(), block.join(" "));
                }
            }
        }
        out += "\n";
    }
    for problem in document.problems() {
        out += &format!("{}: {:?}\n", problem.line, problem.kind);
    }
    out
}

#[test]
fn the_grammar_is_the_aws_clis() {
    for (text, meaning) in [
        ("", ""),
        ("[a]\nk = v\n", "[a] k=\"v\"\n"),
        ("[a]\nk = v", "[a] k=\"v\"\n"),
        ("[a]\r\nk = v\r\nl=w\r\n", "[a] k=\"v\" l=\"w\"\n"),
        ("[a]\rk = v\rl=w", "[a] k=\"v\" l=\"w\"\n"),
        ("# c\n ; c\n\n[a]\n", "[a]\n"),
        ("[a]\nk : v=w\nl=v:w\n", "[a] k=\"v=w\" l=\"v:w\"\n"),
        ("[a]\nKEY=V\n", "[a] key=\"V\"\n"),
        ("[a]\nk = v # x\nl = v ; x\n", "[a] k=\"v # x\" l=\"v ; x\"\n"),
        ("[a] # x\n[b]]\n[c]d]x\n", "[a]\n[b]]\n[c]d]\n"),
        ("  [a]\n  k=v\n  l=w\n", "[a] k=\"v\" l=\"w\"\n"),
        ("[a]\nk=v\n  [b]\n", "[a] k=\"v\\n[b]\"\n"),
        ("[a]\nk = one\n  two\n\n  three\n\n", "[a] k=\"one\\ntwo\\n\\nthree\"\n"),
        ("[a]\nk = one\n# c\n  # d\n  two\n", "[a] k=\"one\\ntwo\"\n"),
        ("[a]\ns3 =\n  A = b\n\n  # c\n  c = d=e\nl = m\n", "[a] s3={A=\"b\" c=\"d=e\"} l=\"m\"\n"),
        ("[a]\na=\n b=\n  c=d\n", "[a] a={b=\"\" c=\"d\"}\n"),
        ("[a]\nk =\nl =\n", "[a] k=\"\" l=\"\"\n"),
        ("[a]\nk = v\n[a]\nk = w\n", "[a] k=\"v\"\n[a] k=\"w\"\n"),
        ("[a]\nk\u{a0}=\u{a0}v\u{a0}\n", "[a] k=\"v\"\n"),
        // Indentation is counted in characters, not in bytes.
        ("[a]\n k=v\n\u{a0}l=w\n", "[a] k=\"v\" l=\"w\"\n"),
        ("[a]\n[b=c\n", "[a] [b=\"c\"\n"),
        ("[]\nk=v\n", "[] k=\"v\"\n"),
        ("[a]\ns3 =\n  a = b\u{2028}c = d\n", "[a] s3={a=\"b\" c=\"d\"}\n"),
        ("[a]\nk = a\u{2028}b\n  c\u{b}d\n", "[a] k=\"a\\u{2028}b\\nc\\u{b}d\"\n"),
        // What no AWS tool reads.
        ("[a]\ns3 =\n  a = b\u{b}cd\n", "[a] s3={a=\"b\"}\n3: NestedNoSeparator\n"),
        ("[a]\njunk\n", "[a]\n2: NoSeparator\n"),
        ("[a\n", "1: UnclosedHeader\n"),
        ("[a]\n= v\n: w\n", "[a]\n2: NoKey\n3: NoKey\n"),
        ("k = v\n[a]\n", "[a]\n1: NoSection\n"),
        ("[a]\ns3 =\n  junk\n", "[a] s3={}\n3: NestedNoSeparator\n"),
        ("\u{feff}[a]\nk=v\n", "1: ByteOrderMark\n2: NoSection\n"),
    ] {
        assert_eq!(show(text), meaning, "{text:?}");
    }
}

#[test]
fn the_lines_cover_every_byte() {
    let text = "\u{feff}[a] \r\nk=v\r  x\n\n# c\n[b]\r\r\nlast";
    let document = Document::parse(text);
    let mut at = 0;
    for (index, line) in document.lines().iter().enumerate() {
        assert_eq!(line.start(), at);
        assert!(document.end(index) <= document.next(index));
        at = document.next(index);
    }
    assert_eq!(at, text.len());
}

#[test]
fn what_is_not_text_is_named_with_its_line() {
    for (bytes, line, kind) in [
        (&b"[a]\nk=\xff\n"[..], 2, ProblemKind::NotUtf8),
        (b"[a]\r\nk=v\r\n\0", 3, ProblemKind::Nul),
        (b"\0", 1, ProblemKind::Nul),
    ] {
        assert_eq!(decode(bytes), Err(Problem { line, kind }));
    }
    let long = format!("[a]\nk={}\n", "x".repeat(LONGEST_LINE));
    assert_eq!(Document::parse(&long).check(), Err(Problem { line: 2, kind: ProblemKind::TooLong }));
}
