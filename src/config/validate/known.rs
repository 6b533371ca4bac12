//! The keys that AWS tools know, and which of them a misspelt one was meant to be.

/// Keys of a profile that the AWS CLI or an SDK reads; sorted.
const PROFILE_KEYS: &[&str] = &[
    "account_id_endpoint_mode",
    "api_versions",
    "auth_scheme_preference",
    "aws_access_key_id",
    "aws_account_id",
    "aws_secret_access_key",
    "aws_security_token",
    "aws_session_token",
    "ca_bundle",
    "cli_auto_prompt",
    "cli_binary_format",
    "cli_error_format",
    "cli_follow_urlparam",
    "cli_history",
    "cli_pager",
    "cli_timestamp_format",
    "credential_process",
    "credential_source",
    "csm_client_id",
    "csm_clientid",
    "csm_enabled",
    "csm_host",
    "csm_port",
    "data_path",
    "defaults_mode",
    "disable_host_prefix_injection",
    "disable_request_compression",
    "duration_seconds",
    "ec2_metadata_service_endpoint",
    "ec2_metadata_service_endpoint_mode",
    "ec2_metadata_v1_disabled",
    "emr",
    "endpoint_discovery_enabled",
    "endpoint_url",
    "external_id",
    "ignore_configured_endpoint_urls",
    "imds_use_ipv6",
    "login_session",
    "max_attempts",
    "metadata_service_num_attempts",
    "metadata_service_timeout",
    "mfa_serial",
    "output",
    "parameter_validation",
    "region",
    "request_checksum_calculation",
    "request_min_compression_size_bytes",
    "response_checksum_validation",
    "retry_mode",
    "role_arn",
    "role_session_name",
    "s3",
    "s3_disable_express_session_auth",
    "s3_disable_multiregion_access_points",
    "s3_us_east_1_regional_endpoint",
    "s3_use_arn_region",
    "sdk_ua_app_id",
    "services",
    "sigv4a_signing_region_set",
    "source_profile",
    "sso_account_id",
    "sso_region",
    "sso_registration_scopes",
    "sso_role_name",
    "sso_session",
    "sso_start_url",
    "sts_regional_endpoints",
    "tcp_keepalive",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
    "web_identity_token_file",
];

/// Keys of an sso-session; sorted.
const SESSION_KEYS: &[&str] = &["sso_region", "sso_registration_scopes", "sso_start_url"];

/// Keys of a profile that hold a nested block.
const BLOCK_KEYS: [&str; 3] = ["api_versions", "emr", "s3"];

/// What a section is about, as far as its keys are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Keys {
    /// A profile, or what profiles inherit.
    Profile,
    /// An sso-session.
    Session,
}

impl Keys {
    fn table(self) -> &'static [&'static str] {
        match self {
            Self::Profile => PROFILE_KEYS,
            Self::Session => SESSION_KEYS,
        }
    }

    /// Whether some AWS tool reads `key` (lower case).
    pub(super) fn contains(self, key: &str) -> bool {
        self.table().binary_search(&key).is_ok()
    }

    /// Whether `key` holds one text and never a block.
    pub(super) fn is_text(self, key: &str) -> bool {
        self.contains(key) && !BLOCK_KEYS.contains(&key)
    }

    /// The key that `key`, which is none, is most like: two slips away at most, one in a short word.
    pub(super) fn nearest(self, key: &str) -> Option<&'static str> {
        let most = match key.len() {
            0..4 => return None,
            4..6 => 1,
            _ => 2,
        };
        let near = |known: &&'static str| distance(key, known, most).map(|slips| (slips, *known));
        self.table().iter().filter_map(near).min().map(|(_, known)| known)
    }
}

/// How many letters must be put in, taken out or changed to make `b` of `a` (Levenshtein), unless
/// they are more than `most`.
pub(super) fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        let mut least = row[0];
        for (j, y) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
            least = least.min(row[j + 1]);
        }
        if least > most {
            return None;
        }
    }
    row.pop().filter(|slips| *slips <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        assert!(PROFILE_KEYS.is_sorted());
        assert!(SESSION_KEYS.is_sorted());
        assert!(BLOCK_KEYS.iter().all(|key| Keys::Profile.contains(key)));
    }

    #[test]
    fn slips_are_counted_up_to_a_limit() {
        for (a, b, slips) in [
            ("region", "region", Some(0)),
            ("regoin", "region", Some(2)),
            ("role-arn", "role_arn", Some(1)),
            ("output", "outputs", Some(1)),
            ("", "ab", Some(2)),
            ("abc", "", None),
            ("role_name", "role_arn", None),
        ] {
            assert_eq!(distance(a, b, 2), slips, "{a} {b}");
        }
    }

    #[test]
    fn a_misspelt_key_finds_what_was_meant() {
        for (key, meant) in [
            ("regoin", Some("region")),
            ("ouput", Some("output")),
            ("role-arn", Some("role_arn")),
            ("sso_acount_id", Some("sso_account_id")),
            ("credentials_process", Some("credential_process")),
            // Keys of other tools, and words too short to tell.
            ("include_profile", None),
            ("granted_sso_start_url", None),
            ("sso_account_name", None),
            ("x_principal_arn", None),
            ("s4", None),
        ] {
            assert_eq!(Keys::Profile.nearest(key), meant, "{key}");
        }
    }
}
