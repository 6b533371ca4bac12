//! The container's endpoint (ECS, EKS Pod Identity): `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or
//! `.._FULL_URI`, by aws-config's provider.

use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;

use super::{Credentials, ResolveError, Resolver};
use crate::chain::Step;

impl Resolver<'_> {
    pub(super) fn container(&self, step: &Step) -> Result<Credentials, ResolveError> {
        // Such an endpoint is on this machine, or next to it: proxies are not for it (AWS CLI).
        let uri = self.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI").unwrap_or_default();
        let config = self.provider_config(&uri, false)?;
        let limit = Duration::from_secs(2);
        let provider =
            EcsCredentialsProvider::builder().configure(&config).connect_timeout(limit).read_timeout(limit).build();
        self.provided(&provider, step, "asking the container's credentials endpoint")?.ok_or(ResolveError::None)
    }
}
