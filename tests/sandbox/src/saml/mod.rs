//! SAML assertions: as an identity provider writes them for a test, and as STS reads them. Signatures are not looked at.

mod markup;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::encoding::iso;
use markup::{elements, escape, unescape};

const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes/";
/// Where the response is to be posted.
const RECIPIENT: &str = "https://signin.aws.amazon.com/saml";

/// What a response says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assertion {
    /// `ROLE,PROVIDER` or `PROVIDER,ROLE`.
    pub roles: Vec<String>,
    /// RoleSessionName.
    pub session_name: String,
    /// When it must have been redeemed (seconds since 1970).
    pub ends: Option<i64>,
    /// When the sessions made of it end.
    pub session_ends: Option<i64>,
    /// The person's name at the identity provider.
    pub subject: String,
    /// The identity provider.
    pub issuer: String,
    /// Where it is to be posted.
    pub recipient: String,
}

impl Assertion {
    /// For a person with these roles, good for five minutes from `now`.
    pub fn new(roles: &[&str], session_name: &str, now: i64) -> Self {
        Self {
            roles: roles.iter().map(ToString::to_string).collect(),
            session_name: session_name.into(),
            ends: Some(now + 300),
            session_ends: None,
            subject: session_name.into(),
            issuer: "https://idp.sandbox.invalid/saml".into(),
            recipient: RECIPIENT.into(),
        }
    }

    /// The whole response in base64, as `SAMLAssertion` has it.
    pub fn encode(&self) -> String {
        let until = |name: &str, at: Option<i64>| at.map(|at| format!(" {name}=\"{}\"", iso(at))).unwrap_or_default();
        let roles: String = self.roles.iter().map(|role| value(role)).collect();
        let text = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" Version=\"2.0\">",
            &format!("<saml:Assertion Version=\"2.0\"><saml:Issuer>{}</saml:Issuer>", escape(&self.issuer)),
            "<saml:Subject><saml:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">",
            &escape(&self.subject),
            "</saml:NameID><saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">",
            "<saml:SubjectConfirmationData",
            &until("NotOnOrAfter", self.ends),
            &format!(" Recipient=\"{}\"/></saml:SubjectConfirmation></saml:Subject>", escape(&self.recipient)),
            &format!(
                "<saml:AuthnStatement{}/><saml:AttributeStatement>",
                until("SessionNotOnOrAfter", self.session_ends)
            ),
            &format!("<saml:Attribute Name=\"{ATTRIBUTES}Role\">{roles}</saml:Attribute>"),
            &format!(
                "<saml:Attribute Name=\"{ATTRIBUTES}RoleSessionName\">{}</saml:Attribute>",
                value(&self.session_name)
            ),
            "</saml:AttributeStatement></saml:Assertion></samlp:Response>",
        ];
        BASE64.encode(text.concat())
    }

    /// Reads `SAMLAssertion`; the error is AWS's sentence.
    pub(crate) fn decode(encoded: &str) -> Result<Self, &'static str> {
        let compact: String = encoded.split_whitespace().collect();
        let bytes = BASE64.decode(compact).map_err(|_| "Invalid base64 SAMLResponse")?;
        let text = String::from_utf8(bytes).map_err(|_| "Invalid base64 SAMLResponse")?;
        let response =
            elements(&text, "Response").into_iter().next().ok_or("Your request included an invalid SAML response")?;
        let whole = elements(response.inner, "Assertion");
        let whole = whole.first().ok_or("Your request included an invalid SAML response")?;
        let one = |name: &str| elements(whole.inner, name).into_iter().next();
        let text_of = |name: &str| one(name).map(|element| unescape(element.inner)).unwrap_or_default();
        let time_of = |name: &str, attribute: &str| one(name)?.attribute(attribute)?.parse::<jiff::Timestamp>().ok();
        let values = |name: &str| -> Vec<String> {
            let wanted = format!("{ATTRIBUTES}{name}");
            let named = elements(whole.inner, "Attribute").into_iter();
            let named = named.filter(|attribute| attribute.attribute("Name").as_deref() == Some(&wanted));
            named.flat_map(|found| elements(found.inner, "AttributeValue")).map(|value| unescape(value.inner)).collect()
        };
        Ok(Self {
            roles: values("Role"),
            session_name: values("RoleSessionName")
                .into_iter()
                .next()
                .ok_or("RoleSessionName is required in AuthnResponse")?,
            ends: time_of("SubjectConfirmationData", "NotOnOrAfter").map(jiff::Timestamp::as_second),
            session_ends: time_of("AuthnStatement", "SessionNotOnOrAfter").map(jiff::Timestamp::as_second),
            subject: text_of("NameID"),
            issuer: text_of("Issuer"),
            recipient: one("SubjectConfirmationData").and_then(|data| data.attribute("Recipient")).unwrap_or_default(),
        })
    }

    /// Whether the person has this role of this provider.
    pub(crate) fn has(&self, role: &str, provider: &str) -> bool {
        self.roles.iter().filter_map(|pair| pair.split_once(',')).any(|(one, other)| {
            let pair = (one.trim(), other.trim());
            pair == (role, provider) || pair == (provider, role)
        })
    }
}

fn value(text: &str) -> String {
    format!("<saml:AttributeValue>{}</saml:AttributeValue>", escape(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        let mut assertion = Assertion::new(&["r1,p1", "p2 , r2"], "a&b <c> \"d\"", 1_790_000_000);
        assertion.session_ends = Some(1_790_003_600);
        assert_eq!(Assertion::decode(&assertion.encode()), Ok(assertion.clone()));
        for (role, provider, has) in [("r1", "p1", true), ("r2", "p2", true), ("r1", "p2", false)] {
            assert_eq!(assertion.has(role, provider), has, "{role} {provider}");
        }
    }

    #[test]
    fn other_hands() {
        let text = "<Response>\n<Assertion><Subject><NameID>n</NameID></Subject><Attribute FriendlyName='x' \
                    Name='https://aws.amazon.com/SAML/Attributes/RoleSessionName'>\n<AttributeValue \
                    xsi:type='xs:string'> me </AttributeValue></Attribute></Assertion></Response>";
        let read = Assertion::decode(&BASE64.encode(text)).unwrap();
        assert_eq!((read.session_name.as_str(), read.subject.as_str(), read.ends), ("me", "n", None));
        for (text, wrong) in [
            ("", "Your request included an invalid SAML response"),
            ("<Response/>", "Your request included an invalid SAML response"),
            ("<Response><Assertion></Assertion></Response>", "RoleSessionName is required in AuthnResponse"),
        ] {
            assert_eq!(Assertion::decode(&BASE64.encode(text)), Err(wrong));
        }
        assert_eq!(Assertion::decode("<xml>"), Err("Invalid base64 SAMLResponse"));
    }
}
