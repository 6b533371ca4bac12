//! What a sign-in leaves behind: tokens and registrations of IAM Identity Center and sessions of console
//! login, in the files that the AWS CLI and every SDK read; when they end, and how one process renews them for all.
//!
//! - [`sso_token`], [`registration`]: the two kinds of file under `~/.aws/sso/cache`
//! - [`session`]: the token of a session, refreshed where it must be; no person is asked
//! - [`login_token`]: the file under `~/.aws/login/cache`; [`login`]: a console login's session, renewed likewise
//! - [`mfa_login`]: when a session with MFA in the credentials file ends, which AWS's file does not say
//! - [`renewal`]: when a stored answer is good enough, and how one process renews it for all
//! - [`expiry`]: the times things end at

pub mod expiry;
pub mod login;
pub mod login_token;
pub mod mfa_login;
mod others;
pub mod registration;
pub mod renewal;
pub mod session;
pub mod sso_token;

pub use login::{LoginError, Logins};
pub use login_token::LoginToken;
pub use session::{TokenError, Tokens};
pub use sso_token::SsoToken;
