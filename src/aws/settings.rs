//! How calls are made: region, endpoint, FIPS and dual-stack, retries, timeouts, trust and proxies,
//! each from its flag, its variable or the profile, in the AWS CLI's order.

use std::time::Duration;

use super::partition::Partition;
use super::proxy::ProxyVariables;
use crate::config::shared::SharedConfig;

/// What the command line says of calls.
#[derive(Debug, Clone, Default)]
pub struct CallFlags {
    /// `--region`
    pub region: Option<String>,
    /// `--endpoint-url`
    pub endpoint_url: Option<String>,
    /// `--ca-bundle`
    pub ca_bundle: Option<String>,
    /// `--no-verify-ssl`
    pub no_verify_ssl: bool,
    /// `--cli-connect-timeout`, in seconds; 0: none.
    pub connect_timeout: Option<u64>,
    /// `--cli-read-timeout`, in seconds; 0: none.
    pub read_timeout: Option<u64>,
}

/// A service that keyfob calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Security Token Service.
    Sts,
    /// The access portal of IAM Identity Center.
    Sso,
    /// The token service of IAM Identity Center.
    SsoOidc,
    /// AWS Sign-In: console login.
    SignIn,
    /// Identity and Access Management.
    Iam,
}

impl Service {
    /// The key of its block in a services section.
    fn key(self) -> &'static str {
        match self {
            Self::Sts => "sts",
            Self::Sso => "sso",
            Self::SsoOidc => "sso_oidc",
            Self::SignIn => "signin",
            Self::Iam => "iam",
        }
    }

    /// Its name in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sts => "STS",
            Self::Sso => "the access portal",
            Self::SsoOidc => "IAM Identity Center",
            Self::SignIn => "AWS Sign-In",
            Self::Iam => "IAM",
        }
    }

    /// What its host begins with.
    fn host(self) -> &'static str {
        match self {
            Self::Sts => "sts",
            Self::Sso => "portal.sso",
            Self::SsoOidc => "oidc",
            Self::SignIn => "signin",
            Self::Iam => "iam",
        }
    }
}

/// Everything a call of one service needs to know.
#[derive(Debug, Clone)]
pub struct CallSettings {
    /// The region. `None`: the partition's global endpoint.
    pub region: Option<String>,
    /// An endpoint in place of AWS's own.
    pub endpoint_url: Option<String>,
    /// `use_fips_endpoint`
    pub fips: bool,
    /// `use_dualstack_endpoint`
    pub dual_stack: bool,
    /// How often a call is made at most, the first time included.
    pub max_attempts: u32,
    /// `None`: for ever.
    pub connect_timeout: Option<Duration>,
    /// `None`: for ever.
    pub read_timeout: Option<Duration>,
    /// A file of trusted certificates in place of the system's, as written.
    pub ca_bundle: Option<String>,
    /// Whether the server must prove who it is (all but `--no-verify-ssl`).
    pub verify_tls: bool,
    /// The proxy variables.
    pub proxies: ProxyVariables,
}

/// A setting that calls cannot use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// `services = NAME` names a section that is not there.
    #[error(
        "The profile is configured to use the services section but the \"{0}\" services configuration does not exist."
    )]
    NoServices(String),
    /// `max_attempts` or `AWS_MAX_ATTEMPTS`.
    #[error("Value provided to \"max_attempts\": {0} must be an integer greater than or equal to one.")]
    MaxAttempts(String),
    /// `retry_mode` or `AWS_RETRY_MODE`.
    #[error("Invalid value provided to \"mode\": \"{0}\" must be one of: legacy, standard, adaptive")]
    RetryMode(String),
    /// A region that cannot be a part of a host's name (botocore's words).
    #[error("Provided region_name '{0}' doesn't match a supported format.")]
    Region(String),
    /// An endpoint that is no URL.
    #[error("Invalid endpoint: {0}")]
    Endpoint(String),
}

impl CallSettings {
    /// The settings of calls to `service` for the profile `name`.
    ///
    /// # Errors
    /// See [`SettingError`].
    pub fn new(
        service: Service,
        shared: &SharedConfig<'_>,
        name: &str,
        flags: &CallFlags,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, SettingError> {
        let profile = shared.profile(name).unwrap_or_default();
        let setting = |key: &str| profile.text(key).filter(|text| !text.is_empty()).map(str::to_owned);
        let either = |name: &str, key: &str| variable(name).or_else(|| setting(key));
        let is_true = |value: Option<String>| value.is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let timeout = |seconds: Option<u64>| match seconds.unwrap_or(60) {
            0 => None,
            seconds => Some(Duration::from_secs(seconds)),
        };
        match either("AWS_RETRY_MODE", "retry_mode") {
            Some(mode) if !["legacy", "standard", "adaptive"].contains(&mode.as_str()) => {
                return Err(SettingError::RetryMode(mode));
            }
            _ => {}
        }
        let max_attempts = match either("AWS_MAX_ATTEMPTS", "max_attempts") {
            None => 3,
            Some(text) => {
                text.trim().parse().ok().filter(|attempts| *attempts > 0).ok_or(SettingError::MaxAttempts(text))?
            }
        };
        let region =
            flags.region.clone().or_else(|| variable("AWS_REGION")).or_else(|| either("AWS_DEFAULT_REGION", "region"));
        Self {
            region,
            endpoint_url: endpoint(service, shared, name, flags, variable)?,
            fips: is_true(either("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")),
            dual_stack: is_true(either("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")),
            max_attempts,
            connect_timeout: timeout(flags.connect_timeout),
            read_timeout: timeout(flags.read_timeout),
            ca_bundle: flags
                .ca_bundle
                .clone()
                .or_else(|| either("AWS_CA_BUNDLE", "ca_bundle"))
                .or_else(|| variable("REQUESTS_CA_BUNDLE")),
            verify_tls: !flags.no_verify_ssl,
            proxies: ProxyVariables::new(variable),
        }
        .checked()
    }
}

impl CallSettings {
    /// These settings, if their region can be a part of a host's name.
    ///
    /// # Errors
    /// It cannot.
    pub fn checked(self) -> Result<Self, SettingError> {
        match &self.region {
            Some(region) if !region.is_empty() && !is_host_label(region) => Err(SettingError::Region(region.clone())),
            _ => Ok(self),
        }
    }

    /// Where `service` is: the configured endpoint, or AWS's own. The SDK's rules pick the endpoint of a
    /// call; this is for what is opened in a browser, and to tell whether a proxy is meant for it.
    pub fn url(&self, service: Service) -> String {
        if let Some(url) = &self.endpoint_url {
            return url.trim_end_matches('/').to_owned();
        }
        let region = self.region.as_deref().unwrap_or_default();
        let partition = Partition::of_region(region);
        if service == Service::SignIn {
            return partition.sign_in_url(region, self.fips, self.dual_stack);
        }
        let suffix = if self.dual_stack { partition.dual_stack_suffix } else { partition.dns_suffix };
        // In GovCloud every endpoint is FIPS's.
        let fips = if self.fips && partition.name != "aws-us-gov" { "-fips" } else { "" };
        let place = match service {
            Service::Iam => partition.iam_place(self.dual_stack),
            _ => region,
        };
        let place = if place.is_empty() { String::new() } else { format!(".{place}") };
        format!("https://{}{fips}{place}.{suffix}", service.host())
    }

    /// The region of calls that are not signed. At an endpoint of its own an empty one does no harm, but the
    /// SDK would refuse it.
    pub(super) fn unsigned_region(&self) -> String {
        let region = self.region.clone().unwrap_or_default();
        if region.is_empty() && self.endpoint_url.is_some() { "us-east-1".to_owned() } else { region }
    }

    /// The same settings for an answer that is nice to have: one attempt, and no longer wait than `patience`.
    pub fn once_within(self, patience: Duration) -> Self {
        let brief = |limit: Option<Duration>| Some(limit.map_or(patience, |limit| limit.min(patience)));
        let (connect_timeout, read_timeout) = (brief(self.connect_timeout), brief(self.read_timeout));
        Self { max_attempts: 1, connect_timeout, read_timeout, ..self }
    }

    /// The same settings for a service in `region`.
    pub fn in_region(self, region: &str) -> Self {
        Self { region: Some(region.to_owned()), ..self }
    }
}

/// The configured endpoint: the flag, `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, the block of
/// the profile's services section, the profile's `endpoint_url`.
fn endpoint(
    service: Service,
    shared: &SharedConfig<'_>,
    name: &str,
    flags: &CallFlags,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<String>, SettingError> {
    let profile = shared.profile(name).unwrap_or_default();
    let ignored = variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        .or_else(|| profile.text("ignore_configured_endpoint_urls").map(str::to_owned))
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let configured = || {
        if ignored {
            return Ok(None);
        }
        let own = format!("AWS_ENDPOINT_URL_{}", service.key().to_uppercase());
        if let Some(url) = variable(&own).or_else(|| variable("AWS_ENDPOINT_URL")) {
            return Ok(Some(url));
        }
        if let Some(services) = profile.services() {
            let section = shared.services(services.text);
            let section = section.ok_or_else(|| SettingError::NoServices(services.text.to_owned()))?;
            if let Some(url) = section.endpoint_url(service.key()) {
                return Ok(Some(url.to_owned()));
            }
        }
        Ok(profile.text("endpoint_url").map(str::to_owned))
    };
    let url = match &flags.endpoint_url {
        Some(url) => Some(url.clone()),
        None => configured()?,
    };
    match url {
        Some(url) if !is_url(&url) => Err(SettingError::Endpoint(url)),
        url => Ok(url),
    }
}

/// Letters, digits and hyphens, as botocore has it of regions.
fn is_host_label(text: &str) -> bool {
    let allowed = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let edges = text.starts_with('-') || text.ends_with('-');
    allowed && !edges && text.len() < 64 && !text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `http://` or `https://`, a host, and nothing that an address cannot hold.
fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default()).unwrap_or_default();
    let named = !host.is_empty() && !host.starts_with(':') && host.contains('[') == host.contains(']');
    named && text.bytes().all(|byte| matches!(byte, b'!'..=b'~') && !b"<>\"\\^`{|}".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(config: &str, env: &[(&str, &str)], flags: &CallFlags) -> Result<CallSettings, SettingError> {
        let variable = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        CallSettings::new(Service::Sts, &SharedConfig::parse(config, ""), "p", flags, &variable)
    }

    #[test]
    fn endpoints_in_the_aws_clis_order() {
        let all = "[profile p]\nendpoint_url=http://profile\nservices=s\n[services s]\nsts =\n  endpoint_url=http://services\n";
        let flag = CallFlags { endpoint_url: Some("http://flag".into()), ..CallFlags::default() };
        let own = ("AWS_ENDPOINT_URL_STS", "http://own");
        let every = ("AWS_ENDPOINT_URL", "http://every");
        let none = CallFlags::default();
        for (config, env, flags, expected) in [
            (all, &[own, every][..], &flag, Some("http://flag")),
            (all, &[own, every], &none, Some("http://own")),
            (all, &[every], &none, Some("http://every")),
            (all, &[], &none, Some("http://services")),
            ("[profile p]\nendpoint_url=http://profile\n", &[], &none, Some("http://profile")),
            (all, &[every, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True")], &none, None),
            (all, &[every, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")], &flag, Some("http://flag")),
        ] {
            assert_eq!(settings(config, env, flags).unwrap().endpoint_url.as_deref(), expected, "{env:?}");
        }
        let missing = settings("[profile p]\nservices=s\n", &[], &none).unwrap_err();
        assert_eq!(missing, SettingError::NoServices("s".into()));
        for wrong in ["x", "http://", "http://[", "https:///a", "http://a b", "ftp://a", "http://:80"] {
            let refused = settings("", &[("AWS_ENDPOINT_URL", wrong)], &none);
            assert!(matches!(refused, Err(SettingError::Endpoint(_))), "{wrong}");
        }
    }

    #[test]
    fn the_rest_of_the_settings() {
        let none = CallFlags::default();
        let config =
            "[profile p]\nuse_fips_endpoint=True\nuse_dualstack_endpoint=yes\nmax_attempts=5\nca_bundle=/a\nregion=r\n";
        let read = settings(config, &[("AWS_CA_BUNDLE", "/b")], &none).unwrap();
        assert_eq!((read.fips, read.dual_stack, read.max_attempts), (true, false, 5));
        assert_eq!((read.ca_bundle.as_deref(), read.region.as_deref()), (Some("/b"), Some("r")));
        assert_eq!(read.read_timeout, Some(Duration::from_secs(60)));
        let flags = CallFlags { read_timeout: Some(0), region: Some("f".into()), ..CallFlags::default() };
        let read = settings(config, &[("AWS_REGION", "e")], &flags).unwrap();
        assert_eq!((read.read_timeout, read.region.as_deref()), (None, Some("f")));
        assert!(matches!(settings("", &[("AWS_MAX_ATTEMPTS", "0")], &none), Err(SettingError::MaxAttempts(_))));
        assert!(matches!(settings("", &[("AWS_RETRY_MODE", "x")], &none), Err(SettingError::RetryMode(_))));
        for wrong in ["eu west", "evil.example/", "-a", "a-", "123", "é"] {
            assert_eq!(settings("", &[("AWS_REGION", wrong)], &none).unwrap_err(), SettingError::Region(wrong.into()));
        }
    }

    #[test]
    fn hosts_of_the_partitions() {
        let plain = settings("", &[], &CallFlags::default()).unwrap();
        for (service, region, fips, dual_stack, expected) in [
            (Service::SsoOidc, "eu-west-1", false, false, "https://oidc.eu-west-1.amazonaws.com"),
            (Service::SsoOidc, "us-east-1", true, false, "https://oidc-fips.us-east-1.amazonaws.com"),
            (Service::SsoOidc, "us-gov-west-1", true, false, "https://oidc.us-gov-west-1.amazonaws.com"),
            (Service::SsoOidc, "eu-west-1", false, true, "https://oidc.eu-west-1.api.aws"),
            (Service::SsoOidc, "eusc-de-east-1", false, false, "https://oidc.eusc-de-east-1.amazonaws.eu"),
            (Service::Sso, "cn-north-1", false, false, "https://portal.sso.cn-north-1.amazonaws.com.cn"),
            (Service::Sts, "", false, false, "https://sts.amazonaws.com"),
            (Service::SignIn, "eu-west-1", false, false, "https://eu-west-1.signin.aws.amazon.com"),
            (Service::Iam, "eu-west-1", false, false, "https://iam.amazonaws.com"),
        ] {
            let region = (!region.is_empty()).then(|| region.to_owned());
            let settings = CallSettings { region, fips, dual_stack, ..plain.clone() };
            assert_eq!(settings.url(service), expected);
        }
    }
}
