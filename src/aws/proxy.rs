//! Which proxy a request goes through: Python's rules (urllib), which the AWS CLI follows.

/// `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in lower case first.
#[derive(Debug, Clone, Default)]
pub struct ProxyVariables {
    http: Option<String>,
    https: Option<String>,
    except: Vec<String>,
}

impl ProxyVariables {
    /// Reads them.
    pub fn new(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let either = |name: &str| variable(name).or_else(|| variable(&name.to_uppercase()));
        // Under CGI, HTTP_PROXY is what a client sent as its `Proxy` header.
        let upper_http = || variable("HTTP_PROXY").filter(|_| variable("REQUEST_METHOD").is_none());
        let all = either("all_proxy");
        let except = either("no_proxy").unwrap_or_default();
        Self {
            http: variable("http_proxy").or_else(upper_http).or_else(|| all.clone()),
            https: either("https_proxy").or(all),
            except: except.split(',').map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty()).collect(),
        }
    }

    /// The proxy for `url`, with a scheme. `None`: directly.
    pub fn proxy_for(&self, url: &str) -> Option<String> {
        let (scheme, rest) = url.split_once("://")?;
        let proxy = if scheme.eq_ignore_ascii_case("https") { &self.https } else { &self.http }.as_ref()?;
        let authority = rest.split(['/', '?']).next().unwrap_or_default().to_lowercase();
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => &authority,
        };
        if self.except.iter().any(|name| name == "*" || matches(name, host, &authority)) {
            return None;
        }
        Some(if proxy.contains("://") { proxy.clone() } else { format!("http://{proxy}") })
    }
}

/// `name` is the host, the host and port, or a domain that the host is in.
fn matches(name: &str, host: &str, authority: &str) -> bool {
    let domain = name.trim_start_matches('.');
    [host, authority].iter().any(|at| *at == domain || at.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_pythons() {
        for (env, url, expected) in [
            (&[("HTTPS_PROXY", "p:1")][..], "https://sts.amazonaws.com", Some("http://p:1")),
            (&[("HTTPS_PROXY", "p:1"), ("https_proxy", "http://q:2")], "https://sts.amazonaws.com", Some("http://q:2")),
            (&[("HTTPS_PROXY", "p:1")], "http://127.0.0.1:80", None),
            (&[("HTTP_PROXY", "p:1")], "http://127.0.0.1:80", Some("http://p:1")),
            (&[("HTTP_PROXY", "p:1"), ("REQUEST_METHOD", "GET")], "http://a", None),
            (&[("HTTP_PROXY", "p:1"), ("NO_PROXY", "127.0.0.1")], "http://127.0.0.1:80/x", None),
            (&[("HTTP_PROXY", "p:1"), ("NO_PROXY", "*")], "http://a", None),
            (&[("HTTPS_PROXY", "p:1"), ("no_proxy", "x, .amazonaws.com")], "https://sts.amazonaws.com", None),
            (
                &[("HTTPS_PROXY", "p:1"), ("no_proxy", "amazonaws.com:443")],
                "https://sts.amazonaws.com",
                Some("http://p:1"),
            ),
            (&[("HTTPS_PROXY", "p:1"), ("no_proxy", "zonaws.com")], "https://sts.amazonaws.com", Some("http://p:1")),
            (&[("ALL_PROXY", "p:1")], "https://a", Some("http://p:1")),
        ] {
            let variable = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            assert_eq!(ProxyVariables::new(&variable).proxy_for(url).as_deref(), expected, "{env:?} {url}");
        }
    }
}
