//! `--query`: JMESPath over an answer.
//!
//! The `jmespath` crate reads the expression; the walk over the answer is our own, because the crate
//! keeps objects in sorted maps, which would reorder `--query Credentials`, and turns whole numbers
//! into floats. Values behave as in Python's jmespath, which the AWS CLI uses.
//!
//! Left different: objects are spelled with their own characters by `to_string`, not with `\u`
//! escapes, and comparing a text with a number is null where Python fails.

mod functions;
mod literal;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use jmespath::ast::{Ast, Comparator};
use jmespath::{ErrorReason, JmespathError};
use serde_json::Value;

/// Why a `--query` was refused or failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The expression is not JMESPath. Known before AWS is asked: the AWS CLI ends with 252.
    #[error("Bad value for --query {expression}: {reason}")]
    Refused {
        /// As typed.
        expression: String,
        /// What is wrong, and a mark under where.
        reason: String,
    },
    /// The expression does not fit the answer. The AWS CLI ends with 255.
    #[error("{0}")]
    Failed(String),
}

/// Applies a JMESPath expression to `answer`.
///
/// # Errors
/// The expression is not JMESPath, or calls a function that does not exist or does not take what it
/// is given.
pub fn query(expression: &str, answer: Value) -> Result<Value, QueryError> {
    let ast = jmespath::parse(&literal::quote_bare(expression)).map_err(|error| refused(expression, &error))?;
    evaluate(&ast, &answer)
}

fn refused(expression: &str, error: &JmespathError) -> QueryError {
    let read = &error.expression;
    let what = match &error.reason {
        _ if error.offset >= read.len() => "Incomplete expression",
        // The parser names its own tokens after the dashes.
        ErrorReason::Parse(text) => match text.split_once(" -- found").map_or(text.as_str(), |(what, _)| what) {
            "Unexpected nud token" | "Unexpected led token" => "Unexpected token",
            what => what,
        },
        ErrorReason::Runtime(_) => "Invalid expression",
    };
    let column = read.get(..error.offset).map_or(0, |before| before.chars().count());
    // One more for the quotation mark.
    let mark = " ".repeat(column + 1) + "^";
    let reason = format!("Invalid jmespath expression: {what}:\n\"{read}\"\n{mark}");
    QueryError::Refused { expression: expression.to_owned(), reason }
}

fn evaluate(ast: &Ast, current: &Value) -> Result<Value, QueryError> {
    Ok(match ast {
        Ast::Identity { .. } => current.clone(),
        Ast::Field { name, .. } => current.get(name).cloned().unwrap_or_default(),
        Ast::Index { idx, .. } => index(current, *idx),
        Ast::Slice { start, stop, step, .. } => slice(current, *start, *stop, *step)?,
        Ast::Literal { value, .. } => {
            serde_json::to_value(value.as_ref()).map_err(|error| QueryError::Failed(error.to_string()))?
        }
        Ast::Subexpr { lhs, rhs, .. } => evaluate(rhs, &evaluate(lhs, current)?)?,
        Ast::Or { lhs, rhs, .. } => match evaluate(lhs, current)? {
            left if is_true(&left) => left,
            _ => evaluate(rhs, current)?,
        },
        Ast::And { lhs, rhs, .. } => match evaluate(lhs, current)? {
            left if is_true(&left) => evaluate(rhs, current)?,
            left => left,
        },
        Ast::Not { node, .. } => Value::Bool(!is_true(&evaluate(node, current)?)),
        Ast::Comparison { comparator, lhs, rhs, .. } => {
            compare(comparator, &evaluate(lhs, current)?, &evaluate(rhs, current)?)
        }
        Ast::Condition { predicate, then, .. } => match evaluate(predicate, current)? {
            truth if is_true(&truth) => evaluate(then, current)?,
            _ => Value::Null,
        },
        Ast::ObjectValues { node, .. } => match evaluate(node, current)? {
            Value::Object(members) => members.into_iter().map(|(_, value)| value).collect(),
            _ => Value::Null,
        },
        Ast::Flatten { node, .. } => flatten(evaluate(node, current)?),
        Ast::Projection { lhs, rhs, .. } => match evaluate(lhs, current)? {
            Value::Array(items) => project(rhs, &items)?,
            _ => Value::Null,
        },
        Ast::MultiList { .. } | Ast::MultiHash { .. } if current.is_null() => Value::Null,
        Ast::MultiList { elements, .. } => {
            elements.iter().map(|element| evaluate(element, current)).collect::<Result<_, _>>()?
        }
        Ast::MultiHash { elements, .. } => {
            let member = |pair: &jmespath::ast::KeyValuePair| Ok((pair.key.clone(), evaluate(&pair.value, current)?));
            Value::Object(elements.iter().map(member).collect::<Result<_, QueryError>>()?)
        }
        Ast::Function { name, args, .. } => functions::call(name, args, current)?,
        Ast::Expref { .. } => return Err(QueryError::Failed("an expression (&) is not a value".to_owned())),
    })
}

fn index(list: &Value, at: i32) -> Value {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let back = usize::try_from(at.unsigned_abs()).unwrap_or(usize::MAX);
    let at = if at < 0 { items.len().checked_sub(back) } else { Some(back) };
    at.and_then(|at| items.get(at)).cloned().unwrap_or_default()
}

/// Python's slices: an end beyond the list is the list's end, a negative one counts from it.
fn slice(list: &Value, start: Option<i32>, stop: Option<i32>, step: i32) -> Result<Value, QueryError> {
    let Value::Array(items) = list else { return Ok(Value::Null) };
    if step == 0 {
        return Err(QueryError::Failed("slice step cannot be zero".to_owned()));
    }
    let length = items.len() as i64;
    let (lowest, highest) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let clamp = |end: i32| {
        let end = i64::from(end);
        (if end < 0 { end + length } else { end }).clamp(lowest, highest)
    };
    let (first, last) = if step > 0 { (lowest, highest) } else { (highest, lowest) };
    let (start, stop) = (start.map_or(first, clamp), stop.map_or(last, clamp));
    let places = std::iter::successors(Some(start), |at| Some(at + i64::from(step)));
    let places = places.take_while(|at| if step > 0 { *at < stop } else { *at > stop });
    Ok(places.filter_map(|at| items.get(usize::try_from(at).ok()?).cloned()).collect())
}

fn flatten(list: Value) -> Value {
    let Value::Array(items) = list else { return Value::Null };
    let flat = items.into_iter().flat_map(|item| match item {
        Value::Array(inner) => inner,
        other => vec![other],
    });
    flat.collect()
}

/// What `ast` makes of each item, without the nulls.
fn project(ast: &Ast, items: &[Value]) -> Result<Value, QueryError> {
    let projected = items.iter().map(|item| evaluate(ast, item));
    projected.filter(|value| !matches!(value, Ok(Value::Null))).collect()
}

/// JMESPath's truth: numbers are true, whatever is empty is false.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

fn compare(comparator: &Comparator, left: &Value, right: &Value) -> Value {
    let ordered = |accepts: fn(Ordering) -> bool| order(left, right).map(accepts).map_or(Value::Null, Value::Bool);
    match comparator {
        Comparator::Equal => Value::Bool(is_equal(left, right)),
        Comparator::NotEqual => Value::Bool(!is_equal(left, right)),
        Comparator::LessThan => ordered(Ordering::is_lt),
        Comparator::LessThanEqual => ordered(Ordering::is_le),
        Comparator::GreaterThan => ordered(Ordering::is_gt),
        Comparator::GreaterThanEqual => ordered(Ordering::is_ge),
    }
}

/// The order of two numbers or two texts; nothing else has one.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
        },
        _ => None,
    }
}

/// Equality in which `1` is `1.0`.
fn is_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(_), Value::Number(_)) => order(left, right) == Some(Ordering::Equal),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| is_equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let has = |(name, value)| right.get(name).is_some_and(|other| is_equal(value, other));
            left.len() == right.len() && left.iter().all(has)
        }
        _ => left == right,
    }
}
