//! Pure: a profile becomes a plan, and a plan explains itself.
//!
//! A [`Plan`] lists every place that could give the profile its credentials, in the order in which
//! the AWS CLI asks them. The first one counts, the others are shadowed. No clock, no network, no
//! disk.

pub mod plan;
pub mod selection;

pub use plan::{Candidate, Keys, Method, Plan, PlanError, Source, plan};
pub use selection::{ChosenBy, Selection};
