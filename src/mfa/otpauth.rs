//! The address that an authenticator app scans, in the form of AWS's own QR codes.

use crate::aws::address::encode;
use crate::secret::Secret;

const ISSUER: &str = "Amazon%20Web%20Services";

/// `otpauth://totp/Amazon%20Web%20Services:DEVICE@ACCOUNT?secret=SEED&issuer=Amazon%20Web%20Services`
pub fn address(device: &str, account: &str, seed: &Secret) -> Secret {
    let device = encode(device);
    let seed = seed.expose().trim_end_matches('=');
    Secret::new(format!("otpauth://totp/{ISSUER}:{device}@{account}?secret={seed}&issuer={ISSUER}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_console_of_aws_has_it() {
        for (device, seed, label, secret) in [
            ("alice", "GEZDGNBV", "alice", "GEZDGNBV"),
            ("a+b@c", "GEZDGNBV==", "a%2Bb%40c", "GEZDGNBV"),
            ("root-account-mfa-device", "A", "root-account-mfa-device", "A"),
        ] {
            let wanted = format!(
                "otpauth://totp/Amazon%20Web%20Services:{label}@111122223333?secret={secret}&issuer=Amazon%20Web%20Services"
            );
            assert_eq!(address(device, "111122223333", &Secret::new(seed)).expose(), wanted);
        }
    }
}
