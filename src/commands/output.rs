//! placeholder until the real one arrives
#[allow(missing_docs)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OutputFormat {
    Json,
    Text,
    Table,
    Yaml,
}
#[allow(missing_docs)]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct QueryError(String);
#[allow(missing_docs)]
pub fn query(_expression: &str, answer: serde_json::Value) -> Result<serde_json::Value, QueryError> {
    Ok(answer)
}
#[allow(missing_docs)]
pub fn render(answer: &serde_json::Value, _format: OutputFormat, _title: &str) -> String {
    format!("{answer:#}\n")
}
