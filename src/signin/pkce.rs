//! Proof Key for Code Exchange (RFC 7636): the verifier, its challenge, and the address at which a
//! person authorizes.
//!
//! Pure: randomness is handed in.

use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::aws::address::address;
use crate::secret::Secret;

/// What a verifier is made of (RFC 7636, section 4.1: RFC 3986's unreserved characters).
const ALPHABET: &[u8; 66] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

/// How long the AWS CLI's verifiers are.
const VERIFIER_LENGTH: usize = 64;

/// The largest multiple of the alphabet's size that a byte can count to: bytes from here on would
/// make the first characters likelier than the others.
const FAIR: usize = 256 / ALPHABET.len() * ALPHABET.len();

/// A new verifier, of the bytes that `random` gives: [`bytes`](crate::world::random::bytes).
///
/// # Errors
/// What `random` fails with.
pub fn verifier<E>(mut random: impl FnMut() -> Result<[u8; 64], E>) -> Result<Secret, E> {
    let mut text = String::with_capacity(VERIFIER_LENGTH);
    while text.len() < VERIFIER_LENGTH {
        let mut bytes = random()?;
        let fair = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < FAIR);
        let wanted = VERIFIER_LENGTH - text.len();
        text.extend(fair.take(wanted).map(|byte| char::from(ALPHABET[byte % ALPHABET.len()])));
        bytes.zeroize();
    }
    Ok(Secret::new(text))
}

/// What is shown of `verifier` before it is: its SHA-256 in base64url without padding (method S256).
pub fn challenge(verifier: &Secret) -> String {
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(Sha256::digest(verifier.expose()))
}

/// The request for an authorization code, that a browser makes.
#[derive(Debug, Clone, Copy)]
pub struct Authorization<'a> {
    /// The OIDC endpoint: `https://oidc.eu-west-1.amazonaws.com`
    pub endpoint: &'a str,
    /// Of the client registration.
    pub client_id: &'a str,
    /// `http://127.0.0.1:PORT/oauth/callback`
    pub redirect_uri: &'a str,
    /// A random UUID, which comes back with the code.
    pub state: &'a str,
    /// `sso:account:access`, as a rule.
    pub scopes: &'a [String],
    /// See [`challenge`].
    pub challenge: &'a str,
}

impl Authorization<'_> {
    /// The address to open. Its parameters, their names and their order are the AWS CLI's: `scopes`
    /// is not OAuth's `scope`.
    pub fn url(&self) -> String {
        let scopes = self.scopes.join(" ");
        let parameters = [
            ("response_type", "code"),
            ("client_id", self.client_id),
            ("redirect_uri", self.redirect_uri),
            ("state", self.state),
            ("code_challenge_method", "S256"),
            ("scopes", &scopes),
            ("code_challenge", self.challenge),
        ];
        address(&format!("{}/authorize", self.endpoint.trim_end_matches('/')), &parameters)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_challenge_of_the_rfc() {
        // RFC 7636, appendix B.
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn every_character_is_as_likely_as_the_others() {
        let mut next = 0..=255u8;
        let mut seen = [0; 256];
        // 198 fair bytes make three verifiers and six characters more.
        for _ in 0..3 {
            let mut bytes = || Ok::<_, ()>(std::array::from_fn(|_| next.next().unwrap_or(u8::MAX)));
            verifier(&mut bytes).unwrap().expose().bytes().for_each(|byte| seen[usize::from(byte)] += 1);
        }
        assert!(ALPHABET.iter().all(|byte| (2..=3).contains(&seen[usize::from(*byte)])), "{seen:?}");
        assert_eq!(seen.iter().sum::<i32>(), 3 * 64);
    }

    #[test]
    fn bytes_that_are_not_fair_are_passed_over_and_failures_are_told() {
        let mut calls = 0;
        let made = verifier(|| {
            calls += 1;
            Ok::<_, ()>(if calls == 1 { [198; 64] } else { [197; 64] })
        });
        assert_eq!((made.unwrap().expose(), calls), (&*"~".repeat(64), 2));
        assert_eq!(verifier(|| Err("none")), Err("none"));
    }

    #[test]
    fn the_address_to_open() {
        let authorization = Authorization {
            endpoint: "https://oidc.eu-west-1.amazonaws.com",
            client_id: "id=1",
            redirect_uri: "http://127.0.0.1:49152/oauth/callback",
            state: "0b1e9a1c-5c9e-4c0f-9b0a-3f1d2c4b5a69",
            scopes: &["sso:account:access".to_owned(), "a/b".to_owned()],
            challenge: "E9M_-",
        };
        let url = "https://oidc.eu-west-1.amazonaws.com/authorize?response_type=code&client_id=id%3D1\
            &redirect_uri=http%3A%2F%2F127.0.0.1%3A49152%2Foauth%2Fcallback\
            &state=0b1e9a1c-5c9e-4c0f-9b0a-3f1d2c4b5a69&code_challenge_method=S256\
            &scopes=sso%3Aaccount%3Aaccess%20a%2Fb&code_challenge=E9M_-";
        assert_eq!(authorization.url(), url);
        let slash = Authorization { endpoint: "https://oidc.eu-west-1.amazonaws.com/", ..authorization };
        assert_eq!(slash.url(), url);
    }

    proptest! {
        #[test]
        fn verifiers_are_64_characters_of_the_alphabet(first: [u8; 32], second: [u8; 32]) {
            let mut calls = 0u8;
            let made = verifier(|| {
                // Never the same twice, so that it comes to an end.
                calls += 1;
                Ok::<_, ()>(std::array::from_fn(|at| if at < 32 { first[at] } else { second[at - 32].wrapping_add(calls) }))
            });
            let made = made.unwrap();
            prop_assert_eq!(made.expose().len(), 64);
            prop_assert!(made.expose().bytes().all(|byte| ALPHABET.contains(&byte)));
        }
    }
}
