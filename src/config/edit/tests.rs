use super::*;

fn place(name: &str) -> Place {
    Place::Profile(name.to_owned())
}

fn change(place: Place, key: &str, change: Change) -> Vec<Edit> {
    vec![Edit { place, changes: vec![(key.to_owned(), change)] }]
}

fn set(text: &str, profile: &str, key: &str, value: &str) -> String {
    let edits = match key.split_once('.') {
        Some((key, sub)) => change(place(profile), key, Change::SetNested(sub.into(), value.into())),
        None => change(place(profile), key, Change::Set(value.into())),
    };
    apply(text, &edits).unwrap()
}

fn unset(text: &str, profile: &str, key: &str) -> String {
    let edits = match key.split_once('.') {
        Some((key, sub)) => change(place(profile), key, Change::UnsetNested(sub.into())),
        None => change(place(profile), key, Change::Unset),
    };
    apply(text, &edits).unwrap()
}

/// Observed of the AWS CLI, or where the CLI would damage the file, what it should have done.
#[test]
fn set_leaves_what_the_aws_cli_leaves() {
    for (text, profile, key, value, expected) in [
        // New files, sections and keys.
        ("", "default", "region", "x", "[default]\nregion = x\n"),
        ("", "dev", "region", "x", "[profile dev]\nregion = x\n"),
        ("", "my dev", "region", "x", "[profile 'my dev']\nregion = x\n"),
        ("", "default", "region", "", "[default]\nregion = \n"),
        ("", "default", "s3.a", "b", "[default]\ns3 =\n    a = b\n"),
        ("[a]", "default", "k", "v", "[a]\n[default]\nk = v\n"),
        ("[a]\n\n", "default", "k", "v", "[a]\n\n[default]\nk = v\n"),
        // Existing keys.
        ("[default]\nregion = a\noutput = b\n", "default", "region", "c", "[default]\nregion = c\noutput = b\n"),
        ("[default]\nregion=a\n", "default", "region", "c", "[default]\nregion = c\n"),
        ("[default]\nregion: a\n", "default", "region", "c", "[default]\nregion = c\n"),
        ("[default]\nregion = a", "default", "region", "c", "[default]\nregion = c"),
        // A new key in a section that another follows: after its last option.
        ("[default]\na = b\n\n# c\n[x]\n", "default", "k", "v", "[default]\na = b\nk = v\n\n# c\n[x]\n"),
        ("[default]\n\n[x]\n", "default", "k", "v", "[default]\nk = v\n\n[x]\n"),
        ("[default]\na = b\n# c = d\n\n[x]\n", "default", "k", "v", "[default]\na = b\n# c = d\nk = v\n\n[x]\n"),
        // In the last section: one line further down.
        ("[default]\na = b\n\n# c1\n# c2\n", "default", "k", "v", "[default]\na = b\n\nk = v\n# c1\n# c2\n"),
        ("[default]\na = b\n", "default", "k", "v", "[default]\na = b\nk = v\n"),
        ("[default]\na = b", "default", "k", "v", "[default]\na = b\nk = v\n"),
        ("[default]\n", "default", "k", "v", "[default]\nk = v\n"),
        // Nested blocks.
        ("[default]\ns3 =\n  a = b\nk = v\n", "default", "s3.a", "c", "[default]\ns3 =\n  a = c\nk = v\n"),
        ("[default]\ns3 =\n  a = b\nk = v\n", "default", "s3.c", "d", "[default]\ns3 =\n  a = b\n    c = d\nk = v\n"),
        (
            "[default]\ns3 =\n    a = b\n\n[x]\n",
            "default",
            "s3.c",
            "d",
            "[default]\ns3 =\n    a = b\n\n    c = d\n[x]\n",
        ),
        ("[default]\ns3 =\n    a = b\n", "default", "s3.c", "d", "[default]\ns3 =\n    a = b\n    c = d\n"),
        ("[default]\ns3 =\n    a = b", "default", "s3.c", "d", "[default]\ns3 =\n    a = b\n    c = d\n"),
        // Header spellings that the CLI finds.
        ("[profile \"a b\"]\nk = v\n", "a b", "k", "w", "[profile \"a b\"]\nk = w\n"),
        ("[profile dev] # c\nk = v\n", "dev", "k", "w", "[profile dev] # c\nk = w\n"),
    ] {
        assert_eq!(set(text, profile, key, value), expected, "{text:?} {key}");
    }
}

#[test]
fn set_does_not_damage_what_the_aws_cli_damages() {
    for (text, profile, key, value, expected) in [
        ("[default]\nRegion = x\n", "default", "region", "y", "[default]\nRegion = y\n"),
        ("  [default]\n  k = v\n", "default", "k", "w", "  [default]\n  k = w\n"),
        ("[profile  dev ]\nk = v\n", "dev", "l", "w", "[profile  dev ]\nk = v\nl = w\n"),
        ("[profile default]\nk = v\n", "default", "k", "w", "[profile default]\nk = w\n"),
        ("[profile 'a b']\n", "a b", "k", "v", "[profile 'a b']\nk = v\n"),
        // A nested line of the same name, a block that becomes a value and the other way round.
        (
            "[default]\ns3 =\n    region = n\nregion = t\n",
            "default",
            "region",
            "u",
            "[default]\ns3 =\n    region = n\nregion = u\n",
        ),
        ("[default]\ns3 =\n    a = b\n\n    c = d\nk = v\n", "default", "s3", "x", "[default]\ns3 = x\nk = v\n"),
        ("[default]\ns3 = x\nk = v\n", "default", "s3.a", "b", "[default]\ns3 =\n    a = b\nk = v\n"),
        ("[default]\ns3 = x", "default", "s3.a", "b", "[default]\ns3 =\n    a = b\n"),
        // A value of several lines is replaced whole, comments in it stay.
        ("[default]\nk = a\n  b\n# c\n\n  d\nl = m\n", "default", "k", "v", "[default]\nk = v\n# c\nl = m\n"),
        ("[default]\nk = a\n  b\n  c\n", "default", "l", "m", "[default]\nk = a\n  b\n  c\nl = m\n"),
        ("[default]\nk = a\n  b\n[x]\n", "default", "l", "m", "[default]\nk = a\n  b\nl = m\n[x]\n"),
        // Line ends.
        ("[default]\r\nk = v\r\n", "default", "k", "w", "[default]\r\nk = w\r\n"),
        ("[default]\r\nk = v\r\n", "default", "l", "w", "[default]\r\nk = v\r\nl = w\r\n"),
        ("[default]\r\nk = v", "default", "l", "w", "[default]\r\nk = v\r\nl = w\r\n"),
        ("[a]\nk = v\r\n[b]\n", "a", "k", "w", "[a]\nk = v\r\n[b]\n[profile a]\nk = w\n"),
        ("[default]\rk = v\r", "default", "l", "w", "[default]\rk = v\rl = w\r"),
        // Indentation: siblings stay siblings, an indented header stays a header.
        ("[default]\n  a = b\n  c = d\n", "default", "a", "x", "[default]\n  a = x\n  c = d\n"),
        (
            "[default]\n    a = b\n  [profile x]\n",
            "default",
            "k",
            "v",
            "[default]\n    a = b\n  k = v\n  [profile x]\n",
        ),
        (
            "[default]\n    s3 =\n      a = b\n",
            "default",
            "s3.c",
            "d",
            "[default]\n    s3 =\n      a = b\n        c = d\n",
        ),
        // Sections and keys that stand twice: the value that counts is changed.
        ("[default]\nk = a\nk = b\n", "default", "k", "c", "[default]\nk = a\nk = c\n"),
        ("[default]\nk = a\n[x]\n[default]\nl = b\n", "default", "k", "c", "[default]\nk = c\n[x]\n[default]\nl = b\n"),
        (
            "[default]\nk = a\n[profile default]\nk = b\n",
            "default",
            "k",
            "c",
            "[default]\nk = a\n[profile default]\nk = c\n",
        ),
        ("[default]\n# c", "default", "k", "v", "[default]\n# c\nk = v\n"),
    ] {
        assert_eq!(set(text, profile, key, value), expected, "{text:?} {key}");
    }
}

#[test]
fn unset_removes_the_whole_value_and_nothing_else() {
    for (text, key, expected) in [
        ("[default]\na = b\nk = v\nc = d\n", "k", "[default]\na = b\nc = d\n"),
        ("[default]\nk = v\n  w\n\n  x\n# c\nc = d\n", "k", "[default]\n# c\nc = d\n"),
        ("[default]\nk = 1\n[x]\n[default]\nK = 2\n", "k", "[default]\n[x]\n[default]\n"),
        ("[default]\ns3 =\n  a = b\n  c = d\n", "s3.a", "[default]\ns3 =\n  c = d\n"),
        ("[default]\ns3 =\n  a = b\nk = v\n", "s3.a", "[default]\nk = v\n"),
        ("[default]\ns3 =\n  a = b\nk = v\n", "s3", "[default]\nk = v\n"),
        ("[default]\ns3 = x\n", "s3.a", "[default]\ns3 = x\n"),
        ("[default]\na = b\n", "k", "[default]\na = b\n"),
        ("[x]\n", "k", "[x]\n"),
        ("[default]\na = b\nk = v", "k", "[default]\na = b\n"),
    ] {
        assert_eq!(unset(text, "default", key), expected, "{text:?} {key}");
    }
}

#[test]
fn several_edits_are_one_change() {
    let credentials = |name: &str, id: &str| Edit {
        place: Place::Credentials(name.into()),
        changes: vec![
            ("aws_access_key_id".into(), Change::Set(id.into())),
            ("aws_secret_access_key".into(), Change::Set("s".into())),
        ],
    };
    let edits: Vec<_> = ["a", "b", "c", "d", "e"].map(|name| credentials(name, name)).into();
    assert_eq!(
        apply("# top\n[c]\naws_access_key_id = old", &edits).unwrap(),
        "# top\n[c]\naws_access_key_id = c\naws_secret_access_key = s\n\
         [a]\naws_access_key_id = a\naws_secret_access_key = s\n\
         [b]\naws_access_key_id = b\naws_secret_access_key = s\n\
         [d]\naws_access_key_id = d\naws_secret_access_key = s\n\
         [e]\naws_access_key_id = e\naws_secret_access_key = s\n"
    );
}

#[test]
fn what_cannot_be_read_back_is_refused() {
    for edit in [
        change(place("default"), "k", Change::Set("a\nb".into())),
        change(place("default"), "k", Change::Set("a\rb".into())),
        change(place("default"), "k", Change::SetNested("s".into(), "a\nb".into())),
        change(place("default"), "k", Change::SetNested("s".into(), "a\u{2028}b".into())),
        change(place(""), "k", Change::Set("v".into())),
        change(place("a\nb"), "k", Change::Set("v".into())),
        change(Place::Credentials("DEFAULT".into()), "k", Change::Set("v".into())),
    ] {
        assert!(apply("[default]\n", &edit).is_err(), "{edit:?}");
    }
}

#[test]
fn delete_takes_the_section_and_leaves_comments_for_the_next() {
    let (a, default) = (place("a"), place("default"));
    for (text, place, expected) in [
        ("[profile a]\nk = v\n\n# about b\n[profile b]\n", &a, "# about b\n[profile b]\n"),
        ("[default]\nx = y\n[profile a]\n# in\nk = v\n", &a, "[default]\nx = y\n"),
        ("[default]\nk = v\n[profile b]\n[profile default]\n", &default, "[profile b]\n"),
        ("[default]\nk = v\n[profile a]\n  [profile b]\n  l = w\n", &a, "[default]\nk = v\n[profile b]\n  l = w\n"),
        ("[default]\n", &a, "[default]\n"),
    ] {
        assert_eq!(delete(text, place), expected, "{text:?}");
    }
    assert_eq!(delete("[a]\nk = v\n[b]\n", &Place::Credentials("a".into())), "[b]\n");
}

#[test]
fn rename_takes_references_along() {
    let text = "[profile a] # mine\nk = v\n[profile b]\nsource_profile=  a \n[profile c]\nsource_profile = aa\n";
    let expected =
        "[profile 'x y'] # mine\nk = v\n[profile b]\nsource_profile=  x y \n[profile c]\nsource_profile = aa\n";
    assert_eq!(rename(text, &place("a"), &place("x y")).unwrap(), expected);
    let inherited = "[DEFAULT]\nsource_profile = a\n[profile a]\n";
    assert_eq!(
        rename(inherited, &place("a"), &place("x")).unwrap(),
        inherited.replace("= a", "= x").replace(" a]", " x]")
    );
    assert_eq!(rename("[default]\n", &place("default"), &place("d")).unwrap(), "[profile d]\n");
    assert_eq!(rename(text, &place("a"), &place("b")), Err(EditError::Exists("b".into())));
    let twice = "[default]\n[profile default]\n";
    assert!(matches!(rename(twice, &place("default"), &place("x")), Err(EditError::TwoSpellings(..))));
}

#[test]
fn copy_appends_the_lines_as_they_are() {
    let text = "[profile a]\n# c\nk=v\ns3 =\n  a = b\n\n[profile b]\nl = w";
    let expected = format!("{text}\n[profile z]\n# c\nk=v\ns3 =\n  a = b\n");
    assert_eq!(copy(text, &place("a"), &place("z")).unwrap(), expected);
    let twice = "[profile a]\nk = 1\nl = 1\n[profile a]\nK = 2\n";
    assert_eq!(copy(twice, &place("a"), &place("z")).unwrap(), format!("{twice}[profile z]\nl = 1\nK = 2\n"));
}
