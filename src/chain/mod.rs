//! Pure: a profile becomes a plan, and a plan explains itself.
//!
//! A [`Plan`] holds the step by which the profile gets its credentials, with every link of a role
//! chain behind it, and what that step shadows, in the order of the AWS CLI. Every step knows where
//! it was written; [`cache_name`] says which file holds its answer. No clock, no network, no disk.

pub mod cache_name;
mod error;
mod keys;
pub mod plan;
mod role;
pub mod selection;
pub mod session;

pub use error::PlanError;
pub use keys::Keys;
pub use plan::{
    Action, LoginStep, Method, Plan, ProcessStep, SessionStep, Shadowed, Source, SsoStep, Step, WebIdentityStep, plan,
};
pub use role::RoleStep;
pub use selection::{ChosenBy, Selection};
