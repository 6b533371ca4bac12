//! Issues temporary credentials: random, remembered, and shaped like AWS's.

use crate::account::{Account, Principal, PrincipalKind, Role, Session};
use crate::encoding;

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// New credentials of `principal` for so many seconds from `now`, known to the account from here on.
pub(crate) fn session(account: &mut Account, principal: Principal, now: i64, seconds: u32) -> Session {
    let session = Session {
        access_key_id: key_id("ASIA", &principal.account),
        secret_access_key: random(40),
        session_token: format!("IQoJb3JpZ2luX2VjE{}==", random(330)),
        issued_at: now,
        expires_at: now + i64::from(seconds),
        principal,
        chained: true,
    };
    account.sessions.insert(session.access_key_id.clone(), session.clone());
    session
}

/// The same for whoever has no temporary credentials yet.
pub(crate) fn first_session(account: &mut Account, principal: Principal, now: i64, seconds: u32) -> Session {
    let session = Session { chained: false, ..session(account, principal, now, seconds) };
    account.sessions.insert(session.access_key_id.clone(), session.clone());
    session
}

/// The principal of a role session; the partition is the one that `partition` says.
pub(crate) fn role_principal(role: &Role, partition: &str, session_name: &str) -> Principal {
    Principal {
        arn: format!("arn:{partition}:sts::{}:assumed-role/{}/{session_name}", role.account, role.name),
        user_id: format!("{}:{session_name}", role.id),
        account: role.account.clone(),
        kind: PrincipalKind::Role(role.arn(partition)),
        mfa: false,
    }
}

/// Random letters and digits as in base64.
pub(crate) fn random(length: usize) -> String {
    (0..length).map(|_| char::from(LETTERS[fastrand::usize(..LETTERS.len())])).collect()
}

/// Random letters and digits as in base64url, for what ends up in a URL.
pub(crate) fn url_safe(length: usize) -> String {
    random(length).replace('+', "-").replace('/', "_")
}

/// `BCDF-GHJK`: consonants, which spell no words.
pub(crate) fn user_code() -> String {
    const CONSONANTS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
    let four = || (0..4).map(|_| char::from(CONSONANTS[fastrand::usize(..CONSONANTS.len())])).collect::<String>();
    format!("{}-{}", four(), four())
}

/// `01234567-89ab-cdef-0123-456789abcdef`
pub(crate) fn uuid() -> String {
    let hex = format!("{:032x}", fastrand::u128(..));
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// `ASIA` or `AKIA` and sixteen characters that tell the account, as today's keys do.
pub(crate) fn key_id(prefix: &str, account: &str) -> String {
    let account: u64 = account.parse().unwrap_or(0);
    let head = 1 << 47 | (account << 7 & 0x7fff_ffff_ff80) | fastrand::u64(..0x80);
    let mut bytes = head.to_be_bytes()[2..].to_vec();
    bytes.extend(fastrand::u32(..).to_be_bytes());
    format!("{prefix}{}", encoding::to_base32(&bytes))
}

/// The account that a key id tells, for ids of the kind that does.
pub(crate) fn account_of(key_id: &str) -> Option<String> {
    let rest = key_id.get(4..).filter(|rest| rest.len() == 16 && !matches!(rest.as_bytes()[0], b'A'..=b'P'))?;
    let bytes = encoding::base32(rest);
    let head = bytes.get(..6)?.iter().fold(0u64, |head, byte| head << 8 | u64::from(*byte));
    Some(format!("{:012}", (head & 0x7fff_ffff_ff80) >> 7))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_ids_tell_their_account() {
        assert_eq!(account_of("ASIAY34FZKBOKMUTVV7A").as_deref(), Some("609629065308"));
        assert_eq!(account_of("AKIAIOSFODNN7EXAMPLE"), None);
        for account in ["111122223333", "000000000001", "999999999999"] {
            let id = key_id("AKIA", account);
            assert_eq!((id.len(), account_of(&id).as_deref()), (20, Some(account)), "{id}");
        }
    }

    #[test]
    fn uuids_look_the_part() {
        assert_eq!(uuid().split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    }
}
