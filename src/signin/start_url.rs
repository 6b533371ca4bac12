//! The start URL: AWS's own, or a company's own that leads to it (a vanity URL).
//!
//! Pure: the one request that a vanity URL takes is made by a function handed in. The rules are the
//! AWS CLI's; SDKs know of no vanity URLs, and need none once there is a token.

use url::Url;

/// An `sso_start_url` that can be one: `https`, and with a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartUrl {
    text: String,
    url: Url,
}

/// Where people sign in with an AWS Builder ID.
const BUILDER_ID: &str = "https://view.awsapps.com/start";

/// Whether `start_url` is where people sign in with an AWS Builder ID.
pub fn is_builder_id(start_url: &str) -> bool {
    start_url.trim_end_matches(['/', '#']).eq_ignore_ascii_case(BUILDER_ID)
}

/// What a start URL comes down to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// AWS's URL, for requests. Cache files are named by the configured one.
    pub url: String,
    /// The region of the OIDC service and the access portal.
    pub region: String,
}

/// How a vanity URL is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `HEAD`
    Head,
    /// `GET`
    Get,
}

/// What a vanity URL answered; redirects are not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadAnswer {
    /// The status code.
    pub status: u16,
    /// The header `Location`.
    pub location: Option<String>,
}

/// Why a text is no start URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartUrlError {
    /// `http`, another scheme, or none.
    #[error("The sso_start_url must use the https scheme.")]
    Scheme,
    /// No host, or not a URL.
    #[error("Invalid sso_start_url: '{0}'")]
    Invalid(String),
}

/// Why a start URL does not lead to AWS.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError<E> {
    /// The request failed.
    #[error("Failed to resolve start URL '{url}': {source}")]
    Request {
        /// The vanity URL.
        url: String,
        /// Why.
        source: E,
    },
    /// Neither a page nor a redirect.
    #[error("Failed to resolve start URL '{url}': HTTP {status}")]
    Status {
        /// The vanity URL.
        url: String,
        /// The status code.
        status: u16,
    },
    /// A redirect to nowhere.
    #[error("Failed to resolve start URL '{0}': the redirect has no usable Location header")]
    NoLocation(String),
    /// It leads elsewhere, or nowhere.
    #[error("Could not resolve start URL '{url}' to an AWS-owned endpoint. Final URL: '{end}'")]
    NotAws {
        /// The vanity URL.
        url: String,
        /// Where it leads.
        end: String,
    },
    /// It leads to AWS in the clear.
    #[error("Resolved URL must use https. Got: '{0}'")]
    NotHttps(String),
    /// Neither the host nor the configuration names the region.
    #[error("Cannot determine region from start URL '{0}'. Please provide sso_region in your configuration.")]
    NoRegion(String),
}

/// The hosts of access portals end in one of these, or are one.
const AWS_SUFFIXES: [&str; 8] = [
    "app.aws",
    "portal.amazonaws.com",
    "portal.amazonaws.com.cn",
    "app.amazonwebservices.com.cn",
    "portal.amazonaws.eu",
    "api.amazonwebservices.eu",
    "awsapps.com",
    "awsapps.cn",
];

/// The hosts of issuers.
const AWS_HOSTS: [&str; 4] = [
    "identitycenter.amazonaws.com",
    "identitycenter.amazonaws.com.cn",
    "identitycenter.amazonaws.eu",
    "identitycenter.us-gov.amazonaws.com",
];

/// Hosts that name their region: what stands before it, behind the instance, and what behind it.
const REGION_HOSTS: [(&str, &str); 6] = [
    ("portal.", ".app.aws"),
    ("", ".portal.amazonaws.com"),
    ("", ".portal.amazonaws.com.cn"),
    ("portal.", ".app.amazonwebservices.com.cn"),
    ("", ".portal.amazonaws.eu"),
    ("portal.", ".api.amazonwebservices.eu"),
];

/// The redirects that are followed.
const REDIRECTS: [u16; 5] = [301, 302, 303, 307, 308];

/// What a server says that does not know HEAD.
const HEAD_NOT_KNOWN: [u16; 2] = [405, 501];

impl StartUrl {
    /// Reads `sso_start_url`.
    ///
    /// # Errors
    /// See [`StartUrlError`].
    pub fn parse(text: &str) -> Result<Self, StartUrlError> {
        let (scheme, rest) = text.split_once(':').unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("https") {
            return Err(StartUrlError::Scheme);
        }
        // Browsers mend more than a setting should need, and see other hosts in it than other programs.
        let plain = rest.starts_with("//") && !rest.starts_with("///") && !text.contains(['\\', ' ', '\t', '\r', '\n']);
        match Url::parse(text) {
            Ok(url) if plain && url.has_host() => Ok(Self { text: text.to_owned(), url }),
            _ => Err(StartUrlError::Invalid(text.to_owned())),
        }
    }

    /// As configured.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is AWS's own, so that there is nothing to ask.
    pub fn is_aws_owned(&self) -> bool {
        is_aws_owned(&host(&self.url))
    }

    /// Finds AWS's URL and the region.
    ///
    /// 1. AWS's own URL is used unchanged.
    /// 2. A vanity URL is asked, by HEAD, and by GET where the server does not know HEAD. One redirect
    ///    is followed, which must lead to AWS.
    /// 3. The region is the one that the host names, else the configured one.
    ///
    /// # Errors
    /// See [`ResolveError`].
    pub fn resolve<E>(
        &self,
        configured_region: Option<&str>,
        ask: &mut dyn FnMut(Method, &str) -> Result<HeadAnswer, E>,
    ) -> Result<Resolved, ResolveError<E>> {
        let configured = configured_region.map(str::to_owned);
        let (url, region) = if self.is_aws_owned() {
            (self.text.clone(), region_of(&host(&self.url)).or(configured))
        } else {
            let end = self.follow(ask)?;
            let url = normalized(&end);
            if !is_aws_owned(&host(&end)) {
                return Err(ResolveError::NotAws { url: self.text.clone(), end: url });
            }
            if end.scheme() != "https" {
                return Err(ResolveError::NotHttps(url));
            }
            (url, region_of(&host(&end)).or(configured))
        };
        let region = region.ok_or_else(|| ResolveError::NoRegion(self.text.clone()))?;
        Ok(Resolved { url, region })
    }

    /// Where the vanity URL leads: itself, if it is a page.
    fn follow<E>(&self, ask: &mut dyn FnMut(Method, &str) -> Result<HeadAnswer, E>) -> Result<Url, ResolveError<E>> {
        let mut asked = self.url.clone();
        asked.set_fragment(None);
        let mut ask = |method| {
            ask(method, asked.as_str()).map_err(|source| ResolveError::Request { url: self.text.clone(), source })
        };
        let mut answer = ask(Method::Head)?;
        if HEAD_NOT_KNOWN.contains(&answer.status) {
            answer = ask(Method::Get)?;
        }
        match answer.status {
            200..=299 => Ok(asked),
            status if REDIRECTS.contains(&status) => {
                let location = answer.location.filter(|location| !location.is_empty());
                let end = location.and_then(|location| asked.join(&location).ok());
                end.ok_or_else(|| ResolveError::NoLocation(self.text.clone()))
            }
            status => Err(ResolveError::Status { url: self.text.clone(), status }),
        }
    }
}

/// The host in lower case, without the dot that ends the name of a root.
fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase()
}

fn is_aws_owned(host: &str) -> bool {
    AWS_HOSTS.contains(&host)
        || AWS_SUFFIXES
            .iter()
            .any(|suffix| host.strip_suffix(suffix).is_some_and(|before| before.is_empty() || before.ends_with('.')))
}

/// The region in `INSTANCE.portal.REGION.app.aws` and its like.
fn region_of(host: &str) -> Option<String> {
    REGION_HOSTS.iter().find_map(|(before, behind)| {
        let (instance, rest) = host.strip_suffix(behind)?.split_once('.')?;
        let region = rest.strip_prefix(before)?;
        let is_label = !region.is_empty() && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (!instance.is_empty() && is_label).then(|| region.to_owned())
    })
}

/// Scheme, host, port if it is not the scheme's own, and path without a slash at its end.
fn normalized(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", url.scheme(), host(url), url.path().trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builder_ids() {
        for (url, is) in [
            ("https://view.awsapps.com/start", true),
            ("https://view.awsapps.com/start/#/", true),
            ("https://view.awsapps.com/", false),
            ("https://d-0000000000.awsapps.com/start", false),
        ] {
            assert_eq!(is_builder_id(url), is, "{url}");
        }
    }

    const OWNED: &str = "https://ssoins-1.portal.eu-west-1.app.aws";

    fn ask_nobody(_: Method, url: &str) -> Result<HeadAnswer, String> {
        Err(format!("{url} was asked"))
    }

    fn answer(status: u16, location: &str) -> HeadAnswer {
        HeadAnswer { status, location: (!location.is_empty()).then(|| location.to_owned()) }
    }

    /// Resolves `url` against `answers`; also says which requests were made.
    fn resolve(url: &str, region: Option<&str>, answers: &[HeadAnswer]) -> (Result<Resolved, String>, Vec<String>) {
        let mut asked = Vec::new();
        let mut ask = |method: Method, url: &str| {
            asked.push(format!("{method:?} {url}"));
            answers.get(asked.len() - 1).cloned().ok_or("no route to host")
        };
        let resolved = StartUrl::parse(url).unwrap().resolve(region, &mut ask).map_err(|error| error.to_string());
        (resolved, asked)
    }

    #[test]
    fn what_is_a_start_url() {
        let invalid = |text: &str| Err(StartUrlError::Invalid(text.to_owned()));
        for (text, owned) in [
            ("https://d-1.awsapps.com/start", Ok(true)),
            ("HTTPS://D-1.AwsApps.Com./start/#/", Ok(true)),
            ("https://d-1.awsapps.com:8443/start", Ok(true)),
            ("https://start.us-gov-home.awsapps.com/directory/d-1", Ok(true)),
            ("https://awsapps.com", Ok(true)),
            ("https://d-1.awsapps.cn", Ok(true)),
            (OWNED, Ok(true)),
            ("https://x.eu-west-1.portal.amazonaws.com", Ok(true)),
            ("https://x.cn-north-1.portal.amazonaws.com.cn", Ok(true)),
            ("https://x.portal.cn-north-1.app.amazonwebservices.com.cn", Ok(true)),
            ("https://x.eusc-de-east-1.portal.amazonaws.eu", Ok(true)),
            ("https://x.portal.eusc-de-east-1.api.amazonwebservices.eu", Ok(true)),
            ("https://identitycenter.amazonaws.com/ssoins-1", Ok(true)),
            ("https://identitycenter.amazonaws.com.cn/ssoins-1", Ok(true)),
            ("https://identitycenter.amazonaws.eu/ssoins-1", Ok(true)),
            ("https://identitycenter.us-gov.amazonaws.com/ssoins-1", Ok(true)),
            // Others' hosts.
            ("https://sso.example.com", Ok(false)),
            ("https://127.0.0.1:8443/vanity/corp", Ok(false)),
            ("https://evilawsapps.com/start", Ok(false)),
            ("https://d-1.awsapps.com.evil.com/start", Ok(false)),
            ("https://d-1.awsapps.com@evil.com/start", Ok(false)),
            ("https://evil.com/?d-1.awsapps.com", Ok(false)),
            ("https://x.identitycenter.amazonaws.com", Ok(false)),
            ("https://amazonaws.com", Ok(false)),
            // None.
            ("http://d-1.awsapps.com/start", Err(StartUrlError::Scheme)),
            ("d-1.awsapps.com/start", Err(StartUrlError::Scheme)),
            ("", Err(StartUrlError::Scheme)),
            ("https:d-1.awsapps.com", invalid("https:d-1.awsapps.com")),
            ("https:///d-1.awsapps.com", invalid("https:///d-1.awsapps.com")),
            ("https://", invalid("https://")),
            ("https://evil.com\\@d-1.awsapps.com", invalid("https://evil.com\\@d-1.awsapps.com")),
            ("https://a b.com", invalid("https://a b.com")),
        ] {
            assert_eq!(StartUrl::parse(text).map(|url| url.is_aws_owned()), owned, "{text}");
        }
        assert_eq!(StartUrlError::Scheme.to_string(), "The sso_start_url must use the https scheme.");
    }

    #[test]
    fn regions_in_hosts() {
        for (host, region) in [
            ("x.portal.eu-west-1.app.aws", Some("eu-west-1")),
            ("x.eu-west-1.portal.amazonaws.com", Some("eu-west-1")),
            ("x.cn-north-1.portal.amazonaws.com.cn", Some("cn-north-1")),
            ("x.portal.cn-north-1.app.amazonwebservices.com.cn", Some("cn-north-1")),
            ("x.eusc-de-east-1.portal.amazonaws.eu", Some("eusc-de-east-1")),
            ("x.portal.eusc-de-east-1.api.amazonwebservices.eu", Some("eusc-de-east-1")),
            ("d-1.awsapps.com", None),
            ("identitycenter.amazonaws.com", None),
            ("eu-west-1.portal.amazonaws.com", None),
            ("x.y.eu-west-1.portal.amazonaws.com", None),
            ("x.eu-west-1.app.aws", None),
            ("x.portal..app.aws", None),
        ] {
            assert_eq!(region_of(host).as_deref(), region, "{host}");
        }
    }

    #[test]
    fn an_aws_url_is_used_unchanged_and_nobody_is_asked() {
        let text = "https://D-1.awsapps.com:443/start/?x#/";
        let resolve = |text, region| StartUrl::parse(text).unwrap().resolve(region, &mut ask_nobody);
        let resolved = |url: &str, region: &str| Ok(Resolved { url: url.into(), region: region.into() });
        assert_eq!(resolve(text, Some("us-east-1")), resolved(text, "us-east-1"));
        assert_eq!(resolve(text, None), Err(ResolveError::NoRegion(text.into())));
        assert_eq!(resolve(OWNED, None), resolved(OWNED, "eu-west-1"));
        assert_eq!(resolve(OWNED, Some("us-east-1")), resolved(OWNED, "eu-west-1"));
    }

    #[test]
    fn vanity_urls_that_lead_to_aws() {
        let portal = "https://d-1.awsapps.com/start";
        for (answers, asked, url, region) in [
            (vec![answer(302, "https://d-1.awsapps.com:443/start/?a=b#/")], 1, portal, "us-east-1"),
            (vec![answer(301, "//D-1.AwsApps.com./start")], 1, portal, "us-east-1"),
            (vec![answer(307, "https://user:word@d-1.awsapps.com/start//")], 1, portal, "us-east-1"),
            (vec![answer(405, ""), answer(303, portal)], 2, portal, "us-east-1"),
            (vec![answer(501, portal), answer(308, portal)], 2, portal, "us-east-1"),
            (vec![answer(302, &format!("{OWNED}/"))], 1, OWNED, "eu-west-1"),
            (vec![answer(302, "https://a.awsapps.com:8443")], 1, "https://a.awsapps.com:8443", "us-east-1"),
        ] {
            let (resolved, requests) = resolve("https://sso.example.com/in#x", Some("us-east-1"), &answers);
            assert_eq!(resolved, Ok(Resolved { url: url.into(), region: region.into() }), "{answers:?}");
            let expected = ["Head https://sso.example.com/in", "Get https://sso.example.com/in"];
            assert_eq!(requests, expected[..asked], "{answers:?}");
        }
        let (resolved, _) = resolve("https://sso.example.com", None, &[answer(302, OWNED)]);
        assert_eq!(resolved.map(|resolved| resolved.region), Ok("eu-west-1".into()));
    }

    #[test]
    fn vanity_urls_that_do_not() {
        for (answers, why) in [
            (vec![answer(200, "")], "Final URL: 'https://sso.example.com/in'"),
            (vec![answer(302, "/login")], "Final URL: 'https://sso.example.com/login'"),
            (vec![answer(302, "login?a")], "Final URL: 'https://sso.example.com/login'"),
            (vec![answer(302, "https://d-1.awsapps.com.evil.com/")], "Final URL: 'https://d-1.awsapps.com.evil.com'"),
            (vec![answer(302, "http://d-1.awsapps.com/")], "must use https. Got: 'http://d-1.awsapps.com'"),
            (vec![answer(302, "")], "no usable Location"),
            (vec![answer(302, "https://")], "no usable Location"),
            (vec![answer(304, OWNED)], "HTTP 304"),
            (vec![answer(404, "")], "HTTP 404"),
            (vec![answer(405, ""), answer(405, "")], "HTTP 405"),
            (vec![], "Failed to resolve start URL 'https://sso.example.com/in': no route to host"),
            (vec![answer(405, "")], "no route to host"),
        ] {
            let (resolved, _) = resolve("https://sso.example.com/in", Some("us-east-1"), &answers);
            let said = resolved.unwrap_err();
            assert!(said.contains(why), "{said}");
        }
        let (resolved, _) = resolve("https://sso.example.com", None, &[answer(302, "https://d-1.awsapps.com/start")]);
        assert!(resolved.unwrap_err().contains("Please provide sso_region"));
    }
}
