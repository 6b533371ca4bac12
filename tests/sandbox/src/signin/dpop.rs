//! The proof that a client has the key it says it has (RFC 9449): a JWS that is good for one request.
//!
//! Whether a proof came before is the caller's affair.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::EncodedPoint;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::invalid;
use crate::signature::Refusal;

/// How far a client's clock may be off.
const SKEW: u64 = 5 * 60;

/// A proof in which everything is right.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proof {
    /// Its identifier, which must not come again.
    pub(super) id: String,
    /// The digest of the public key (RFC 7638).
    pub(super) thumbprint: String,
}

/// Reads and checks the proof of a request.
pub(super) fn verify(proof: &str, method: &str, url: &str, now: i64) -> Result<Proof, Refusal> {
    let parts: Vec<&str> = proof.split('.').collect();
    let [header, payload, signature] = parts[..] else { return Err(wrong("it is no compact JWS")) };
    let (head, claims) = (object(header, "header")?, object(payload, "payload")?);
    text_is(&head, "typ", "dpop+jwt")?;
    text_is(&head, "alg", "ES256")?;
    let jwk = head.get("jwk").ok_or_else(|| wrong("jwk is missing"))?;
    let (key, thumbprint) = public_key(jwk)?;

    let signature = decode(signature, "the signature")?;
    let signature =
        Signature::from_slice(&signature).map_err(|_| wrong("the signature is not r and s in 64 octets"))?;
    let signed = format!("{header}.{payload}");
    key.verify(signed.as_bytes(), &signature).map_err(|_| wrong("the signature does not fit"))?;

    text_is(&claims, "htm", method)?;
    text_is(&claims, "htu", url)?;
    let issued = claims.get("iat").and_then(Value::as_i64).ok_or_else(|| wrong("iat is no number of seconds"))?;
    if issued.abs_diff(now) > SKEW {
        return Err(wrong(&format!("iat is {issued}, and it is {now}")));
    }
    match claims.get("jti").and_then(Value::as_str) {
        Some(id) if !id.is_empty() => Ok(Proof { id: id.to_owned(), thumbprint }),
        _ => Err(wrong("jti is missing")),
    }
}

/// The key and its thumbprint; a private key has no business here.
fn public_key(jwk: &Value) -> Result<(VerifyingKey, String), Refusal> {
    text_is(jwk, "kty", "EC")?;
    text_is(jwk, "crv", "P-256")?;
    if jwk.get("d").is_some() {
        return Err(wrong("jwk has the private key"));
    }
    let ((x, x_text), (y, y_text)) = (coordinate(jwk, "x")?, coordinate(jwk, "y")?);
    let point = EncodedPoint::from_affine_coordinates(&x.into(), &y.into(), false);
    let key = VerifyingKey::from_encoded_point(&point).map_err(|_| wrong("jwk is no point of the curve"))?;
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x_text}","y":"{y_text}"}}"#);
    Ok((key, URL_SAFE_NO_PAD.encode(Sha256::digest(members))))
}

/// Exactly 32 octets, leading zeros included, and their text.
fn coordinate<'a>(jwk: &'a Value, name: &str) -> Result<([u8; 32], &'a str), Refusal> {
    let text = jwk.get(name).and_then(Value::as_str).ok_or_else(|| wrong(&format!("{name} is missing")))?;
    let octets = decode(text, name)?;
    let octets = octets.try_into().map_err(|_| wrong(&format!("{name} has not 32 octets")))?;
    Ok((octets, text))
}

fn object(part: &str, name: &str) -> Result<Value, Refusal> {
    let value: Option<Value> = serde_json::from_slice(&decode(part, name)?).ok();
    value.filter(Value::is_object).ok_or_else(|| wrong(&format!("{name} is no JSON object")))
}

fn decode(text: &str, name: &str) -> Result<Vec<u8>, Refusal> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong(&format!("{name} is no base64url without padding")))
}

fn text_is(object: &Value, name: &str, wanted: &str) -> Result<(), Refusal> {
    match object.get(name).and_then(Value::as_str) {
        Some(text) if text == wanted => Ok(()),
        Some(text) => Err(wrong(&format!("{name} is {text}, not {wanted}"))),
        None => Err(wrong(&format!("{name} is missing"))),
    }
}

fn wrong(why: &str) -> Refusal {
    invalid(format!("Invalid DPoP proof: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9449, section 4.1 and its key's thumbprint in section 6.1.
    const RFC: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
    const URL: &str = "https://server.example.com/token";
    const AT: i64 = 1_562_262_616;

    #[test]
    fn the_example_of_the_rfc() {
        let proof =
            Proof { id: "-BwC3ESc6acc2lTc".into(), thumbprint: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I".into() };
        assert_eq!(verify(RFC, "POST", URL, AT).unwrap(), proof);
        assert!(verify(RFC, "POST", URL, AT + 300).is_ok() && verify(RFC, "POST", URL, AT - 300).is_ok());
    }

    #[test]
    fn and_what_is_none() {
        let why = |proof: &str, method: &str, url: &str, now: i64| verify(proof, method, url, now).unwrap_err().message;
        for (said, part) in [
            (why(RFC, "GET", URL, AT), "htm is POST, not GET"),
            (why(RFC, "POST", "https://server.example.com/v1/token", AT), "htu is"),
            (why(RFC, "POST", URL, AT + 301), "iat is"),
            (why(RFC, "POST", URL, AT - 301), "iat is"),
            (why(&RFC.replace(".2-Gx", ".2-Gy"), "POST", URL, AT), "does not fit"),
            (why(&format!("{RFC}=="), "POST", URL, AT), "without padding"),
            (why(&RFC[..RFC.len() - 2], "POST", URL, AT), "64 octets"),
            (why(&format!("{RFC}."), "POST", URL, AT), "no compact JWS"),
            (why("", "POST", URL, AT), "no compact JWS"),
        ] {
            assert!(said.contains(part), "{said}");
        }
    }
}
