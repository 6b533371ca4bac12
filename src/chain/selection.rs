//! Which profile is meant, and who said so.

/// The selected profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The profile's name.
    pub name: String,
    /// Who chose it.
    pub by: ChosenBy,
}

/// Who chose a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChosenBy {
    /// `--profile`
    Flag,
    /// This environment variable.
    Variable(&'static str),
    /// Nobody: `default` is meant, and need not exist.
    Nobody,
}

/// The variables that choose a profile, in their order (AWS CLI v2).
pub const PROFILE_VARIABLES: [&str; 2] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];

/// The variables that choose a region, in their order (AWS CLI v2).
pub const REGION_VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

impl Selection {
    /// `--profile`, then `AWS_PROFILE`, then `AWS_DEFAULT_PROFILE`, then `default`.
    pub fn new(flag: Option<&str>, variable: impl Fn(&str) -> Option<String>) -> Self {
        if let Some(name) = flag {
            return Self { name: name.to_owned(), by: ChosenBy::Flag };
        }
        for by in PROFILE_VARIABLES {
            if let Some(name) = variable(by) {
                return Self { name, by: ChosenBy::Variable(by) };
            }
        }
        Self { name: "default".to_owned(), by: ChosenBy::Nobody }
    }

    /// Whether somebody chose it, so that it must exist.
    pub fn is_explicit(&self) -> bool {
        self.by != ChosenBy::Nobody
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_wins_then_the_variables() {
        for (flag, variables, name, by) in [
            (Some("f"), &[("AWS_PROFILE", "a")][..], "f", ChosenBy::Flag),
            (None, &[("AWS_PROFILE", "a"), ("AWS_DEFAULT_PROFILE", "d")], "a", ChosenBy::Variable("AWS_PROFILE")),
            (None, &[("AWS_DEFAULT_PROFILE", "d")], "d", ChosenBy::Variable("AWS_DEFAULT_PROFILE")),
            (None, &[], "default", ChosenBy::Nobody),
        ] {
            let variable = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            assert_eq!(Selection::new(flag, variable), Selection { name: name.into(), by });
        }
    }
}
