//! The policy in each language.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Language, Policy, Statement};

const DESCRIPTION: &str = "Without MFA, users may only see to their own MFA device";

impl Policy {
    /// Its text in `language`, each line ended.
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::Json => self.json() + "\n",
            Language::Terraform => self.terraform(),
            Language::CloudFormation => self.cloudformation(),
        }
    }

    fn json(&self) -> String {
        let statements: Vec<Value> = self.statements.iter().map(Statement::value).collect();
        let policy = json!({ "Version": "2012-10-17", "Statement": statements });
        format!("{policy:#}")
    }

    fn terraform(&self) -> String {
        // A template of Terraform's takes `${` for itself.
        let json = self.json().replace("${", "$${");
        let lines: String = json.lines().map(|line| format!("    {line}\n")).collect();
        format!(
            "resource \"aws_iam_policy\" \"require_mfa\" {{\n  name        = \"require-mfa\"\n  description = \
             \"{DESCRIPTION}\"\n  policy      = <<-POLICY\n{lines}  POLICY\n}}\n"
        )
    }

    fn cloudformation(&self) -> String {
        let mut text = format!(
            "Resources:\n  RequireMfa:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      Description: \
             {DESCRIPTION}\n      PolicyDocument:\n        Version: \"2012-10-17\"\n        Statement:\n"
        );
        for statement in &self.statements {
            // Writing to a String cannot fail.
            let _ = statement.yaml(&mut text);
        }
        text
    }
}

impl Statement {
    fn value(&self) -> Value {
        let mut value = json!({ "Sid": self.sid, "Effect": self.effect });
        value[self.scope] = json!(self.actions);
        value["Resource"] = json!(self.resource);
        if self.without_mfa {
            value["Condition"] = json!({ "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" } });
        }
        value
    }

    fn yaml(&self, text: &mut String) -> std::fmt::Result {
        writeln!(
            text,
            "          - Sid: {}\n            Effect: {}\n            {}:",
            self.sid, self.effect, self.scope
        )?;
        for action in &self.actions {
            writeln!(text, "              - {}", Value::from(action.as_str()))?;
        }
        writeln!(text, "            Resource: {}", Value::from(self.resource.as_str()))?;
        if self.without_mfa {
            writeln!(text, "            Condition:\n              BoolIfExists:")?;
            writeln!(text, "                \"aws:MultiFactorAuthPresent\": \"false\"")?;
        }
        Ok(())
    }
}
