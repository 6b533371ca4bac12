//! Assuming a role with the credentials of another step; the answer is kept in the AWS CLI's cache.

use super::stored::{read_role_entry, role_entry};
use super::{Credentials, ResolveError, Resolver};
use crate::aws::settings::Service;
use crate::aws::sts::{AssumeRole, Sts};
use crate::chain::{Action, Method, RoleStep, Step, cache_name};
use crate::tokens::renewal::{CREDENTIALS, Entry};
use crate::world::paths;

impl Resolver<'_> {
    pub(super) fn role(&self, step: &Step, role: &RoleStep) -> Result<Credentials, ResolveError> {
        let path = paths::cli_cache(&self.caller.world().env, &cache_name::role(role));
        let device = role.device_asked();
        let purpose = || {
            let doing = format!("renewing the credentials of profile {}", step.profile);
            if device.is_some() { self.with_a_code(doing) } else { doing }
        };
        let read = |bytes: &[u8]| read_role_entry(bytes, Method::AssumeRole);
        let entry = Entry { path: path.as_deref(), purpose: &purpose, spends: false, what: CREDENTIALS, read: &read };
        self.current_with_code(&entry, &mut |_| {
            // A link of the chain has an entry and a lock of its own. Two roles that assume each
            // other would wait for each other; after the longest wait each goes on without the lock.
            let with = self.source(role)?;
            let settings = self.settings(Service::Sts)?;
            let token_code = device.map(|serial| self.codes.token_code(&step.profile, serial)).transpose()?;
            let request = AssumeRole {
                role_arn: role.role_arn.clone(),
                role_session_name: self.session_name(role.role_session_name.as_deref()),
                external_id: role.external_id.clone(),
                // STS takes 32 bits; a number beyond is refused there as any other wrong one.
                duration_seconds: role.duration_seconds.map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX)),
                serial_number: device.map(str::to_owned),
                token_code,
                ..AssumeRole::default()
            };
            let doing = || format!("assuming {} for profile {}", role.role_arn, step.profile);
            let answer = Sts::new(self.caller, &settings)
                .assume_role(&with.signing_keys(), &request)
                .inspect_err(|error| {
                    if let Some(serial) = device {
                        self.codes.failed(serial, error);
                    }
                })
                .map_err(|error| ResolveError::call(doing(), step, error))?;
            Ok((answer.credentials(Method::AssumeRole), Some(role_entry(&answer))))
        })
    }

    fn source(&self, role: &RoleStep) -> Result<Credentials, ResolveError> {
        match self.step(&role.with, false) {
            Err(ResolveError::None) if role.with.action == Action::InstanceMetadata => {
                Err(ResolveError::EmptySource { name: "Ec2InstanceMetadata", profile: role.with.profile.clone() })
            }
            result => result,
        }
    }

    /// The session's name as configured, or one that the AWS CLI would make up.
    pub(super) fn session_name(&self, configured: Option<&str>) -> String {
        let now = self.caller.world().clock.now();
        configured.map_or_else(|| format!("botocore-session-{}", now.as_second()), str::to_owned)
    }
}
