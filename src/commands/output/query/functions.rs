//! JMESPath's functions.

use std::cmp::Ordering;

use jmespath::ast::Ast;
use serde_json::{Map, Number, Value};

use super::{QueryError, evaluate, is_equal, order};

#[rustfmt::skip]
const NAMES: &[&str] = &[
    "abs", "avg", "ceil", "contains", "ends_with", "floor", "join", "keys", "length", "map", "max", "max_by", "merge",
    "min", "min_by", "not_null", "reverse", "sort", "sort_by", "starts_with", "sum", "to_array", "to_number",
    "to_string", "type", "values",
];

/// What a function is given.
enum Argument<'a> {
    Value(Value),
    /// `&expression`: for the function to apply.
    Expression(&'a Ast),
}

/// Calls the function `name` where `current` is the value at hand.
pub(super) fn call(name: &str, arguments: &[Ast], current: &Value) -> Result<Value, QueryError> {
    let arguments: Vec<Argument> = arguments
        .iter()
        .map(|argument| match argument {
            Ast::Expref { ast, .. } => Ok(Argument::Expression(ast)),
            other => evaluate(other, current).map(Argument::Value),
        })
        .collect::<Result<_, _>>()?;
    let answer = match arguments.as_slice() {
        [Argument::Expression(ast), Argument::Value(Value::Array(items))] if name == "map" => {
            Some(items.iter().map(|item| evaluate(ast, item)).collect::<Result<_, _>>()?)
        }
        [Argument::Value(Value::Array(items)), Argument::Expression(ast)] => pick_by(name, items, ast)?,
        values => {
            values.iter().map(Argument::value).collect::<Option<Vec<_>>>().and_then(|values| apply(name, &values))
        }
    };
    answer.ok_or_else(|| does_not_take(name, &arguments))
}

impl Argument<'_> {
    fn value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Expression(_) => None,
        }
    }
}

fn does_not_take(name: &str, arguments: &[Argument]) -> QueryError {
    if !NAMES.contains(&name) {
        return QueryError::Failed(format!("Unknown function: {name}()"));
    }
    let received: Vec<&str> = arguments.iter().map(|argument| argument.value().map_or("expref", kind)).collect();
    let received = if received.is_empty() { "nothing".to_owned() } else { received.join(", ") };
    QueryError::Failed(format!("In function {name}(), wrong number or type of arguments, received: {received}"))
}

/// The functions that order items by an expression. None: there is no such function, or the keys are
/// not all numbers or all texts.
fn pick_by(name: &str, items: &[Value], ast: &Ast) -> Result<Option<Value>, QueryError> {
    let keys: Vec<Value> = items.iter().map(|item| evaluate(ast, item)).collect::<Result<_, _>>()?;
    if !are_ordered(&keys) {
        return Ok(None);
    }
    let mut keyed: Vec<(&Value, &Value)> = keys.iter().zip(items).collect();
    let by_key = |a: &(&Value, &Value), b: &(&Value, &Value)| order_of(a.0, b.0);
    let item = |found: Option<(&Value, &Value)>| found.map(|(_, item)| item.clone()).unwrap_or_default();
    Ok(match name {
        "sort_by" => {
            keyed.sort_by(by_key);
            Some(keyed.into_iter().map(|(_, item)| item.clone()).collect())
        }
        "min_by" => Some(item(keyed.into_iter().min_by(by_key))),
        // Of equals the first, where Rust has the last.
        "max_by" => Some(item(keyed.into_iter().rev().max_by(by_key))),
        _ => None,
    })
}

/// The functions of values alone. None: there is no such function, or it does not take these.
fn apply(name: &str, arguments: &[&Value]) -> Option<Value> {
    match (name, arguments) {
        ("not_null", [_, ..]) => {
            Some(arguments.iter().find(|value| !value.is_null()).map_or(Value::Null, |v| (*v).clone()))
        }
        ("merge", [_, ..]) => merge(arguments),
        ("to_array", [Value::Array(items)]) => Some(items.clone().into()),
        ("to_array", [other]) => Some(vec![(*other).clone()].into()),
        ("to_string", [Value::String(text)]) => Some(text.as_str().into()),
        ("to_string", [other]) => Some(other.to_string().into()),
        ("to_number", [value]) => Some(to_number(value)),
        ("type", [value]) => Some(kind(value).into()),
        (_, [Value::Number(number)]) => of_number(name, number),
        (_, [Value::Array(items)]) => of_list(name, items),
        (_, [Value::Object(members)]) => of_object(name, members),
        ("length", [Value::String(text)]) => Some(text.chars().count().into()),
        ("reverse", [Value::String(text)]) => Some(text.chars().rev().collect::<String>().into()),
        ("join", [Value::String(glue), Value::Array(items)]) => {
            Some(items.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?.join(glue).into())
        }
        ("contains", [Value::Array(items), wanted]) => Some(items.iter().any(|item| is_equal(item, wanted)).into()),
        (_, [Value::String(text), Value::String(part)]) => of_texts(name, text, part),
        _ => None,
    }
}

fn of_number(name: &str, number: &Number) -> Option<Value> {
    match name {
        "abs" => match number.as_i64() {
            Some(whole) => Some(whole.unsigned_abs().into()),
            None if number.is_u64() => Some(number.clone().into()),
            None => Some(number.as_f64()?.abs().into()),
        },
        "ceil" => rounded(number, f64::ceil),
        "floor" => rounded(number, f64::floor),
        _ => None,
    }
}

/// A whole number, as in Python.
fn rounded(number: &Number, round: fn(f64) -> f64) -> Option<Value> {
    if !number.is_f64() {
        return Some(number.clone().into());
    }
    let whole = round(number.as_f64()?);
    // Beyond 2^53 a float is whole as it is.
    Some(if whole.abs() < 9e15 { (whole as i64).into() } else { whole.into() })
}

fn of_list(name: &str, items: &[Value]) -> Option<Value> {
    let best = |found: Option<&Value>| Some(found.cloned().unwrap_or_default());
    match name {
        "length" => Some(items.len().into()),
        "reverse" => Some(items.iter().rev().cloned().collect()),
        "sum" => sum(items),
        "avg" if items.is_empty() => Some(Value::Null),
        "avg" => Some((sum(items)?.as_f64()? / items.len() as f64).into()),
        _ if !are_ordered(items) => None,
        "min" => best(items.iter().min_by(|a, b| order_of(a, b))),
        "max" => best(items.iter().rev().max_by(|a, b| order_of(a, b))),
        "sort" => {
            let mut sorted = items.to_vec();
            sorted.sort_by(order_of);
            Some(sorted.into())
        }
        _ => None,
    }
}

fn of_object(name: &str, members: &Map<String, Value>) -> Option<Value> {
    match name {
        "keys" => Some(members.keys().cloned().collect()),
        "values" => Some(members.values().cloned().collect()),
        "length" => Some(members.len().into()),
        _ => None,
    }
}

fn of_texts(name: &str, text: &str, part: &str) -> Option<Value> {
    match name {
        "contains" => Some(text.contains(part).into()),
        "starts_with" => Some(text.starts_with(part).into()),
        "ends_with" => Some(text.ends_with(part).into()),
        _ => None,
    }
}

fn merge(objects: &[&Value]) -> Option<Value> {
    let mut merged = Map::new();
    for object in objects {
        merged.extend(object.as_object()?.clone());
    }
    Some(merged.into())
}

/// Whole as long as all of them are.
fn sum(items: &[Value]) -> Option<Value> {
    let whole = items.iter().try_fold(0_i64, |sum, item| sum.checked_add(item.as_i64()?));
    let float = || items.iter().try_fold(0.0, |sum, item| Some(sum + item.as_f64()?));
    whole.map(Value::from).or_else(|| float().map(Value::from))
}

fn to_number(value: &Value) -> Value {
    match value {
        Value::Number(_) => value.clone(),
        Value::String(text) => match text.trim().parse::<i64>() {
            Ok(whole) => whole.into(),
            Err(_) => text.trim().parse::<f64>().map_or(Value::Null, Value::from),
        },
        _ => Value::Null,
    }
}

/// JMESPath's name for the type of `value`.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Whether all are numbers or all are texts.
fn are_ordered(values: &[Value]) -> bool {
    values.iter().all(Value::is_number) || values.iter().all(Value::is_string)
}

/// The order within what [`are_ordered`] accepts.
fn order_of(a: &Value, b: &Value) -> Ordering {
    order(a, b).unwrap_or(Ordering::Equal)
}
