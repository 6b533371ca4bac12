//! Addresses with a query, encoded as the AWS CLI encodes them.
//!
//! Pure.

/// `page` with a query of `parameters`, in their order.
pub fn address(page: &str, parameters: &[(&str, &str)]) -> String {
    let query: Vec<_> = parameters.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    format!("{page}?{}", query.join("&"))
}

/// Percent-encodes all but RFC 3986's unreserved characters, a space as `%20`.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            byte => encoded += &format!("%{byte:02X}"),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(encode("aZ09-._~"), "aZ09-._~");
        assert_eq!(encode(" +/:?&=%é\n"), "%20%2B%2F%3A%3F%26%3D%25%C3%A9%0A");
        assert_eq!(address("https://a/b", &[("c", "d e"), ("f", "&")]), "https://a/b?c=d%20e&f=%26");
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in any::<String>()) {
            let encoded = format!("x={}", encode(&text));
            prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_graphic()));
            let decoded = url::form_urlencoded::parse(encoded.as_bytes()).next().unwrap().1.into_owned();
            prop_assert_eq!(decoded, text);
        }
    }
}
