//! The instance metadata service of EC2, version 2, by aws-config's provider.

use std::time::Duration;

use aws_config::imds::{Client, credentials::ImdsCredentialsProvider};

use super::{Credentials, ResolveError, Resolver};
use crate::chain::Step;

impl Resolver<'_> {
    pub(super) fn instance_metadata(&self, step: &Step) -> Result<Credentials, ResolveError> {
        let doing = "asking the instance metadata service";
        let fail = |why: String| ResolveError::Provider { doing: doing.to_owned(), why, written: step.source.clone() };
        let endpoint = self.metadata_endpoint().map_err(fail)?;
        let number = |variable, key| self.either(variable, key).and_then(|text| text.trim().parse().ok()).unwrap_or(1);
        let limit = Duration::from_secs(number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout"));
        let attempts = number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts");
        let config = self.provider_config(&endpoint, true)?;
        let client = Client::builder()
            .configure(&config)
            .endpoint(&endpoint)
            .map_err(|error| fail(error.to_string()))?
            .connect_timeout(limit)
            .read_timeout(limit)
            .max_attempts(u32::try_from(attempts).unwrap_or(u32::MAX))
            .build();
        let provider = ImdsCredentialsProvider::builder().configure(&config).imds_client(client).build();
        self.provided(&provider, step, doing)?.ok_or(ResolveError::None)
    }

    /// Where the service is: its own setting, else by the mode.
    fn metadata_endpoint(&self) -> Result<String, String> {
        let named = self.either("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
        if let Some(endpoint) = named {
            return Ok(endpoint);
        }
        let mode = self.either("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
        let legacy = self.either("AWS_IMDS_USE_IPV6", "imds_use_ipv6");
        match (mode.map(|mode| mode.to_lowercase()).as_deref(), legacy.as_deref()) {
            (Some("ipv6"), _) => Ok(IPV6.to_owned()),
            (Some("ipv4"), _) => Ok(IPV4.to_owned()),
            (Some(other), _) => Err(format!("ec2_metadata_service_endpoint_mode is {other}, not ipv4 or ipv6")),
            (None, Some(legacy)) if legacy.eq_ignore_ascii_case("true") => Ok(IPV6.to_owned()),
            (None, _) => Ok(IPV4.to_owned()),
        }
    }
}

const IPV4: &str = "http://169.254.169.254";
const IPV6: &str = "http://[fd00:ec2::254]";
