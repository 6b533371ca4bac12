//! Demonstrating proof of possession (DPoP, RFC 9449): who redeems a code or a refresh token of AWS Sign-In
//! shows, with a signature, that it holds the key that the sign-in was made with.
//!
//! Pure: randomness, time and ids are handed in.

use jiff::Timestamp;
use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use serde_json::json;
use zeroize::{Zeroize, Zeroizing};

use crate::secret::Secret;

/// The key of a sign-in, on the curve P-256.
#[derive(Debug)]
pub struct ProofKey(SecretKey);

/// A SEC 1 `ECPrivateKey` (RFC 5915) of P-256, in three parts: version and the key's head, then 32 octets of key;
/// the curve and the point's head, then 64 octets of point. The AWS CLI writes and wants the curve in it.
const KEY_HEAD: [u8; 7] = [0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20];
const POINT_HEAD: [u8; 17] = [
    0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, // [0] 1.2.840.10045.3.1.7
    0xa1, 0x44, 0x03, 0x42, 0x00, // [1] BIT STRING
];

/// PEM's longest line (RFC 1421, section 4.3.2.4).
const LINE: usize = 64;

impl ProofKey {
    /// A new key, of the octets that `random` gives: [`bytes`](crate::world::random::bytes). Neither half of its
    /// point begins with a zero: botocore's proofs leave those out (awscrt 0.38), and would be another key's.
    ///
    /// # Errors
    /// What `random` fails with.
    pub fn generate<E>(mut random: impl FnMut() -> Result<[u8; 32], E>) -> Result<Self, E> {
        loop {
            let mut octets = random()?;
            // All but one in four thousand million are keys.
            let key = SecretKey::from_slice(&octets).map(Self);
            octets.zeroize();
            if let Ok(key) = key
                && let (x, y) = key.coordinates()
                && x[0] != 0
                && y[0] != 0
            {
                return Ok(key);
            }
        }
    }

    /// Reads a key from PEM (SEC 1), as the AWS CLI and the SDKs write it. `None`: it is none.
    pub fn from_pem(text: &str) -> Option<Self> {
        // The SDK for Rust mends line ends that were escaped twice, too.
        let text = Zeroizing::new(text.replace("\\n", "\n"));
        let lines = text.lines().filter(|line| !line.starts_with("-----"));
        let base64: Zeroizing<String> = Zeroizing::new(lines.flat_map(str::split_whitespace).collect());
        let der = Zeroizing::new(base64_simd::STANDARD.decode_to_vec(base64.as_bytes()).ok()?);
        SecretKey::from_sec1_der(&der).ok().map(Self)
    }

    /// The key as PEM.
    pub fn to_pem(&self) -> Secret {
        let (x, y) = self.coordinates();
        let key = Zeroizing::new(self.0.to_bytes());
        let der = Zeroizing::new([&KEY_HEAD, key.as_slice(), &POINT_HEAD, &[4], &x, &y].concat());
        let base64 = Zeroizing::new(base64_simd::STANDARD.encode_to_string(&*der));
        let mut pem = String::with_capacity(256);
        pem.push_str("-----BEGIN EC PRIVATE KEY-----\n");
        let mut rest = base64.as_str();
        while !rest.is_empty() {
            let (line, more) = rest.split_at(LINE.min(rest.len()));
            pem.push_str(line);
            pem.push('\n');
            rest = more;
        }
        pem.push_str("-----END EC PRIVATE KEY-----\n");
        Secret::new(pem)
    }

    /// The proof for one request: a POST to `url` at `now`. `id` must never come twice.
    pub fn proof(&self, url: &str, now: Timestamp, id: &str) -> String {
        let (x, y) = self.coordinates();
        let base64 = |bytes: &[u8]| base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes);
        // The members and their order are the AWS CLI's.
        let jwk = json!({"kty": "EC", "x": base64(&x), "y": base64(&y), "crv": "P-256"});
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk});
        let payload = json!({"htm": "POST", "htu": url, "iat": now.as_second(), "jti": id});
        let signed = format!("{}.{}", base64(header.to_string().as_bytes()), base64(payload.to_string().as_bytes()));
        let signature: Signature = SigningKey::from(&self.0).sign(signed.as_bytes());
        format!("{signed}.{}", base64(&signature.to_bytes()))
    }

    /// The public point: 32 octets each, those that begin with zeros too (RFC 7518, section 6.2.1.2).
    fn coordinates(&self) -> ([u8; 32], [u8; 32]) {
        let point = self.0.public_key().to_encoded_point(false);
        let octets = |found: Option<&p256::FieldBytes>| found.map_or([0; 32], |octets| (*octets).into());
        // An uncompressed point has both.
        (octets(point.x()), octets(point.y()))
    }
}

#[cfg(test)]
mod tests {
    use p256::EncodedPoint;
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier;
    use serde_json::Value;

    use super::*;

    const URL: &str = "https://us-east-1.signin.aws.amazon.com/v1/token";

    fn key(number: u32) -> ProofKey {
        let mut octets = [0; 32];
        octets[28..].copy_from_slice(&number.to_be_bytes());
        ProofKey(SecretKey::from_slice(&octets).unwrap())
    }

    fn decode(text: &str) -> Vec<u8> {
        base64_simd::URL_SAFE_NO_PAD.decode_to_vec(text).unwrap()
    }

    /// What a server checks, written after the RFCs and not after the code above.
    fn check(proof: &str, signature_too: bool) {
        let parts: Vec<_> = proof.split('.').collect();
        let [header, payload, signature] = parts[..] else { panic!("{proof}") };
        let header: Value = serde_json::from_slice(&decode(header)).unwrap();
        let payload: Value = serde_json::from_slice(&decode(payload)).unwrap();
        assert_eq!((header["typ"].as_str(), header["alg"].as_str()), (Some("dpop+jwt"), Some("ES256")));
        let jwk = &header["jwk"];
        assert_eq!((jwk["kty"].as_str(), jwk["crv"].as_str()), (Some("EC"), Some("P-256")));
        let [x, y] = ["x", "y"].map(|name| {
            let text = jwk[name].as_str().unwrap();
            assert_eq!(text.len(), 43, "{text}");
            <[u8; 32]>::try_from(decode(text)).unwrap()
        });
        let point = EncodedPoint::from_affine_coordinates(&x.into(), &y.into(), false);
        let signature = decode(signature);
        assert_eq!(signature.len(), 64);
        let signed = &proof[..proof.rfind('.').unwrap()];
        // Whether the point is on the curve, always.
        let key = VerifyingKey::from_encoded_point(&point).unwrap();
        let signature = Signature::from_slice(&signature).unwrap();
        if signature_too {
            key.verify(signed.as_bytes(), &signature).unwrap();
        }
        assert_eq!((payload["htm"].as_str(), payload["htu"].as_str()), (Some("POST"), Some(URL)));
        assert_eq!((payload["iat"].as_i64(), payload["jti"].as_str()), (Some(1_800_000_000), Some("id")));
    }

    #[test]
    fn ten_thousand_keys_make_ten_thousand_proofs() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let mut short = 0;
        for number in 1..=10_000 {
            let key = key(number);
            let (x, y) = key.coordinates();
            let shorter = usize::from(x[0] == 0) + usize::from(y[0] == 0);
            short += shorter;
            // Verifying takes most of the time, and says little of one key that it does not of the others.
            check(&key.proof(URL, now, "id"), shorter > 0 || number % 25 == 0);
        }
        // Two coordinates, one in 256 each: those that a careless encoder makes too short are among them.
        assert!((30..150).contains(&short), "{short}");
    }

    #[test]
    fn a_key_is_written_as_the_aws_cli_writes_it_and_read_back() {
        for number in [1, 2, 77, 123_456_789] {
            let pem = key(number).to_pem();
            let lines: Vec<_> = pem.expose().lines().collect();
            assert_eq!(lines.first(), Some(&"-----BEGIN EC PRIVATE KEY-----"));
            assert_eq!(lines.last(), Some(&"-----END EC PRIVATE KEY-----"));
            assert!(lines[1].starts_with("MHcCAQEE") && lines[1].len() == 64 && lines.len() == 5, "{lines:?}");
            assert!(pem.expose().ends_with("-----\n"));
            let escaped = pem.expose().replace('\n', "\\n");
            let crlf = pem.expose().replace('\n', "\r\n");
            for text in [pem.expose(), &escaped, &crlf] {
                assert_eq!(ProofKey::from_pem(text).unwrap().0, key(number).0);
            }
        }
    }

    #[test]
    fn what_is_no_key_is_none() {
        let pem = key(5).to_pem().expose().to_owned();
        for text in ["", "x", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n", &pem[..100]] {
            assert!(ProofKey::from_pem(text).is_none(), "{text}");
        }
        let shown = format!("{:?}", key(123_456_789));
        assert!(!shown.contains("123456789") && !shown.to_lowercase().contains("75bcd15"), "{shown}");
    }

    #[test]
    fn octets_that_are_no_key_are_passed_over() {
        let short = key(0x5ce4_a39b);
        assert_eq!(short.coordinates().0[0], 0);
        let mut given = [[0; 32], [0xff; 32], short.0.to_bytes().into(), [1; 32]].into_iter();
        let key = ProofKey::generate(|| given.next().ok_or(())).unwrap();
        assert_eq!(key.0.to_bytes().as_slice(), [1; 32]);
        assert_eq!(ProofKey::generate(|| Err::<[u8; 32], _>("none")).err(), Some("none"));
    }
}
