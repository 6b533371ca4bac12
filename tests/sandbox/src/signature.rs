//! Signature Version 4, recomputed: what the client must have signed, and AWS's words when it did not.
//!
//! Knows keys, signatures and the clock; what the signer may do is the services' affair.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::account::{AccessKey, Account, LastUse, Principal, PrincipalKind};
use crate::encoding::{hex, iso_basic, parse_iso_basic, percent_decode, percent_encode};
use crate::server::Request;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// How far a client's clock may be off.
const SKEW: i64 = 5 * 60;

/// What a request says of its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// Whose.
    pub access_key_id: String,
    /// The scope's day, `20260101`.
    pub day: String,
    /// The scope's region.
    pub region: String,
    /// The scope's service.
    pub service: String,
    /// In lower case.
    pub signed_headers: Vec<String>,
    /// Hexadecimal.
    pub signature: String,
    /// `20260101T000000Z`
    pub time: String,
    /// X-Amz-Security-Token.
    pub token: Option<String>,
    /// X-Amz-Expires; only a signature in the query has it.
    pub expires: Option<i64>,
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// AWS's code.
    pub code: &'static str,
    /// AWS's sentence.
    pub message: String,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }
}

impl Authorization {
    /// The signature in the Authorization header or in the query; none when there is neither.
    ///
    /// # Errors
    /// It lacks a part.
    pub fn of(request: &Request) -> Result<Option<Self>, Refusal> {
        if let Some(header) = request.header("authorization").filter(|header| header.starts_with(ALGORITHM)) {
            return Self::of_header(request, header).map(Some);
        }
        let params = request.params();
        if params.get("X-Amz-Algorithm").is_some_and(|algorithm| algorithm == ALGORITHM) {
            let part = |name: &str| params.get(name).cloned();
            let mut signed = Self::of_parts(
                part("X-Amz-Credential"),
                part("X-Amz-SignedHeaders"),
                part("X-Amz-Signature"),
                part("X-Amz-Date"),
                &request.query,
            )?;
            signed.token = part("X-Amz-Security-Token");
            signed.expires = Some(part("X-Amz-Expires").and_then(|seconds| seconds.parse().ok()).unwrap_or(SKEW));
            return Ok(Some(signed));
        }
        Ok(None)
    }

    fn of_header(request: &Request, header: &str) -> Result<Self, Refusal> {
        let part = |name: &str| {
            let parts = header[ALGORITHM.len()..].split(',').filter_map(|part| part.trim().split_once('='));
            parts.filter(|(known, _)| *known == name).map(|(_, value)| value.to_owned()).next()
        };
        let time = request.header("x-amz-date").or_else(|| request.header("date")).map(str::to_owned);
        let mut signed = Self::of_parts(part("Credential"), part("SignedHeaders"), part("Signature"), time, header)?;
        signed.token = request.header("x-amz-security-token").map(str::to_owned);
        Ok(signed)
    }

    fn of_parts(
        credential: Option<String>,
        signed_headers: Option<String>,
        signature: Option<String>,
        time: Option<String>,
        whole: &str,
    ) -> Result<Self, Refusal> {
        let needs =
            |part: &str| incomplete(format!("Authorization header requires '{part}' parameter. Authorization={whole}"));
        let credential = credential.ok_or_else(|| needs("Credential"))?;
        let mut scope = credential.rsplitn(5, '/');
        let (Some("aws4_request"), Some(service), Some(region), Some(day), Some(key)) =
            (scope.next(), scope.next(), scope.next(), scope.next(), scope.next())
        else {
            return Err(incomplete(format!("Credential must have five slash-delimited elements, got: {credential}")));
        };
        let headers = signed_headers.ok_or_else(|| needs("SignedHeaders"))?;
        Ok(Self {
            access_key_id: key.to_owned(),
            day: day.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            signed_headers: headers.split(';').map(str::to_ascii_lowercase).collect(),
            signature: signature.ok_or_else(|| needs("Signature"))?,
            time: time.ok_or_else(|| {
                incomplete(format!("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization={whole}"))
            })?,
            token: None,
            expires: None,
        })
    }

    /// The signature that `secret` makes of the request.
    pub fn signature_of(&self, request: &Request, secret: &str) -> String {
        let scope = format!("{}/{}/{}/aws4_request", self.day, self.region, self.service);
        let request = hex(&Sha256::digest(canonical_request(request, self)));
        let text = format!("{ALGORITHM}\n{}\n{scope}\n{request}", self.time);
        let mut key = format!("AWS4{secret}").into_bytes();
        for part in [&self.day, &self.region, &self.service, "aws4_request"] {
            key = mac(&key, part);
        }
        hex(&mac(&key, &text))
    }
}

/// Whom a request comes from; the signature must be right and of `service`. Long-term keys remember the use.
///
/// # Errors
/// AWS's refusals.
pub fn verify(account: &mut Account, request: &Request, service: &str, now: i64) -> Result<Principal, Refusal> {
    let signed = Authorization::of(request)?
        .ok_or_else(|| Refusal::new(403, "MissingAuthenticationToken", "Request is missing Authentication Token"))?;
    let signer = signer(account, &signed, now)?;
    if signed.service != service {
        return Err(mismatch(format!("Credential should be scoped to correct service: '{service}'. ")));
    }
    if !signed.signed_headers.iter().any(|name| name == "host") {
        return Err(mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."));
    }
    check_time(&signed, now)?;
    if signed.signature_of(request, signer.secret) != signed.signature {
        return Err(mismatch(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
             Access Key and signing method. Consult the service documentation for details.",
        ));
    }
    if signer.ends.is_some_and(|end| end <= now) {
        return Err(Refusal::new(403, "ExpiredToken", "The security token included in the request is expired"));
    }
    let principal = signer.principal;
    let keys = account.users.values_mut().flat_map(|user| &mut user.keys);
    if let Some(key) = keys.into_iter().find(|key| key.id == signed.access_key_id)
        && !account.iam.uses_are_told_late
    {
        key.last_use = Some(LastUse { at: now, service: signed.service, region: signed.region });
    }
    Ok(principal)
}

struct Signer<'a> {
    secret: &'a str,
    ends: Option<i64>,
    principal: Principal,
}

/// The owner of the key, with the session token that belongs to it.
fn signer<'a>(account: &'a Account, signed: &Authorization, now: i64) -> Result<Signer<'a>, Refusal> {
    if let Some(session) = account.sessions.get(&signed.access_key_id) {
        if signed.token.as_ref() == Some(&session.session_token) {
            let (secret, principal) = (&session.secret_access_key, session.principal.clone());
            return Ok(Signer { secret, ends: Some(session.expires_at), principal });
        }
    } else if let Some((user, key)) = account.user_key(&signed.access_key_id)
        && is_good(account, key, now)
        && signed.token.is_none()
    {
        let principal = Principal {
            arn: user.arn(&account.id),
            user_id: user.unique_id(&account.id).to_owned(),
            account: account.id.clone(),
            kind: PrincipalKind::User(user.name.clone()),
            mfa: false,
        };
        return Ok(Signer { secret: &key.secret, ends: None, principal });
    }
    Err(Refusal::new(403, "InvalidClientTokenId", "The security token included in the request is invalid."))
}

/// Whether the key is active as far as word of it has spread.
fn is_good(account: &Account, key: &AccessKey, now: i64) -> bool {
    if key.active {
        return now >= key.created_at + account.iam.new_key_seconds;
    }
    key.deactivated_at.is_some_and(|at| now < at + account.iam.deactivated_key_seconds)
}

fn check_time(signed: &Authorization, now: i64) -> Result<(), Refusal> {
    let Some(time) = parse_iso_basic(&signed.time) else {
        let text = "Date must be in ISO-8601 'basic format'. Got '";
        return Err(incomplete(format!("{text}{}'. See http://en.wikipedia.org/wiki/ISO_8601", signed.time)));
    };
    if signed.time.get(..8) != Some(&signed.day) {
        return Err(mismatch(format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{}', from '{}'.",
            signed.day,
            signed.time.get(..8).unwrap_or_default(),
            signed.time
        )));
    }
    let (earliest, latest) = (now - signed.expires.unwrap_or(SKEW), now + SKEW);
    if time < earliest {
        let (signed, earliest, now) = (&signed.time, iso_basic(earliest), iso_basic(now));
        return Err(mismatch(format!("Signature expired: {signed} is now earlier than {earliest} ({now} - 5 min.)")));
    }
    if time > latest {
        let (signed, latest, now) = (&signed.time, iso_basic(latest), iso_basic(now));
        return Err(mismatch(format!(
            "Signature not yet current: {signed} is still later than {latest} ({now} + 5 min.)"
        )));
    }
    Ok(())
}

fn canonical_request(request: &Request, signed: &Authorization) -> String {
    let mut text =
        format!("{}\n{}\n{}\n", request.method, canonical_path(&request.path), canonical_query(&request.query));
    for name in &signed.signed_headers {
        let values = request.headers.iter().filter(|(known, _)| known == name);
        // Inner runs of blanks count as one.
        let values = values.map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" "));
        text.push_str(&format!("{name}:{}\n", values.collect::<Vec<_>>().join(",")));
    }
    text.push_str(&format!("\n{}\n{}", signed.signed_headers.join(";"), hex(&Sha256::digest(&request.body))));
    text
}

/// The path as sent, its dots resolved, encoded once more.
fn canonical_path(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let end = if path.ends_with('/') && !parts.is_empty() { "/" } else { "" };
    percent_encode(format!("/{}{end}", parts.join("/")).as_bytes(), b"/")
}

/// Sorted by encoded name and value, without the signature itself.
fn canonical_query(query: &str) -> String {
    let encode = |part: &str| percent_encode(&percent_decode(part), b"");
    let mut pairs: Vec<_> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .filter(|(name, _)| *name != "X-Amz-Signature")
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn mismatch(message: impl Into<String>) -> Refusal {
    Refusal::new(403, "SignatureDoesNotMatch", message)
}

fn incomplete(message: String) -> Refusal {
    Refusal::new(400, "IncompleteSignature", message)
}
