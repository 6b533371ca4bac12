//! What IAM holds besides users and roles, and how slowly word of keys spreads.

use serde::{Deserialize, Serialize};

use crate::account::MfaDevice;

/// Settings of the service, and the MFA devices that nobody has.
///
/// A misspelt setting in a test's JSON is an error, a missing one is the standard one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Iam {
    /// The account's aliases; AWS allows one.
    pub aliases: Vec<String>,
    /// A new key is refused (InvalidClientTokenId) for so many seconds.
    pub new_key_seconds: i64,
    /// A deactivated key works for so many seconds more.
    pub deactivated_key_seconds: i64,
    /// Whether nobody hears of the uses of a key before long, as AWS's IAM has it.
    pub uses_are_told_late: bool,
    /// GlobalEndpointTokenVersion of GetAccountSummary.
    pub global_token_version: u32,
    /// Members of a page at most, whatever MaxItems says.
    pub page_size: usize,
    /// Whether GetSessionToken's credentials need UserName in every call, as the documentation has it.
    pub sessions_need_user_name: bool,
    /// Whether GetSessionToken's credentials without MFA are refused with InvalidClientTokenId, not AccessDenied. Users
    /// report that AWS does so.
    pub sessions_look_invalid: bool,
    /// MFA devices that no user has: virtual ones left over, and hardware tokens.
    pub devices: Vec<MfaDevice>,
}

impl Default for Iam {
    fn default() -> Self {
        Self {
            aliases: vec!["sandbox".into()],
            new_key_seconds: 0,
            deactivated_key_seconds: 0,
            uses_are_told_late: false,
            global_token_version: 1,
            page_size: 100,
            sessions_need_user_name: false,
            sessions_look_invalid: false,
            devices: Vec::new(),
        }
    }
}
