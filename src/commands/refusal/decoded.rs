//! What a decoded message of a refusal says, in a sentence. Its conditions, which hold addresses and names, are left
//! out: `keyfob sts decode-authorization-message` shows all.

use serde_json::Value;

/// The sentence. `None`: it is no such message.
pub(super) fn summary(decoded: &str) -> Option<String> {
    let decoded: Value = serde_json::from_str(decoded).ok()?;
    let text = |pointer: &str| decoded.pointer(pointer).and_then(Value::as_str);
    let flag = |name: &str| decoded.get(name).and_then(Value::as_bool);
    let allowed = flag("allowed")?;
    let verdict = match (allowed, flag("explicitDeny").unwrap_or(false)) {
        (true, _) => "the policies allow",
        (false, true) => "a policy denies explicitly",
        (false, false) => "no policy allows",
    };
    let action = text("/context/action").unwrap_or("this");
    let resource = text("/context/resource").map(|resource| format!(" on {resource}")).unwrap_or_default();
    let matched = match statements(&decoded).as_slice() {
        [] => String::new(),
        [one] => format!("; the statement that matched: {one}"),
        several => format!("; the statements that matched: {}", several.join(", ")),
    };
    Some(format!("{verdict} {action}{resource}{matched} (decoded from AWS's message)"))
}

/// The ids of the statements that decided; some have none.
fn statements(decoded: &Value) -> Vec<String> {
    let items = decoded.pointer("/matchedStatements/items").and_then(Value::as_array);
    let id = |item: &Value| match item.get("statementId").and_then(Value::as_str) {
        Some("") | None => "one without an id".to_owned(),
        Some(id) => id.to_owned(),
    };
    items.into_iter().flatten().map(id).collect()
}
